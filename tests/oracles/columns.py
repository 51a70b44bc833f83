#!/usr/bin/python3
"""Writes columns.json: texts hashed by scikit-learn's HashingVectorizer, and dates by Python's datetime."""
import datetime
import re
import string

import common
import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer

WIDTH = 256
TEXTS = [
    "The quick brown fox jumps over the lazy dog.",
    "THE QUICK brown-fox",
    "a",
    "ab cd",
    "...",
    "",
    "Grüße aus Zürich, 12 Stück à 3,50",
    "日本語 のテキスト",
    "word word word word",
    "line one\nline two\tand three",
    "x" * 300,
]
LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def words(text):
    return re.findall(r"[a-z0-9\u0080-\U0010ffff]+", text.translate(LOWER))


def tokens(text):
    """The words, and scikit-learn's own sequences of characters within words (char_wb)."""
    found = words(text)
    grams = HashingVectorizer(analyzer="char_wb", ngram_range=(3, 5))._char_wb_ngrams(" ".join(found))
    return found + [gram for gram in grams if len(gram) >= 3]


def hashed():
    vectors = HashingVectorizer(n_features=WIDTH, analyzer=tokens, norm="l2").transform(TEXTS).toarray()
    cases = []
    for text, vector in zip(TEXTS, vectors):
        places = np.flatnonzero(vector).tolist()
        cases.append({"text": text, "places": places, "values": common.rounded(vector[places])})
    return cases


DATES = [
    ("2024-12-31", "%Y-%m-%d", "dmy"), ("2024-02-29T10:15:30", "%Y-%m-%dT%H:%M:%S", "ymd"),
    ("1999-01-01 00:00", "%Y-%m-%d %H:%M", "mdy"), ("2024-06-30T23:59:59Z", "%Y-%m-%dT%H:%M:%S%z", "ymd"),
    ("2024-06-30T23:30:00+02:00", "%Y-%m-%dT%H:%M:%S%z", "ymd"),
    ("2024-06-30 01:30:00-0530", "%Y-%m-%d %H:%M:%S%z", "ymd"),
    ("31.12.2024", "%d.%m.%Y", "dmy"), ("1.2.2024 7:05", "%d.%m.%Y %H:%M", "dmy"),
    ("31/12/2024", "%d/%m/%Y", "dmy"), ("12/31/2024", "%m/%d/%Y", "mdy"),
    ("03/04/2024", "%d/%m/%Y", "dmy"), ("03/04/2024", "%m/%d/%Y", "mdy"),
    ("12/31/2024 10:15 PM", "%m/%d/%Y %I:%M %p", "mdy"), ("1900-03-01", "%Y-%m-%d", "ymd"),
    ("1-2-1969", "%d-%m-%Y", "dmy"),
]


def dates():
    cases = []
    utc, epoch = datetime.timezone.utc, datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    for text, pattern, order in DATES:
        at = datetime.datetime.strptime(text, pattern)
        zoned = at if at.tzinfo else at.replace(tzinfo=utc)
        cases.append({
            "text": text, "order": order, "year": at.year, "month": at.month, "weekday": at.weekday(),
            "hour": at.hour + at.minute / 60 + at.second / 3600,
            "days": (zoned - epoch) / datetime.timedelta(days=1)
        })
    return cases


if __name__ == "__main__":
    common.write(__file__, {"hashed": hashed(), "dates": dates()})
