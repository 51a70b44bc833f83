#!/usr/bin/python3
"""One measurement of a peer, in a process of its own: prints its figures as JSON.

    peer.py sklearn|torch WORK FOLDER THREADS DTYPE    trains; WORK is an index into work.WORKS
    peer.py pandas FILE                                reads a CSV
    peer.py predict sklearn|torch                      predicts one row through 784-100-10
    peer.py unit WORK                                  fits scikit-learn's Perceptron; WORK is a key of work.UNITS

Threads of the mathematical libraries are set by the caller through the environment.
"""

import json
import resource
import statistics
import sys
import time
import warnings

from work import UNITS, WORKS, load, load_unit


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


def torch_net(inputs, hidden, outputs):
    from torch import nn

    layers = []
    for width in hidden:
        layers += [nn.Linear(inputs, width), nn.ReLU()]
        inputs = width
    return nn.Sequential(*layers, nn.Linear(inputs, outputs))


def fit_torch(work, x, y, x_test, y_test):
    """The plain loop at its fastest: tensors in memory, batches by an index, no loader."""
    import torch

    torch.manual_seed(1)
    x, x_test = torch.from_numpy(x), torch.from_numpy(x_test)
    y, y_test = torch.from_numpy(y.astype("int64")), torch.from_numpy(y_test.astype("int64"))
    net = torch_net(work.inputs, work.hidden, work.outputs).to(x.dtype)
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3, weight_decay=1e-4 / work.batch)
    loss = torch.nn.CrossEntropyLoss()
    start = time.perf_counter()
    for _ in range(work.epochs):
        order = torch.randperm(len(x))
        for at in range(0, len(x), work.batch):
            rows = order[at : at + work.batch]
            optimizer.zero_grad(set_to_none=True)
            loss(net(x[rows]), y[rows]).backward()
            optimizer.step()
    seconds = time.perf_counter() - start
    with torch.no_grad():
        accuracy = (net(x_test).argmax(1) == y_test).double().mean().item()
    return seconds, accuracy


def fit(peer, index, folder, threads, dtype):
    work = WORKS[int(index)]
    x, y, x_test, y_test = load(work, folder, dtype)
    if peer == "torch":
        import torch

        torch.set_num_threads(int(threads))
    seconds, accuracy = (fit_sklearn if peer == "sklearn" else fit_torch)(work, x, y, x_test, y_test)
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
        net = torch_net(784, [100], 10)
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
