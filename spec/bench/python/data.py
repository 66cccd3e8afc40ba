"""The same numbers as harness/data.ts makes."""

import numpy as np


def uniform(count, seed):
    with np.errstate(over="ignore"):
        h = np.arange(count, dtype=np.uint32) + np.uint32((seed * 0x9E3779B9) & 0xFFFFFFFF)
        h = (h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B)
        h = (h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35)
        h = h ^ (h >> np.uint32(16))
    return h.astype(np.float64) / 2**31 - 1


def network(problem):
    """The batch, the class of each row, and the weights of the layers."""
    layers, batch = problem["layers"], problem["batch"]
    classes = max(2, layers[-1])
    x = uniform(batch * layers[0], 1).astype(np.float32).reshape(batch, layers[0])
    label = np.floor((uniform(batch, 2) + 1) / 2 * classes).astype(np.int64)
    pairs = list(zip(layers, layers[1:]))
    weights = [
        (uniform(a * b, 3 + i) * np.sqrt(3 / a)).astype(np.float32).reshape(a, b) for i, (a, b) in enumerate(pairs)
    ]
    return x, label, weights


def training_work(step, first_weights):
    """As harness/step.ts: the losses of six steps, and how far the first weights have moved."""
    before = np.array(first_weights(), dtype=np.float64)
    losses = [step() for _ in range(6)]
    moved = np.sqrt(((np.array(first_weights(), dtype=np.float64) - before) ** 2).sum())

    def run(times):
        for _ in range(times):
            step()

    return [*losses, moved], run


def descent(problem, begin, step, parameters):
    """Whole trainings of one sample after another: `step(sample)` changes what `begin()` has set, and returns the loss."""

    def train():
        begin()
        loss = 0.0
        for _ in range(problem["epochs"]):
            for sample in problem["samples"]:
                loss = step(sample)
        return loss

    def run(times):
        for _ in range(times):
            train()

    return [train(), *parameters()], run
