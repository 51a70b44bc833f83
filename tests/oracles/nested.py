#!/usr/bin/python3
"""Writes nested.json: scikit-learn's grid searches within outer folds, on the folds that hebb cuts.

Nearest neighbours and kernel SVMs, whose fits are the same in both.
"""
import common
import hebb_split
from sklearn.datasets import load_diabetes, load_iris, load_wine
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC


def nested(data, model, grid, scoring, folds, outer, seed):
    table = data()
    x, y = table.data, table.target
    classes = scoring != "r2"
    searches = []
    for train, held_out in hebb_split.folds(len(x), y if classes else None, outer, seed):
        inner = hebb_split.folds(len(train), y[train] if classes else None, folds, seed)
        search = GridSearchCV(Pipeline([("scale", StandardScaler()), ("model", model)]),
                              {f"model__{option}": values for option, values in grid.items()},
                              scoring=scoring, cv=inner).fit(x[train], y[train])
        searches.append({"inner": search.best_score_, "outer": search.score(x[held_out], y[held_out]),
                         "means": search.cv_results_["mean_test_score"].tolist(),
                         "choice": [str(search.best_params_[f"model__{option}"]) for option in grid]})
    return {"data": data.__name__.removeprefix("load_"), "model": "svm" if "gamma" in grid else "knn",
            "space": [f"{option}={'|'.join(map(str, values))}" for option, values in grid.items()],
            "metric": scoring, "folds": folds, "nested": outer, "seed": seed, "searches": searches}


if __name__ == "__main__":
    neighbours = {"n_neighbors": [1, 3, 5, 9, 15, 25], "weights": ["uniform", "distance"]}
    common.write(__file__, [
        nested(load_iris, KNeighborsClassifier(algorithm="brute"), neighbours, "accuracy", 5, 4, 0),
        nested(load_wine, KNeighborsClassifier(algorithm="brute"), neighbours, "f1_macro", 4, 3, 7),
        nested(load_wine, SVC(), {"C": [0.03, 0.3, 3.0], "gamma": [0.003, 0.03, 0.3]}, "accuracy", 3, 5, 1),
        nested(load_diabetes, KNeighborsRegressor(algorithm="brute"), neighbours, "r2", 5, 3, 2)])
