#!/usr/bin/python3
"""One measurement of a peer, in a process of its own: prints its figures as JSON.

    peer.py sklearn|torch WORK FOLDER THREADS DTYPE    trains; WORK is a key of work.TRAININGS
    peer.py pandas FILE                                reads a CSV
    peer.py predict sklearn|torch                      predicts one row through 784-100-10
    peer.py unit WORK                                  fits scikit-learn's Perceptron; WORK is a key of work.UNITS

Threads of the mathematical libraries are set by the caller through the environment.
"""

import json
import math
import resource
import statistics
import sys
import time
import warnings

from work import TRAININGS, UNITS, load, load_unit


def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def fit_sklearn(work, x, y, x_test, y_test):
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore", ConvergenceWarning)
    net = MLPClassifier(hidden_layer_sizes=work.hidden, batch_size=work.batch, max_iter=work.epochs,
                        tol=0, n_iter_no_change=work.epochs, random_state=1)
    start = time.perf_counter()
    net.fit(x, y)
    return time.perf_counter() - start, net.score(x_test, y_test)


def torch_net(work):
    from torch import nn

    make = {
        "conv": lambda shape, out, kernel: nn.Conv2d(shape[0], out, kernel, padding=kernel // 2),
        "maxpool": lambda shape, window: nn.MaxPool2d(window),
        "linear": lambda shape, out: nn.Linear(math.prod(shape), out),
        "relu": lambda shape: nn.ReLU(),
        "flatten": lambda shape: nn.Flatten(),
    }
    return nn.Sequential(*(make[name](shape, *arguments) for name, arguments, shape in work.layers))


def fit_torch(work, x, y, x_test, y_test, half):
    """The plain loop at its fastest: tensors in memory, batches by an index, no loader; images channels last."""
    import torch

    torch.manual_seed(1)
    x, x_test = torch.from_numpy(x), torch.from_numpy(x_test)
    y, y_test = torch.from_numpy(y.astype("int64")), torch.from_numpy(y_test.astype("int64"))
    net = torch_net(work).to(x.dtype)
    if x.dim() == 4:
        x, x_test, net = (values.to(memory_format=torch.channels_last) for values in (x, x_test, net))
    optimizer = torch.optim.Adam(net.parameters(), lr=work.learning_rate, weight_decay=work.alpha / work.batch)
    updates = work.epochs * -(-len(x) // work.batch)
    schedule = None
    if work.schedule == "one_cycle":
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, work.learning_rate, updates, cycle_momentum=False)
    loss = torch.nn.CrossEntropyLoss()

    def outputs(images):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
            return net(images)

    start = time.perf_counter()
    for _ in range(work.epochs):
        order = torch.randperm(len(x))
        for rows in order.split(work.batch):
            optimizer.zero_grad(set_to_none=True)
            loss(outputs(x.index_select(0, rows)).to(x.dtype), y.index_select(0, rows)).backward()
            optimizer.step()
            if schedule:
                schedule.step()
    seconds = time.perf_counter() - start
    with torch.inference_mode():
        found = torch.cat([outputs(images).argmax(1) for images in x_test.split(work.batch)])
    return seconds, (found == y_test).double().mean().item()


def fit(peer, name, folder, threads, dtype):
    work = TRAININGS[name]
    half = dtype == "bfloat16"
    data = load(work, folder, "float32" if half else dtype)
    if peer == "sklearn":
        seconds, accuracy = fit_sklearn(work, *data)
    else:
        import torch

        torch.set_num_threads(int(threads))
        seconds, accuracy = fit_torch(work, *data, half)
    return {"seconds": seconds / work.epochs, "accuracy": accuracy, "peak_mb": peak_mb()}


def read_table(path):
    import pandas

    start = time.perf_counter()
    table = pandas.read_csv(path)
    return {"seconds": time.perf_counter() - start, "rows": len(table), "peak_mb": peak_mb()}


def predict(peer):
    """The median of many single predictions, in seconds."""
    import numpy

    row = numpy.random.default_rng(1).random((1, 784), numpy.float32)
    if peer == "sklearn":
        from sklearn.neural_network import MLPClassifier

        net = MLPClassifier((100,), max_iter=1)
        x = numpy.random.default_rng(2).random((300, 784), numpy.float32)
        warnings.simplefilter("ignore")
        call = net.fit(x, numpy.arange(300) % 10).predict_proba
        once = lambda: call(row)
    else:
        import torch

        torch.set_num_threads(1)
        net = torch_net(TRAININGS["mlp100"])
        row = torch.from_numpy(row)

        def once():
            with torch.inference_mode():
                return net(row).softmax(1)

    for _ in range(100):
        once()
    times = []
    for _ in range(2000):
        start = time.perf_counter()
        once()
        times.append(time.perf_counter() - start)
    return {"seconds": statistics.median(times)}


def unit(name):
    """The median of a few fits in this process, in seconds."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import Perceptron

    warnings.simplefilter("ignore", ConvergenceWarning)
    x, y = load_unit(name)
    times = []
    for _ in range(UNITS[name].repeats):
        model = Perceptron(random_state=1, **UNITS[name].options)
        start = time.perf_counter()
        model.fit(x, y)
        times.append(time.perf_counter() - start)
    return {"seconds": statistics.median(times), "passes": int(model.n_iter_)}


def main():
    kind, *rest = sys.argv[1:]
    measure = {"pandas": read_table, "predict": predict, "unit": unit}.get(kind)
    print(json.dumps(measure(*rest) if measure else fit(kind, *rest)))


if __name__ == "__main__":
    main()
