#!/usr/bin/python3
"""Makes three messy tables, and each of them prepared by hand, to see what a program loses by taking a table as it is.

    bench/messy.py FOLDER [--seed 1] [--only customers|houses|sensors]

FOLDER/TABLE gets these CSV files, with the target as the last column, `target`:

    messy-train.csv  messy-test.csv    as they would come from an office: dates, money, units and percent as text,
                                       ids, missing values, constant and repeated columns
    clean-train.csv  clean-test.csv    the same rows in the same order, numbers only, as a careful analyst would hand
                                       them to a model

Tables are made by formulas below, so the score of the formula itself is known: it is printed and is the ceiling of
what a model can reach, up to chance. All that is learnt from data (medians, frequencies, which districts are rare) is
learnt from the training rows. Rows are split at random, three quarters to train on; those of the sensors too, so time
is no extrapolation there.

The leak: customers have `cancelled_on`, which is filled exactly for those who left. It stands in messy-train.csv and in
messy-test.csv alike, and in neither of the clean files. A score above the ceiling on messy-test.csv says that the leak
was used. messy-test-blank.csv is messy-test.csv as it is on the day when it matters: nobody has left yet, so the column
is empty. What used the leak is found out there.

The same seed gives the same files. Takes a few seconds; needs NumPy.
"""
import argparse
import csv
import datetime
import math
import pathlib

import numpy as np

DAY = datetime.timedelta(days=1)


def write(path, header, rows, separator=","):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, delimiter=separator, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def plain(value):
    return repr(round(float(value), 6))


