"""Distributions from mpmath with 30 digits and from SciPy, tests and intervals from SciPy and statsmodels.

No package here has the corrected resampled t-test: it is computed from its formula (Nadeau and Bengio 2003, equation 8)
with SciPy's t, and without the correction compared with scipy.stats.ttest_rel.
"""
import mpmath
import numpy as np
from scipy import special, stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

import common

mpmath.mp.dps = 30
RNG = np.random.default_rng(7)


def incomplete_beta(a, b, x):
    """The integral by quadrature, cut where the density is concentrated: SciPy is a check only."""
    a, b, x = mpmath.mpf(a), mpmath.mpf(b), mpmath.mpf(x)
    mean, spread = a / (a + b), mpmath.sqrt(a * b / (a + b + 1)) / (a + b)
    cuts = [mean + k * spread for k in (-30, -20, -12, -6, -3, -1, 0, 1, 3, 6, 12, 20, 30)]
    cuts += [mpmath.mpf(10) ** -k for k in range(1, 14)] + [1 - mpmath.mpf(10) ** -k for k in range(1, 26)]
    logarithm = mpmath.loggamma(a + b) - mpmath.loggamma(a) - mpmath.loggamma(b)
    # Divided by x^a (1 - x)^(b - 1), which may be tiny, with t = x u; for a < 1 also u = s^(1/a), so that there is no
    # pole at 0.
    power = 1 / a if a < 1 else mpmath.mpf(1)
    below = [mpmath.mpf(0), *sorted((cut / x) ** (1 / power) for cut in cuts if 0 < cut < x), mpmath.mpf(1)]

    def density(s):
        u = s**power
        return power * mpmath.exp((b - 1) * mpmath.log((1 - x * u) / (1 - x))) * s ** (power * a - 1)

    return mpmath.exp(logarithm + a * mpmath.log(x) + (b - 1) * mpmath.log(1 - x)) * mpmath.quad(density, below)


def t_tail(t, freedom):
    return incomplete_beta(freedom / 2, 0.5, freedom / (freedom + mpmath.mpf(t) ** 2)) / 2 if t else mpmath.mpf(1) / 2


def beta(a, b, x):
    value = incomplete_beta(a, b, x)
    assert abs(value - special.betainc(a, b, x)) <= 1e-9 * value + 1e-300, (a, b, x)
    return float(value)


def t_below(t, freedom):
    tail = t_tail(t, freedom)
    value = tail if t < 0 else 1 - tail
    assert abs(value - stats.t.cdf(t, freedom)) <= 1e-6 * value + 1e-300, (t, freedom)
    return float(value)


def t_quantile(p, freedom):
    """SciPy's, of 8 digits, made exact by steps of Newton's method."""
    tail, t = mpmath.mpf(min(p, 1 - p)), mpmath.mpf(abs(stats.t.ppf(p, freedom)))
    if p > 0.5:
        tail = 1 - mpmath.mpf(p)
    for _ in range(2):
        t += (t_tail(t, freedom) - tail) / float(stats.t.pdf(float(t), freedom))
    return float(-t if p < 0.5 else t)


def paired(first, second, share):
    difference = np.asarray(first) - np.asarray(second)
    n = len(difference)
    error = difference.std(ddof=1) * np.sqrt(1 / n + share)
    t = difference.mean() / error
    if share == 0:
        plain = stats.ttest_rel(first, second)
        assert np.allclose([plain.statistic, plain.pvalue], [t, 2 * stats.t.sf(abs(t), n - 1)], rtol=1e-12)
    return {"first": first, "second": second, "test_share": share, "difference": difference.mean(),
            "standard_error": error, "t": t, "p": 2 * stats.t.sf(abs(t), n - 1), "p_less": stats.t.cdf(t, n - 1),
            "p_greater": stats.t.sf(t, n - 1), "least": error * stats.t.ppf(0.975, n - 1)}


def fold_interval(scores, share, level):
    scores = np.asarray(scores)
    n = len(scores)
    low, high = stats.t.interval(level, n - 1, scores.mean(), scores.std(ddof=1) * np.sqrt(1 / n + share))
    return {"scores": list(scores), "test_share": share, "level": level, "low": low, "high": high}


def scores(n):
    return list(np.round(RNG.uniform(0.7, 1, n), 4))


out = {
    "beta": [[a, b, x, beta(a, b, x)]
             for a, b in [(0.5, 0.5), (1, 1), (2, 0.5), (0.5, 30), (3, 7), (10, 0.1), (100, 120), (1e4, 1e4 + 200),
                          (5e4, 0.5), (1e-3, 5), (1.5, 2e3)]
             for x in [1e-12, 0.2, 0.4995, 0.93, 1 - 1e-9]],
    "t_below": [[t, v, t_below(t, v)] for v in [0.3, 1, 4, 29.5, 1000, 1e5]
                for t in [-40, -6.5, -0.3, -1e-9, 0, 1e-5, 0.7, 3.3]],
    "t_quantile": [[p, v, t_quantile(p, v)] for v in [1, 2, 4, 9, 1000] for p in [1e-6, 0.025, 0.3, 0.975, 0.9995]],
    "normal_quantile": [[p, float(stats.norm.ppf(p))] for p in [1e-12, 0.01, 0.3, 0.5, 0.9, 0.975, 0.999999]],
    "mcnemar": [[b, c, float(mcnemar([[0, b], [c, 0]], exact=True).pvalue)]
                for b, c in [(0, 0), (1, 0), (0, 5), (6, 0), (3, 3), (32, 18), (33, 17), (17, 33), (120, 171),
                             (5000, 5200)]],
    "paired": [paired(scores(n), scores(n), share) for n in [2, 3, 5, 10, 30] for share in [0, 0.25, 1 / 9]],
    "fold_interval": [fold_interval(scores(n), share, level)
                      for n, share, level in [(2, 1, 0.95), (5, 0.25, 0.95), (10, 1 / 9, 0.9), (50, 0.25, 0.99)]],
    "holm": [[list(p), list(multipletests(p, method="holm")[1])]
             for p in [[0.01], [0.04, 0.01, 0.03], [0.2, 0.2, 0.001, 0.9, 0.04], list(np.round(RNG.uniform(0, 0.2, 12), 5))]],
    "wilson": [[k, n, level, *proportion_confint(k, n, 1 - level, "wilson")]
               for k, n, level in [(1, 3, 0.95), (50, 100, 0.95), (995, 1000, 0.99), (30, 36, 0.8)]],
}


def plain(values):
    """Without NumPy's types."""
    if isinstance(values, dict):
        return {key: plain(value) for key, value in values.items()}
    if isinstance(values, (list, tuple, np.ndarray)):
        return [plain(value) for value in values]
    return int(values) if isinstance(values, (int, np.integer)) else float(values)


common.write(__file__, plain(out))
