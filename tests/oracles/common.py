"""What the oracle scripts share: numbers that C++ makes alike (oracle.h), and how values are written."""
import json
import pathlib
import sys

import numpy as np


def uniform(seed, *shape):
    """Numbers in (-1, 1), multiples of 2^-10 so that float32 holds them and sums of their products are
    exact: element i is a hash (splitmix64, Steele et al. 2014) of seed and i."""
    index = np.arange(int(np.prod(shape)), dtype=np.uint64)
    with np.errstate(over="ignore"):
        z = (np.uint64(seed) * np.uint64(2**32) + index + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    return (2.0 * (z >> np.uint64(54)).astype(np.float64) + 1).reshape(shape) / 1024 - 1


def float32(values):
    """The doubles that remain when C++ holds these numbers in float32."""
    return np.asarray(values, np.float32).astype(np.float64)


def rounded(values, digits=12):
    """For the file: a number, or nested lists of numbers, without the digits that mean nothing."""
    if isinstance(values, dict):
        return {key: rounded(value, digits) for key, value in values.items()}
    if isinstance(values, (list, tuple, np.ndarray)):
        return [rounded(value, digits) for value in values]
    return float(f"{float(values):.{digits}g}")


def write(script, values):
    """Writes SCRIPT.json beside the script, or into the folder that the script was given."""
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(script).parent
    path = folder / pathlib.Path(script).with_suffix(".json").name
    path.write_text(json.dumps(values, separators=(",", ":")) + "\n")
    print(f"{path.name}: {path.stat().st_size} bytes")