class Table:
    """Messy columns, clean columns and a target; columns are lists of one cell a row."""

    def __init__(self, rows, random, separator=","):
        self.rows, self.separator = rows, separator
        self.messy, self.clean = {}, {}
        self.train = np.zeros(rows, bool)
        self.train[random.permutation(rows)[: rows * 3 // 4]] = True

    def clean_number(self, name, values):
        """A number with its missing values (NaN) at the median, and a column that says where they were."""
        values = np.asarray(values, float)
        missing = np.isnan(values)
        self.clean[name] = np.where(missing, np.nanmedian(values[self.train]), values)
        if missing.any():
            self.clean[f"{name}_missing"] = missing.astype(float)

    def clean_classes(self, name, values, least):
        """A column for each value that at least `least` training rows have, and one for the others."""
        values = np.asarray(values)
        kinds, counts = np.unique(values[self.train], return_counts=True)
        kept = kinds[counts >= least]
        for kind in kept:
            self.clean[f"{name}_{kind or 'missing'}"] = (values == kind).astype(float)
        if not np.isin(values, kept).all():
            self.clean[f"{name}_other"] = (~np.isin(values, kept)).astype(float)

    def clean_frequency(self, name, values):
        """How often the training rows have this value, as a logarithm."""
        values = np.asarray(values)
        kinds, counts = np.unique(values[self.train], return_counts=True)
        count = dict(zip(kinds, counts))
        self.clean[f"{name}_frequency"] = np.log1p([count.get(value, 0) for value in values])

    def clean_date(self, name, dates, since):
        """Days since a date, the time of the year as a point on a circle, and the day of the week."""
        self.clean[f"{name}_days"] = [(date - since) / DAY for date in dates]
        month = np.array([date.month + date.day / 31 for date in dates])
        for wave, function in (("sin", np.sin), ("cos", np.cos)):
            self.clean[f"{name}_year_{wave}"] = function(2 * np.pi * month / 12)
        self.clean[f"{name}_weekday"] = [date.weekday() for date in dates]

    def write(self, folder, messy_target, clean_target):
        folder.mkdir(parents=True, exist_ok=True)
        for kind, columns, target, separator in (("messy", self.messy, messy_target, self.separator),
                                                 ("clean", self.clean, clean_target, ",")):
            cells = list(columns.values())
            if kind == "clean":
                cells = [[plain(value) for value in column] for column in cells]
            header = [*columns, "target"]
            rows = list(zip(*cells, target, strict=True))
            for part, chosen in (("train", self.train), ("test", ~self.train)):
                write(folder / f"{kind}-{part}.csv", header, [rows[i] for i in np.flatnonzero(chosen)], separator)


def blank(random, cells, share, text=""):
    """The cells, and a mask of those that were made missing."""
    missing = random.random(len(cells)) < share
    return [text if gone else cell for cell, gone in zip(cells, missing)], missing


def without(values, missing):
    return np.where(missing, math.nan, values)


def area_under_curve(truth, score):
    order = np.argsort(score)
    rank = np.empty(len(score))
    rank[order] = np.arange(1, len(score) + 1)
    positives = truth.sum()
    return (rank[truth].sum() - positives * (positives + 1) / 2) / (positives * (len(truth) - positives))


# Words that tell something, by how much, and sentences around them. The rest of the notes says nothing.
TELLING = {"complained": 1.3, "competitor": 1.6, "refund": 0.9, "slow": 0.7, "recommended": -1.2, "thanked": -0.9,
           "upgrade": -0.7}
SENTENCES = {"complained": "Customer complained about the last bill.",
             "competitor": "Asked whether we match an offer of a competitor.",
             "refund": "Wants a refund for one week.",
             "slow": "Says that the connection is slow in the evening.",
             "recommended": "Has recommended us to a friend.",
             "thanked": "Thanked the team for the quick help.",
             "upgrade": "Interested in an upgrade."}
SILENT = ["Called twice, nobody answered.", "New telephone number on file.", "Prefers letters in the post.",
          "Speaks French.", "Moved to a new flat.", "Asked for a copy of the contract.", "Called on Monday.",
          "Address checked.", "Wants to be called after 5 pm."]


def customers(random, folder, rows=20000):
    table = Table(rows, random)
    today = datetime.date(2025, 1, 1)
    tenure = np.minimum(random.gamma(1.6, 500, rows).astype(int) + 5, 3600)
    signup = [today - int(days) * DAY for days in tenure]
    plan = random.choice(["Basic", "Plus", "Premium", "Business"], rows, p=[0.45, 0.3, 0.18, 0.07])
    base = np.array([{"Basic": 25, "Plus": 45, "Premium": 80, "Business": 400}[name] for name in plan], float)
    fee = np.round(base * random.lognormal(0, 0.25, rows), 2)
    spent = np.round(fee * tenure / 30 * random.lognormal(0, 0.1, rows), 2)
    usage = np.round(100 * random.beta(2, 2.5, rows), 1)
    calls = random.poisson(1.2, rows)
    age = np.clip(random.normal(46, 15, rows), 18, 95).round()
    autopay, paperless = random.random(rows) < 0.55, random.random(rows) < 0.4
    postcodes = random.choice(np.arange(10000, 99999), 5000, replace=False)
    weights = random.gamma(0.7, 1, 5000)
    place = random.choice(5000, rows, p=weights / weights.sum())
    postcode_effect = random.normal(0, 0.35, 5000)
    said = {word: random.random(rows) < 0.06 for word in TELLING}
    notes = []
    for i in range(rows):
        sentences = [SENTENCES[word] for word in TELLING if said[word][i]]
        if random.random() < 0.45:
            sentences.append(SILENT[random.integers(len(SILENT))])
        random.shuffle(sentences)
        notes.append(" ".join(sentences))
    usage_text, no_usage = blank(random, [f"{value:g}%" for value in usage], 0.08)
    age_text, no_age = blank(random, [f"{value:.0f}" for value in age], 0.12, "NA")
    autopay_text, no_autopay = blank(random, np.where(autopay, "yes", "no").tolist(), 0.05)

    basic = plan == "Basic"
    log_odds = (-0.9 - 0.55 * np.log(tenure / 500) - 2.6 * (usage - 45) / 100 * np.where(basic, 1.5, 0.6)
                + 0.3 * calls - 0.5 * autopay + 0.9 * no_usage + 0.6 * (fee / base - 1) * 2
                + 0.0006 * (age - 46) ** 2 - 0.25 * paperless * (age < 40) + postcode_effect[place]
                + sum(weight * said[word] for word, weight in TELLING.items()))
    probability = 1 / (1 + np.exp(-log_odds))
    churn = random.random(rows) < probability
    cancelled = [(today + int(days) * DAY).strftime("%d.%m.%Y") if left else ""
                 for days, left in zip(random.integers(1, 180, rows), churn)]

    money = lambda values: [f"${value:,.2f}" for value in values]
    table.messy = {
        "row": list(range(1, rows + 1)),
        "customer_id": [f"C-{number}" for number in random.permutation(np.arange(100000, 100000 + rows))],
        "signup_date": [date.strftime("%d.%m.%Y") for date in signup],
        "country": ["DE"] * rows,
        "postcode": [str(postcodes[i]) for i in place],
        "plan": plan.tolist(),
        "monthly_fee": money(fee),
        "total_spent": money(spent),
        "usage": usage_text,
        "service_calls": calls.tolist(),
        "age": age_text,
        "autopay": autopay_text,
        "paperless": np.where(paperless, "Y", "N").tolist(),
        "plan_fee": money(fee),  # monthly_fee again
        "notes": notes,
        "cancelled_on": cancelled,
    }
    table.clean_date("signup", signup, datetime.date(2015, 1, 1))
    table.clean["log_tenure"] = np.log(tenure)
    table.clean_frequency("postcode", [str(postcodes[i]) for i in place])
    table.clean["postcode_region"] = postcodes[place] // 10000
    table.clean_classes("plan", plan, 1)
    table.clean["log_monthly_fee"], table.clean["log_total_spent"] = np.log(fee), np.log1p(spent)
    table.clean_number("usage", without(usage, no_usage))
    table.clean["service_calls"] = calls
    table.clean_number("age", without(age, no_age))
    table.clean_number("autopay", without(autopay, no_autopay))
    table.clean["paperless"] = paperless
    for word in TELLING:
        table.clean[f"notes_{word}"] = said[word]
    table.clean["notes_length"] = [len(note) for note in notes]
    target = np.where(churn, "yes", "no").tolist()
    table.write(folder, target, target)
    del table.messy["cancelled_on"]
    table.messy["cancelled_on"] = [""] * rows
    write(folder / "messy-test-blank.csv", [*table.messy, "target"],
          [row for row, train in zip(zip(*table.messy.values(), target), table.train) if not train])
    test = ~table.train
    accuracy = ((probability > 0.5) == churn)[test].mean()
    area = area_under_curve(churn[test], probability[test])
    return (f"accuracy {accuracy:.4f}, area under the ROC curve {area:.4f}; "
            f"{churn.mean():.1%} churn")


def houses(random, folder, rows=5000):
    table = Table(rows, random)
    first = datetime.date(2015, 1, 1)
    sold = [first + int(days) * DAY for days in random.integers(0, 3650, rows)]
    area = np.round(random.lognormal(4.65, 0.38, rows))
    lot = np.round(area * random.lognormal(1.3, 0.6, rows))
    rooms = np.clip(np.round(area / 26 + random.normal(0, 0.8, rows)), 1, 12)
    built = np.clip(np.round(2024 - random.gamma(1.8, 24, rows)), 1850, 2024)
    condition = random.choice(["poor", "fair", "good", "excellent"], rows, p=[0.1, 0.3, 0.45, 0.15])
    garage = random.random(rows) < 0.5
    energy = random.choice(list("ABCDEFG"), rows, p=[0.06, 0.12, 0.22, 0.25, 0.18, 0.1, 0.07])
    # Sixty districts: a few large ones, many with some houses only.
    share = 1 / np.arange(1, 61) ** 1.3
    district = random.choice(60, rows, p=share / share.sum())
    first_part = ["North", "South", "East", "West", "Old", "New", "Upper", "Lower", "Saint", "Port"]
    last_part = ["field", "bridge", "ton", "ham", "wood", "gate"]
    names = np.array([f"{a}{b}" for b in last_part for a in first_part])
    district_effect = random.normal(0, 0.22, 60)
    area_text, no_area = blank(random, [f"{value:.0f} m2" for value in area], 0.04)
    lot_text, no_lot = blank(random, [f"{value:,.0f}" for value in lot], 0.1)
    built_text, no_built = blank(random, [f"{value:.0f}" for value in built], 0.08, "unknown")
    energy_text, no_energy = blank(random, energy.tolist(), 0.3)

    quality = np.array([["poor", "fair", "good", "excellent"].index(name) for name in condition])
    grade = np.array(["ABCDEFG".index(letter) for letter in energy])
    year = np.array([(date - first) / DAY / 365.25 for date in sold])
    month = np.array([date.month for date in sold])
    log_price = (9.0 + 0.72 * np.log(area) + 0.12 * np.log(lot) + district_effect[district] + 0.07 * quality
                 - 0.025 * grade + 0.05 * garage + 0.045 * year - 0.012 * np.maximum(year - 7, 0) ** 2
                 + 0.03 * np.cos(2 * np.pi * (month - 6) / 12)
                 - 0.003 * np.minimum(2024 - built, 70) + 0.002 * np.maximum(2024 - built - 90, 0))
    noise = random.normal(0, 0.11, rows)
    price = np.round(np.exp(log_price + noise) / 500) * 500
    ids = random.permutation(np.arange(20000, 20000 + rows))
    table.messy = {
        "listing": [f"H{number}" for number in ids],
        "area": area_text,
        "lot_m2": lot_text,
        "rooms": [f"{value:.0f}" for value in rooms],
        "built": built_text,
        "sold_on": [date.strftime("%Y/%m/%d") for date in sold],
        "district": names[district].tolist(),
        "condition": condition.tolist(),
        "garage": np.where(garage, "TRUE", "FALSE").tolist(),
        "energy": energy_text,
    }
    # Log of sizes, since prices grow with them by a power.
    table.clean_number("log_area", np.log(without(area, no_area)))
    table.clean_number("log_lot", np.log(without(lot, no_lot)))
    table.clean_number("rooms", rooms)
    table.clean_number("built", without(built, no_built))
    table.clean_date("sold", sold, first)
    table.clean_classes("district", names[district], 20)
    table.clean_frequency("district", names[district])
    table.clean_number("condition", quality)
    table.clean["garage"] = garage
    table.clean_number("energy", without(grade, no_energy))
    table.write(folder, [f"{value:,.0f}" for value in price], [f"{value:.0f}" for value in price])
    test = ~table.train
    # The mean of a price, not its median, is the best guess for the squared error.
    return r2_text(price[test], np.exp(log_price + 0.11**2 / 2)[test])


def r2_text(truth, best):
    r2 = 1 - ((truth - best) ** 2).sum() / ((truth - truth.mean()) ** 2).sum()
    return f"R2 {r2:.4f}, with all cells known"


def sensors(random, folder, rows=30000):
    table = Table(rows, random, ";")
    start, minutes = datetime.datetime(2024, 3, 1), 10
    stamps = [start + i * datetime.timedelta(minutes=minutes) for i in range(rows)]
    hour = np.array([stamp.hour + stamp.minute / 60 for stamp in stamps])
    weekday = np.array([stamp.weekday() for stamp in stamps])
    day = np.arange(rows) * minutes / 1440
    drift = np.convolve(random.normal(0, 1, rows + 431), np.ones(432) / 432**0.5, "valid")
    outside = 11 + 9 * np.sin(2 * np.pi * (day - 40) / 365) + 5 * np.sin(2 * np.pi * (hour - 9) / 24) + 2.5 * drift
    work = (hour > 7) & (hour < 18.5) & (weekday < 5)
    inside = 20 + 0.12 * (outside - 12) + 1.2 * work + random.normal(0, 0.4, rows)
    humidity = np.clip(65 - 1.3 * (outside - 12) + random.normal(0, 7, rows), 15, 100)
    status = random.choice(["OK", "WARN fan", "DEFROST", "MAINTENANCE"], rows, p=[0.9, 0.05, 0.03, 0.02])
    device = random.choice(["north-1", "north-2", "south-1", "roof"], rows)
    inside_read = inside + random.normal(0, 0.15, rows)
    comma = lambda values, digits=1: [f"{value:.{digits}f}".replace(".", ",") for value in values]
    outside_text, no_outside = blank(random, comma(outside), 0.03)
    inside_text, no_inside = blank(random, comma(inside_read), 0.02, "n/a")
    humidity_text, no_humidity = blank(random, comma(humidity), 0.015, "-999,0")  # the sensor's own word for missing

    by_status = np.array([{"OK": 0, "WARN fan": 6, "DEFROST": 14, "MAINTENANCE": -18}[name] for name in status])
    by_device = np.array([{"north-1": 0, "north-2": 1.5, "south-1": -2.5, "roof": 4}[name] for name in device])
    expected = (30 + 1.1 * np.maximum(16 - outside, 0) + 2.0 * np.maximum(outside - 21, 0)
                + work * (14 + 6 * np.exp(-((hour - 13) / 2.5) ** 2)) + 4 * np.sin(2 * np.pi * (hour - 20) / 24)
                + 0.05 * np.maximum(humidity - 60, 0) * (outside > 15) + by_status + by_device)
    power = expected + random.normal(0, 3, rows)
    ids = [f"{value:08x}" for value in random.choice(2**32, rows, replace=False)]
    order = random.permutation(rows)  # rows are not in order of time
    table.messy = {
        "reading_id": ids,
        "timestamp": [stamp.strftime("%Y-%m-%dT%H:%M:%SZ") for stamp in stamps],
        "device": device.tolist(),
        "outside_c": outside_text,
        "inside_c": inside_text,
        "humidity": humidity_text,
        "pressure": ["1013,2"] * rows,  # stuck
        "status": status.tolist(),
    }
    for wave, function in (("sin", np.sin), ("cos", np.cos)):
        table.clean[f"hour_{wave}"] = function(2 * np.pi * hour / 24)
    table.clean["hour"], table.clean["weekday"], table.clean["weekend"] = hour, weekday, weekday > 4
    table.clean["day"] = day
    table.clean_classes("device", device, 1)
    table.clean_number("outside", without(np.round(outside, 1), no_outside))
    table.clean_number("inside", without(np.round(inside_read, 1), no_inside))
    table.clean_number("humidity", without(np.round(humidity, 1), no_humidity))
    table.clean_classes("status", status, 1)
    for columns in (table.messy, table.clean):
        for name, values in columns.items():
            columns[name] = [values[i] for i in order]
    table.train = table.train[order]
    table.write(folder, comma(power[order], 2), [f"{value:.2f}" for value in power[order]])
    test = ~table.train
    return r2_text(power[order][test], expected[order][test])


TABLES = {"customers": customers, "houses": houses, "sensors": sensors}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=TABLES, action="append")
    options = parser.parse_args()
    for number, (name, make) in enumerate(TABLES.items()):
        if not options.only or name in options.only:
            ceiling = make(np.random.default_rng([options.seed, number]), options.folder / name)
            print(f"{name}: ceiling on the test rows: {ceiling}", flush=True)


if __name__ == "__main__":
    main()
