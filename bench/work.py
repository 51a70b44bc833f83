"""What is measured: the networks to train, and the data that hebb and its peers train on alike."""

import gzip
import math
import os
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Work:
    """One network to train: Adam, `epochs` epochs on `data`."""

    peers = ("sklearn", "torch")
    alpha, precision, schedule, learning_rate = 1e-4, "float32", "constant", 1e-3

    def __init__(self, data, hidden, batch, epochs, widths):
        self.data, self.hidden, self.batch, self.epochs = data, hidden, batch, epochs
        self.inputs, outputs = widths
        self.sample = (self.inputs,)
        self.net = " ".join([*(f"linear({width}) relu" for width in hidden), f"linear({outputs})"])
        self.name = f"{data}: {'-'.join(map(str, [self.inputs, *hidden, outputs]))}, batch {batch}"

    @property
    def flags(self):
        """hebb's, for the network."""
        return ["--hidden", ",".join(map(str, self.hidden))]

    @property
    def layers(self):
        """[(name, [argument...], shape of its input)...] of the network's text. A convolution keeps height and
        width."""
        shape, found = self.sample, []
        for name, arguments in re.findall(r"(\w+)(?:\(([\d,]*)\))?", self.net):
            arguments = [int(number) for number in arguments.split(",") if number]
            found.append((name, arguments, shape))
            if name == "conv":
                shape = (arguments[0], *shape[1:])
            elif name == "maxpool":
                shape = (shape[0], *(extent // arguments[0] for extent in shape[1:]))
            elif name == "linear":
                shape = tuple(arguments)
        return found

    @property
    def flops(self):
        """Of the products for one sample: forward, gradient of weights, gradient of inputs. The first
        layer's inputs need none."""
        products = []
        for name, arguments, shape in self.layers:
            if name in ("conv", "linear"):
                kernel = arguments[1] if name == "conv" else 1
                products.append(2 * math.prod(shape) * arguments[0] * kernel**2)
        return 3 * sum(products) - products[0]


class NetWork(Work):
    """A network of MNIST that a text describes: of images where it begins with a convolution, of 784 numbers where
    not."""

    peers = ("torch",)

    def __init__(self, net, epochs, batch=128, precision="float32", schedule="constant", learning_rate=1e-3):
        self.data, self.net, self.batch, self.epochs = "mnist", net, batch, epochs
        self.precision, self.schedule, self.learning_rate = precision, schedule, learning_rate
        self.sample = (1, 28, 28) if net.startswith("conv") else (784,)
        self.alpha = 0 if len(self.sample) == 3 else 1e-4
        self.name = f"mnist: `{net}`, batch {batch}, {precision}"

    @property
    def flags(self):
        return ["--model", "convnet" if len(self.sample) == 3 else "mlp", "--net", self.net, "--solver", "adam",
                "--learning-rate", self.learning_rate, "--schedule", self.schedule, "--alpha", self.alpha,
                *(["--precision", "bf16"] if self.precision == "bfloat16" else [])]


WORKS = {
    "mlp512": Work("mnist", [512, 512], 128, 3, (784, 10)),
    "mlp100": Work("mnist", [100], 200, 6, (784, 10)),
    "mlp100_batch32": Work("mnist", [100], 32, 3, (784, 10)),
    "moons": Work("moons", [8, 8], 32, 40, (2, 2)),
    "digits": Work("digits", [100], 200, 100, (64, 10)),
}

CONV32 = "conv(32,5) relu maxpool(2) conv(64,5) relu maxpool(2) flatten linear(512) relu linear(10)"
NETWORKS = {
    "conv32": NetWork(CONV32, 2),
    "conv32_bf16": NetWork(CONV32, 2, precision="bfloat16"),
    "conv8": NetWork("conv(8,3) relu maxpool(2) conv(16,3) relu maxpool(2) flatten linear(10)", 3),
    "mlp512_bf16": NetWork("linear(512) relu linear(512) relu linear(10)", 3, precision="bfloat16"),
}

# Measured by the whole process, from its start until this accuracy on MNIST's test part is reached: the same network,
# batch, epochs and one cycle of the rate for hebb and its peer, scored after the last epoch.
REACHED = 0.99
RECIPES = {
    "mnist99": NetWork("conv(16,3) relu maxpool(2) conv(32,3) relu maxpool(2) flatten linear(10)", 4,
                       schedule="one_cycle", learning_rate=0.01),
}

TRAININGS = {**WORKS, **NETWORKS, **RECIPES}


class UnitWork:
    """One Perceptron to fit; bench/unit_bench.cpp has hebb's of the same name."""

    def __init__(self, title, repeats, options):
        self.title, self.repeats, self.options = title, repeats, options


FIVE_PASSES = {"max_iter": 5, "tol": None}
UNITS = {
    "perceptron_blobs": UnitWork("10,000 x 2, until the stop rule", 21, {}),
    "perceptron_mnist": UnitWork("MNIST, 60,000 x 784, 10 classes, 5 passes", 1, FIVE_PASSES),
    "perceptron_wide": UnitWork("1,000,000 x 100, 5 passes", 1, FIVE_PASSES),
}


def load_unit(name):
    """(x, y) of a work of UNITS, in double."""
    import numpy

    if name == "perceptron_mnist":
        images, labels = map(read_idx, mnist_files()[:2])
        return images.reshape(len(images), -1) / 255.0, labels
    samples, features, apart = (10_000, 2, 8) if name == "perceptron_blobs" else (1_000_000, 100, 0.4)
    y = numpy.arange(samples) % 2
    x = numpy.random.default_rng(1).normal(size=(samples, features))
    x += (apart * (y - 0.5))[:, None]
    return x, y


def read_idx(path):
    import numpy

    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rb") as file:
        data = file.read()
    axes = data[3]
    shape = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(axes)]
    return numpy.frombuffer(data, numpy.uint8, offset=4 + 4 * axes).reshape(shape)


def mnist_files():
    """The four files of MNIST below HEBB_DATA_DIR."""
    folder = pathlib.Path(os.environ.get("HEBB_DATA_DIR", "")) / "mnist"
    files = []
    for stem in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"):
        found = [folder / f"{stem}-ubyte{end}" for end in ("", ".gz")]
        found = [file for file in found if file.is_file()]
        if not found:
            raise SystemExit("bench: set HEBB_DATA_DIR to the folder that holds mnist/, with its four files")
        files.append(found[0])
    return files


def write_moons(path):
    """10,000 points of two moons, as a CSV."""
    from sklearn.datasets import make_moons

    x, y = make_moons(10000, noise=0.2, random_state=1)
    with open(path, "w") as file:
        file.write("x,y,label\n")
        for (a, b), label in zip(x, y):
            file.write(f"{a:.6f},{b:.6f},{label}\n")


def write_table(path, size=10**9, columns=100):
    """A CSV of random numbers with six decimals, `size` bytes or a little more. Returns (rows, columns)."""
    import numpy

    random = numpy.random.default_rng(1)
    block_rows = 5000
    block = "".join(",".join(f"{v:.6f}" for v in row) + "\n"
                    for row in random.normal(size=(block_rows, columns)))
    blocks = size // len(block) + 1
    with open(path, "w") as file:
        file.write(",".join(f"c{i}" for i in range(columns)) + "\n")
        for _ in range(blocks):
            file.write(block)
    return blocks * block_rows, columns


def load(work, folder, dtype):
    """(x_train, y_train, x_test, y_test), scaled as hebb scales it by default; the last two are the first two
    where there is no test part."""
    import numpy

    if work.data == "mnist":
        x, y, x_test, y_test = map(read_idx, mnist_files())

        def flat(images):
            rows = images.reshape(len(images), -1).astype(dtype)
            rows /= 255
            return rows.reshape(len(rows), *work.sample)

        return flat(x), y, flat(x_test), y_test
    if work.data == "moons":
        table = numpy.loadtxt(pathlib.Path(folder) / "moons.csv", delimiter=",", skiprows=1)
        x, y = table[:, :2], table[:, 2].astype(int)
    else:
        from sklearn.datasets import load_digits

        x, y = load_digits(return_X_y=True)
    deviation = x.std(axis=0)
    x = ((x - x.mean(axis=0)) / numpy.where(deviation > 0, deviation, 1)).astype(dtype)
    return x, y, x, y
