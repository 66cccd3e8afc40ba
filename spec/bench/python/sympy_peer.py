"""SymPy: derivatives simplified; functions of them by lambdify, with what they share computed once."""

import sympy

from data import descent


def read(text):
    return sympy.sympify(text.replace("^", "**"), locals={name: sympy.Symbol(name) for name in "cESINOQ"})


def compiled(problem):
    """Value and partial derivatives, as a function of numbers."""
    f = read(problem["text"])
    names = [sympy.Symbol(name) for name in problem["parameters"] + problem["data"]]
    parameters = names[: len(problem["parameters"])]
    return sympy.lambdify(names, [f, *(f.diff(name) for name in parameters)], "math", cse=True)


def gradient(problem):
    both = compiled(problem)
    at, sample = list(problem["at"]), list(problem["sample"])
    answer = []
    for k, scale in enumerate([1, 0.7, -0.4]):
        moved = [scale * value + k * float(sympy.sin(i)) / 4 for i, value in enumerate(at)]
        answer += both(*moved, *sample)

    def run(times):
        position = 0
        for _ in range(times):
            position = (position + 1) % len(at)
            at[position] += 1e-12
            both(*at, *sample)

    return answer, run


def training(problem):
    both, rate, p = compiled(problem), problem["rate"], []

    def begin():
        p[:] = problem["at"]

    def step(sample):
        loss, *slopes = both(*p, *sample)
        p[:] = [value - rate * slope for value, slope in zip(p, slopes)]
        return loss

    return descent(problem, begin, step, lambda: p)


def derivative(problem):
    """Each time anew, SymPy's own cache emptied."""

    def once():
        sympy.core.cache.clear_cache()
        f = read(problem["text"])
        return [f.diff(sympy.Symbol(name)).simplify() for name in problem["variables"]]

    answer = [float(partial.evalf(subs=problem["at"])) for partial in once()]

    def run(times):
        for _ in range(times):
            once()

    return answer, run


jobs = {"gradient": gradient, "training": training, "derivative": derivative}
