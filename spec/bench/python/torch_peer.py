"""PyTorch, eager, on one thread."""

import torch

from data import descent, network, training_work, uniform

torch.set_num_threads(1)


def batch(problem):
    """Value and partial derivatives of the five-point loss, in doubles, over all points at once."""
    x1, x2, y = [torch.from_numpy(uniform(problem["points"], seed)) for seed in problem["seeds"]]
    p = [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in problem["at"]]

    def once():
        b1, w11, w12, b2, w21, w22, c, u1, u2 = p
        z1 = torch.tanh(b1 + w11 * x1 + w12 * x2)
        z2 = torch.tanh(b2 + w21 * x1 + w22 * x2)
        fin = c + u1 * z1 + u2 * z2
        loss = (fin - fin * y + torch.log(1 + torch.exp(-fin))).mean()
        return [loss.item(), *(slope.item() for slope in torch.autograd.grad(loss, p))]

    def run(times):
        for _ in range(times):
            once()

    return once(), run


def step(problem):
    x, label, weights = network(problem)
    layers, normal = problem["layers"], problem["batchNorm"]
    modules = []
    for i, w in enumerate(weights):
        is_last = i == len(weights) - 1
        linear = torch.nn.Linear(*w.shape, bias=is_last or not normal)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(w.T))
            if linear.bias is not None:
                linear.bias.zero_()
        modules.append(linear)
        if not is_last:
            modules += [torch.nn.BatchNorm1d(w.shape[1])] if normal else []
            modules.append(torch.nn.ReLU())
    model = torch.nn.Sequential(*modules)
    optimiser = torch.optim.SGD(model.parameters(), lr=problem["rate"])
    inputs = torch.from_numpy(x)
    if layers[-1] == 1:
        measure, targets = torch.nn.BCEWithLogitsLoss(), torch.from_numpy(label).float()[:, None]
    else:
        measure, targets = torch.nn.CrossEntropyLoss(), torch.from_numpy(label)

    def once():
        optimiser.zero_grad()
        loss = measure(model(inputs), targets)
        loss.backward()
        optimiser.step()
        return loss.item()

    return training_work(once, lambda: modules[0].weight.detach().numpy())


def training(problem):
    """The five points, whose network has two neurons: a row of weights for each, its bias first."""
    rate, p = problem["rate"], torch.tensor(problem["at"], dtype=torch.float64)
    W, c, u = p[:6].reshape(2, 3).clone(), p[6].clone(), p[7:].clone()
    begun = [one.clone() for one in (W, c, u)]
    parameters = [one.requires_grad_() for one in (W, c, u)]
    inputs = {
        tuple(sample): torch.tensor([1, sample[0], sample[1]], dtype=torch.float64) for sample in problem["samples"]
    }

    def begin():
        with torch.no_grad():
            for one, start in zip(parameters, begun):
                one.copy_(start)

    def step(sample):
        fin = c + u @ torch.tanh(W @ inputs[tuple(sample)])
        loss = fin - fin * sample[2] + torch.log(1 + torch.exp(-fin))
        slopes = torch.autograd.grad(loss, parameters)
        with torch.no_grad():
            for one, slope in zip(parameters, slopes):
                one -= rate * slope
        return loss.item()

    return descent(
        problem, begin, step, lambda: torch.cat([one.detach().ravel() for one in parameters]).tolist()
    )


jobs = {"batch": batch, "step": step, "training": training}
