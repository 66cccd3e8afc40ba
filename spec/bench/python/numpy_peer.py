"""NumPy, with derivatives by hand, as somebody writes it who knows it well."""

import numpy as np

from data import descent, network, training_work, uniform

BLOCK = 4096


def batch(problem):
    """Value and partial derivatives of the five-point loss, in blocks that stay in the cache."""
    points = problem["points"]
    x1, x2, y = [uniform(points, seed) for seed in problem["seeds"]]
    b1, w11, w12, b2, w21, w22, c, u1, u2 = problem["at"]

    def once():
        totals = np.zeros(10)
        for begin in range(0, points, BLOCK):
            a, b, t = x1[begin : begin + BLOCK], x2[begin : begin + BLOCK], y[begin : begin + BLOCK]
            z1 = np.tanh(b1 + w11 * a + w12 * b)
            z2 = np.tanh(b2 + w21 * a + w22 * b)
            fin = c + u1 * z1 + u2 * z2
            e = np.exp(-fin)
            back = 1 - t - e / (1 + e)
            d1 = u1 * back * (1 - z1 * z1)
            d2 = u2 * back * (1 - z2 * z2)
            totals += [
                fin.sum() - fin @ t + np.log1p(e).sum(),
                d1.sum(),
                d1 @ a,
                d1 @ b,
                d2.sum(),
                d2 @ a,
                d2 @ b,
                back.sum(),
                back @ z1,
                back @ z2,
            ]
        return totals / points

    def run(times):
        for _ in range(times):
            once()

    return once(), run


def step(problem):
    """Forward pass, backward pass and update of a network in single precision."""
    x, label, weights = network(problem)
    layers, batch, rate = problem["layers"], problem["batch"], np.float32(problem["rate"])
    normal, last = problem["batchNorm"], len(weights) - 1
    biases = [np.zeros(w.shape[1], np.float32) for w in weights]
    gains = [np.ones(w.shape[1], np.float32) for w in weights]
    rows = np.arange(batch)
    epsilon = np.float32(1e-5)

    def once():
        kept, h = [], x
        for i, w in enumerate(weights):
            a = h @ w
            scaled = spread = None
            if normal and i < last:
                a -= a.mean(0)
                spread = 1 / np.sqrt((a * a).mean(0) + epsilon)
                scaled = a * spread
                a = gains[i] * scaled
            a += biases[i]
            kept.append((h, scaled, spread))
            h = a if i == last else np.maximum(a, 0)
        if layers[-1] == 1:
            z = h[:, 0]
            loss = (np.logaddexp(0, z) - z * label).mean()
            d = ((1 / (1 + np.exp(-z)) - label) / batch)[:, None].astype(np.float32)
        else:
            z = h - h.max(1, keepdims=True)
            d = np.exp(z)
            total = d.sum(1, keepdims=True)
            loss = (np.log(total[:, 0]) - z[rows, label]).mean()
            d /= total
            d[rows, label] -= 1
            d /= batch
        for i in range(last, -1, -1):
            before, scaled, spread = kept[i]
            db = d.sum(0)
            if scaled is not None:
                dg = (d * scaled).sum(0)
                d = gains[i] * spread * (d - (db + scaled * dg) / batch)
                gains[i] -= rate * dg
            dw = before.T @ d
            if i > 0:
                d = (d @ weights[i].T) * (before > 0)
            weights[i] -= rate * dw
            biases[i] -= rate * db
        return float(loss)

    return training_work(once, lambda: weights[0])


def mixture(size):
    """As spec/support/mixture.ts, over whole arrays: products of matrices, one a component."""
    d, components, samples = size["dimensions"], size["components"], size["samples"]
    entries = d * (d - 1) // 2

    def wave(shape, phase, height):
        return (height * np.sin(1.7 * np.arange(np.prod(shape)) + phase)).reshape(shape)

    x, alpha, mu = wave((samples, d), 0, 0.5), wave((components,), 1, 0.5), wave((components, d), 2, 0.5)
    q, l = wave((components, d), 3, 0.5), wave((components, entries), 4, 0.2)
    spread, freedom = 1.5, 2.0
    below, diagonal = np.tril_indices(d, -1), np.arange(d)

    def logsumexp(t, axis):
        greatest = t.max(axis, keepdims=True)
        return (greatest + np.log(np.exp(t - greatest).sum(axis, keepdims=True))).squeeze(axis)

    def once():
        own = np.exp(q)
        triangles = np.zeros((components, d, d))
        triangles[:, below[0], below[1]] = l
        triangles[:, diagonal, diagonal] = own
        centred = x[None] - mu[:, None]
        y = centred @ triangles.transpose(0, 2, 1)
        t = (alpha + q.sum(1))[:, None] - (y * y).sum(2) / 2
        every, whole = logsumexp(t, 0), logsumexp(alpha, 0)
        prior = spread**2 / 2 * ((own**2).sum() + (l**2).sum()) - freedom * q.sum()
        loss = every.sum() - samples * whole + prior
        share = np.exp(t - every)
        carried = share[:, :, None] * y
        slopes = -carried.transpose(0, 2, 1) @ centred
        dalpha = share.sum(1)
        dmu = (carried.sum(1)[:, None] @ triangles)[:, 0]
        dq = slopes[:, diagonal, diagonal] * own + dalpha[:, None] + spread**2 * own**2 - freedom
        dl = slopes[:, below[0], below[1]] + spread**2 * l
        dalpha = dalpha - samples * np.exp(alpha - whole)
        return np.concatenate([[loss], dalpha, dmu.ravel(), dq.ravel(), dl.ravel()])

    def run(times):
        for _ in range(times):
            once()

    return once(), run


def training(problem):
    """The five points, whose network has two neurons: a row of weights for each, its bias first."""
    rate, state = problem["rate"], {}
    inputs = {tuple(sample): np.array([1, sample[0], sample[1]], float) for sample in problem["samples"]}

    def begin():
        p = np.array(problem["at"])
        state.update(W=p[:6].reshape(2, 3).copy(), c=p[6], u=p[7:].copy())

    def step(sample):
        W, u, x, y = state["W"], state["u"], inputs[tuple(sample)], sample[2]
        z = np.tanh(W @ x)
        fin = state["c"] + u @ z
        e = np.exp(-fin)
        back = 1 - y - e / (1 + e)
        d = back * u * (1 - z * z)
        state["c"] -= rate * back
        u -= rate * back * z
        W -= rate * np.outer(d, x)
        return fin - fin * y + np.log1p(e)

    return descent(problem, begin, step, lambda: [*state["W"].ravel(), state["c"], *state["u"]])


jobs = {"batch": batch, "step": step, "training": training, "mixture": mixture}
