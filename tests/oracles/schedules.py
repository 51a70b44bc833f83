#!/usr/bin/python3
"""Writes schedules.json: the rate of every update by PyTorch's schedulers, and by scikit-learn's optimiser for its
own. (Where training changes the rate by its loss, mlp.json has it.)"""
import math
import warnings

import common
import torch
from sklearn.neural_network._stochastic_optimizers import SGDOptimizer
from torch.optim import lr_scheduler

warnings.simplefilter("ignore")  # no optimiser steps here
EPOCHS, UPDATES, SAMPLES = 12, 5, 270  # updates and samples of an epoch


def by_torch(rate, make, by_epoch=False):
    """PyTorch's scheduler may be asked after each update, or after each epoch."""
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=rate)
    scheduler = make(optimizer)
    rates = []
    for update in range(1, EPOCHS * UPDATES + 1):
        rates.append(optimizer.param_groups[0]["lr"])
        if update < EPOCHS * UPDATES and (not by_epoch or update % UPDATES == 0):
            scheduler.step()
    return rates


def by_sklearn(rate, schedule, power_t=0.5, fires=()):
    """`fires`: after which epochs the stop rule does."""
    optimizer, rates = SGDOptimizer([], rate, schedule, power_t=power_t), []
    for epoch in range(1, EPOCHS + 1):
        rates += UPDATES * [optimizer.learning_rate]
        optimizer.iteration_ends(epoch * SAMPLES)
        if epoch in fires:
            optimizer.trigger_stopping("", False)
    return rates


def one_cycle(rate, warmup):
    return by_torch(rate, lambda o: lr_scheduler.OneCycleLR(
        o, max_lr=rate, total_steps=EPOCHS * UPDATES, pct_start=warmup, cycle_momentum=False))


def coslog4(rate):
    """The published formula (arXiv 2407.04491, section 3), by PyTorch's scheduler of any formula."""
    return by_torch(rate, lambda o: lr_scheduler.LambdaLR(
        o, lambda u: 0.5 * (1 - math.cos(2 * math.pi * math.log2(1 + 15 * u / (EPOCHS * UPDATES))))))


RUNS = [
    ("constant", {}, 0.1, by_torch(0.1, lambda o: lr_scheduler.LambdaLR(o, lambda _: 1.0))),
    ("constant", {}, 0.1, by_sklearn(0.1, "constant")),
    ("step", {"step_epochs": 3, "step_factor": 0.4}, 0.1,
     by_torch(0.1, lambda o: lr_scheduler.StepLR(o, 3, 0.4), by_epoch=True)),
    ("step", {"step_epochs": 1, "step_factor": 0.9}, 2.0,
     by_torch(2.0, lambda o: lr_scheduler.StepLR(o, 1, 0.9), by_epoch=True)),
    ("cosine", {}, 0.1, by_torch(0.1, lambda o: lr_scheduler.CosineAnnealingLR(o, EPOCHS * UPDATES))),
    ("one_cycle", {"warmup": 0.3}, 0.1, one_cycle(0.1, 0.3)),
    ("one_cycle", {"warmup": 0.05}, 3.0, one_cycle(3.0, 0.05)),
    ("one_cycle", {"warmup": 0.9}, 3.0, one_cycle(3.0, 0.9)),
    ("coslog4", {}, 0.04, coslog4(0.04)),
    ("invscaling", {"power_t": 0.5}, 0.1, by_sklearn(0.1, "invscaling", 0.5)),
    ("invscaling", {"power_t": 0.25}, 2.0, by_sklearn(2.0, "invscaling", 0.25)),
    ("adaptive", {}, 0.1, by_sklearn(0.1, "adaptive", fires=(3, 4, 9))),
]

if __name__ == "__main__":
    common.write(__file__, [
        {"schedule": schedule, "options": options, "learning_rate_init": rate, "epochs": EPOCHS,
         "updates_per_epoch": UPDATES, "samples": SAMPLES, "fires": [3, 4, 9] if schedule == "adaptive" else [],
         "rates": common.rounded(rates)} for schedule, options, rate, rates in RUNS])
