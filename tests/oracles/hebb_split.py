"""Which rows hebb holds out, so that scikit-learn can be given the same ones: the random permutation of
src/core/random.cpp (Philox4x32-10, Salmon et al. 2011), the quotas of src/data/split.cpp and the stratified and
plain folds of src/data/folds.cpp.
"""
import math

SPLIT, FOLDS = 3, 8  # Purpose
WORD = 0xFFFFFFFF


def philox(counter, key):
    c, (k0, k1) = list(counter), key
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(p1 >> 32) ^ c[1] ^ k0, p1 & WORD, (p0 >> 32) ^ c[3] ^ k1, p0 & WORD]
        k0, k1 = (k0 + 0x9E3779B9) & WORD, (k1 + 0xBB67AE85) & WORD
    return c


def permutation(n, seed, purpose=SPLIT):
    items = list(range(n))
    for i in range(n, 1, -1):
        word = philox([i // 4, 0, 0, purpose], [seed & WORD, seed >> 32])[i % 4]
        other = (word * i) >> 32
        items[i - 1], items[other] = items[other], items[i - 1]
    return items


def split(n, labels, share, seed=0):
    """(train, held out), stratified where there are labels."""
    order, size = permutation(n, seed), math.ceil(share * n)
    if labels is None:
        return order[size:], order[:size]
    labels = list(labels)
    exact = {label: (size * labels.count(label)) / n for label in sorted(set(labels))}
    quota = {label: math.floor(count) for label, count in exact.items()}
    by_remainder = sorted(exact, key=lambda label: quota[label] - exact[label])
    for label in by_remainder[: size - sum(quota.values())]:
        quota[label] += 1
    train, held_out = [], []
    for row in order:
        part = held_out if quota[labels[row]] > 0 else train
        quota[labels[row]] -= part is held_out
        part.append(row)
    return train, held_out


def folds(n, labels, count, seed=0):
    """[(train, held out)] in ascending order, stratified where there are labels."""
    order, parts = permutation(n, seed, FOLDS), [None] * n
    if labels is None:
        sizes = [n // count + (fold < n % count) for fold in range(count)]
        for row, part in zip(order, (fold for fold, size in enumerate(sizes) for _ in range(size))):
            parts[row] = part
    else:
        labels = list(labels)
        dealt = [label for label in dict.fromkeys(labels) for _ in range(labels.count(label))]
        left = {label: [0] * count for label in dealt}
        for at, label in enumerate(dealt):
            left[label][at % count] += 1
        for row in order:
            parts[row] = next(fold for fold, quota in enumerate(left[labels[row]]) if quota > 0)
            left[labels[row]][parts[row]] -= 1
    return [([row for row in range(n) if parts[row] != fold], [row for row in range(n) if parts[row] == fold])
            for fold in range(count)]
