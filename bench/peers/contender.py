# SPDX-License-Identifier: BSD-3-Clause
"""What every contender in Python does with the case that peers.py gives it (contender.hpp says what is in one)."""
import json
import sys
import time
from pathlib import Path

import numpy as np


def read_case():
    """The case, with x (n, d) and theta (P,) as arrays."""
    case = json.loads(Path(sys.argv[1]).read_text())
    return case | {"x": np.load(case["x"]), "theta": np.load(case["theta"])}


def take_parameters(layers, theta):
    """A list of (W (in, out), b (out,), W's scale, b's scale) in the order of the Dense layers, bodies included."""
    parameters = []
    for layer in layers:
        if layer["name"] == "Dense":
            weight, bias = (theta[b["offset"] :][: np.prod(b["shape"])].reshape(b["shape"]) for b in layer["blocks"])
            scale = layer["weight_scale"] / np.sqrt(layer["in"])
            parameters.append((np.ascontiguousarray(weight.T), bias.copy(), scale, layer["bias_scale"]))
        parameters += take_parameters(layer.get("children", []), theta)
    return parameters


def apply(layers, dense, relu, a):
    """The network's outputs: dense() gives the next Dense layer as a function, relu is one."""
    for layer in layers:
        if layer["name"] == "Dense":
            a = dense()(a)
        elif layer["name"] == "Relu":
            a = relu(a)
        elif layer["name"] == "Residual":
            a = a + layer["branch_scale"] * apply(layer["children"], dense, relu, a)
        elif layer["name"] == "Repeat":
            a = apply(layer["children"], dense, relu, a)
        elif layer["name"] != "Input":
            raise ValueError(f"expected Dense, Relu, Residual or Repeat, found {layer['name']}")
    return a


def peak_mib():
    """Of this process since it began to run its program."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def compete(case, evaluate):
    """Evaluates once, for the file and the time to the first result, and then for the time that it takes."""
    matrix = evaluate()
    first = time.monotonic() - case["started"]
    np.save(case["out"], np.asarray(matrix, dtype=np.float64))
    seconds = []
    while len(seconds) < case["least"] or sum(seconds) < case["seconds"]:
        begin = time.monotonic()
        evaluate()
        seconds.append(time.monotonic() - begin)
    steady = float(np.median(seconds))
    print(json.dumps({"first": first, "steady": steady, "repetitions": len(seconds), "peak_mib": peak_mib()}))
