"""Trains one peer on one split and writes its predictions: for bench/tables.py, which runs this in its environment.

    tables_peer.py MODEL classify|regress TRAIN TEST PREDICTIONS THREADS SEED

Prints its seconds of fit and predict, on the clock and of the processor, and its version as JSON. Every model has its library's defaults. What it is given:

    hist_gradient   scikit-learn's HistGradientBoosting: categories as such, missing values as they are
    xgboost         XGBoost: categories as such, missing values as they are
    random_forest   scikit-learn's RandomForest: one column for each category, missing numbers by the median
    sklearn_mlp     scikit-learn's MLP: the same, and numbers, also the target, of mean 0 and deviation 1
    realmlp, tabm   pytabkit's RealMLP_TD and TabM_D: categories as such, missing numbers by the median

Where numbers are filled by the median, a column says where. A missing category is a category of its own. Columns are
categories if they hold text.
"""
import json
import sys
import time
import warnings

import numpy as np
import pandas as pd

MISSING = "(missing)"


def read(path):
    table = pd.read_csv(path, keep_default_na=False, na_values=[""], dtype={"target": str})
    return table.drop(columns="target"), table["target"]


def prepare(train, test):
    """Categories get the category type with the training part's values: others are missing there."""
    names = [name for name in train if not pd.api.types.is_numeric_dtype(train[name])]
    for name in names:
        first, second = (table[name].astype(object).fillna(MISSING).astype(str) for table in (train, test))
        kind = pd.CategoricalDtype(sorted(set(first)))
        train[name], test[name] = first.astype(kind), second.where(second.isin(kind.categories)).astype(kind)
    # A column of the test part may be text or whole where that of the training part is not.
    for name in train.columns.difference(names):
        train[name], test[name] = train[name].astype(float), pd.to_numeric(test[name], errors="coerce").astype(float)
    return train, test, names


def filled(train, test, names):
    """Numbers without missing values, and for each such column one that says where they were."""
    for name in train.columns.difference(names):
        gone, gone_later = train[name].isna(), test[name].isna()
        middle = train[name].median()
        middle = 0.0 if np.isnan(middle) else middle
        train[name], test[name] = train[name].fillna(middle), test[name].fillna(middle)
        if gone.any():
            train[f"{name} missing"], test[f"{name} missing"] = gone.astype(float), gone_later.astype(float)
    return train, test


def encoder(names, scaled):
    from sklearn.compose import make_column_transformer
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    others = StandardScaler() if scaled else "passthrough"
    return make_column_transformer((OneHotEncoder(handle_unknown="ignore", sparse_output=False), names),
                                   remainder=others)


def make(model, classify, names, threads, seed):
    """(estimator, what its fit is told besides)."""
    if model == "hist_gradient":
        from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

        kind = HistGradientBoostingClassifier if classify else HistGradientBoostingRegressor
        return kind(categorical_features=names or None, random_state=seed), {}
    if model == "xgboost":
        from xgboost import XGBClassifier, XGBRegressor

        kind = XGBClassifier if classify else XGBRegressor
        return kind(enable_categorical=True, n_jobs=threads, random_state=seed), {}
    if model == "random_forest":
        from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
        from sklearn.pipeline import make_pipeline

        kind = RandomForestClassifier if classify else RandomForestRegressor
        return make_pipeline(encoder(names, False), kind(n_jobs=threads, random_state=seed)), {}
    if model == "sklearn_mlp":
        from sklearn.compose import TransformedTargetRegressor
        from sklearn.neural_network import MLPClassifier, MLPRegressor
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        if classify:
            return make_pipeline(encoder(names, True), MLPClassifier(random_state=seed)), {}
        return TransformedTargetRegressor(make_pipeline(encoder(names, True), MLPRegressor(random_state=seed)),
                                          transformer=StandardScaler()), {}
    from pytabkit import RealMLP_TD_Classifier, RealMLP_TD_Regressor, TabM_D_Classifier, TabM_D_Regressor

    kinds = {"realmlp": (RealMLP_TD_Classifier, RealMLP_TD_Regressor), "tabm": (TabM_D_Classifier, TabM_D_Regressor)}
    kind = kinds[model][0 if classify else 1]
    return kind(device="cpu", n_threads=threads, random_state=seed), {"cat_col_names": names}


def version(model):
    from importlib.metadata import PackageNotFoundError, version as version_of

    packages = {"xgboost": ["xgboost-cpu", "xgboost"], "realmlp": ["pytabkit"], "tabm": ["pytabkit"]}
    for package in packages.get(model, ["scikit-learn"]):
        try:
            return f"{package} {version_of(package)}"
        except PackageNotFoundError:
            pass


def main():
    model, task, train_path, test_path, out, threads, seed = sys.argv[1:]
    threads, seed, classify = int(threads), int(seed), task == "classify"
    warnings.simplefilter("ignore")
    x, y = read(train_path)
    x_test, _ = read(test_path)
    x, x_test, names = prepare(x, x_test)
    if model not in ("hist_gradient", "xgboost"):
        x, x_test = filled(x, x_test, names)
    if model in ("realmlp", "tabm"):
        import torch

        torch.set_num_threads(threads)
    if classify:
        classes, labels = np.unique(y.to_numpy(dtype=object).astype(str), return_inverse=True)
    else:
        labels = y.astype(float).to_numpy()
    estimator, more = make(model, classify, names, threads, seed)

    start, start_cpu = time.perf_counter(), time.process_time()
    estimator.fit(x, labels, **more)
    found = estimator.predict_proba(x_test) if classify else estimator.predict(x_test)
    seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - start_cpu

    found = np.asarray(found, float)
    if classify:
        table = pd.DataFrame(found, columns=classes)
        table.insert(0, "prediction", classes[found.argmax(1)], allow_duplicates=True)
    else:
        table = pd.DataFrame({"prediction": found.reshape(-1)})
    table.to_csv(out, index=False)
    print(json.dumps({"seconds": seconds, "cpu_seconds": round(cpu_seconds, 4), "version": version(model)}))


if __name__ == "__main__":
    main()
