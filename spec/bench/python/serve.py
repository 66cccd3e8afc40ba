"""The process of a peer in Python, `serve.py MODULE`: as harness/serve.ts, it answers lines of JSON by lines of JSON."""

import importlib
import json
import os
import resource
import sys
import time


def cost_of(run):
    before, start = time.process_time(), time.perf_counter()
    run()
    wall, cpu = time.perf_counter() - start, time.process_time() - before
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"wall": wall * 1000, "cpu": cpu * 1000, "memory": memory}


def reply_to(request, state):
    if request["do"] == "start":
        return {}
    if request["do"] == "prepare":

        def prepare():
            jobs = importlib.import_module(sys.argv[1]).jobs
            state["answer"], state["run"] = jobs[request["job"]](request["problem"])

        cost = cost_of(prepare)
        return {**cost, "answer": [float(value) for value in state["answer"]]}
    run = state["run"]
    if request["do"] == "run":
        return cost_of(lambda: run(request["times"]))
    times, spent, piece = 1, 0, request["slice"]
    while True:
        cost = cost_of(lambda: run(times))
        used = max(cost["cpu"], cost["wall"] / 20)
        spent += used
        if spent >= request["warmUp"] and used >= piece / 4:
            return {**cost, "times": max(1, round(times * piece / used)), "each": used / times}
        if used < piece / 2:
            times *= 2


def main():
    replies, state = os.fdopen(3, "w"), {}
    for line in sys.stdin:
        try:
            reply = reply_to(json.loads(line), state)
        except ImportError as error:
            reply = {"absent": str(error)}
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


main()
