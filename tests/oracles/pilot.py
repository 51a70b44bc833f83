"""Times of pilots extrapolated: SciPy's nnls of the relative errors with as few terms as will do, and NumPy's polyfit of
logarithms."""
import numpy as np
from scipy.optimize import nnls

import common

CASES = [  # rows, seconds, epochs, rows of the whole
    ([125, 250, 500, 1000], [0.10, 0.23, 0.46, 1.01], [1, 1, 1, 1], 8000),
    ([125, 250, 500], [0.09, 0.11, 0.13], [1, 1, 1], 8000),
    ([100, 200, 400], [0.01, 0.05, 0.19], [1, 1, 1], 3000),
    ([125, 250, 500, 1000], [0.12, 0.17, 0.24, 0.36], [169, 167, 151, 140], 8000),
    ([50, 100, 200], [0.02, 0.03, 0.07], [17, 22, 58], 1000),
    ([50, 100, 200, 400], [0.4, 0.3, 0.35, 0.3], [900, 300, 90, 20], 3200),
]

if __name__ == "__main__":
    cases = []
    for rows, seconds, epochs, whole in CASES:
        n, each = np.array(rows, float), np.array(seconds) / np.array(epochs, float)
        scale = n.min()
        terms = np.stack([np.ones_like(n), n / scale, (n / scale) ** 2], axis=1)
        x, least = None, np.inf
        for used in [1], [0], [2], [0, 1], [1, 2], [0, 2], [0, 1, 2]:
            y, norm = nnls(terms[:, used] / each[:, None], np.ones_like(n))
            if (y > 0).all() and norm**2 < least - 0.01 * len(n):
                x, least = np.zeros(3), norm**2
                x[used] = y
        slope, mean = np.polyfit(np.log(n) - np.log(n).mean(), np.log(epochs), 1)
        slope = min(max(slope, -1.0), 0.0)
        count = np.exp(mean + slope * (np.log(whole) - np.log(n).mean()))
        at = x @ [1, whole / scale, (whole / scale) ** 2]
        cases.append({"rows": rows, "seconds": seconds, "epochs": epochs, "whole": whole,
                      "epochs_of_whole": common.rounded(count), "seconds_of_whole": common.rounded(at * count)})
    common.write(__file__, cases)
