#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""How the time of a kernel grows with samples n, width, depth, outputs and displacements M, one thread.

Every network is compiled, its `bench` command run, and an exponent fitted to the times by least squares of their
logarithms; beside it the exponent of the model, the multiply-adds that `bench` counts for the same cases. A table goes to
stderr, JSON to stdout. Nothing is asserted.
"""
import argparse
import json
import math
import sys
import tempfile

from compiled import NNTK, Binaries, bench

SAMPLES = 1024
# What grows, its values, and the case at each: the network's shape, n, and M (0: the local kernel).
SWEEPS = [
    ("n", [256, 512, 1024, 2048, 4096], lambda value: ((64, 64, 2, 1), value, 0)),
    ("width", [16, 32, 64, 128, 256, 512], lambda value: ((64, value, 2, 1), SAMPLES, 0)),
    ("depth", [1, 2, 4, 8, 16], lambda value: ((64, 64, value, 1), SAMPLES, 0)),
    ("outputs", [1, 2, 4, 8, 16], lambda value: ((64, 64, 2, value), SAMPLES, 0)),
    ("M", [64, 128, 256, 512, 1024], lambda value: ((64, 64, 2, 1), SAMPLES, value)),
    ("n, nonlocal", [128, 256, 512, 1024], lambda value: ((64, 64, 2, 1), value, 256)),
    ("width, nonlocal", [16, 32, 64, 128, 256], lambda value: ((64, value, 2, 1), 256, 256)),
]


def measure(binary, samples, displacements, repetitions):
    """Seconds of the compiled kernel, and those of the model at the machine's peak."""
    nonlocal_kernel = ["--kernel", "nntk", "--samples", displacements] if displacements else []
    rows = bench(binary, "--samples-count", samples, "--repetitions", repetitions, *nonlocal_kernel)
    return rows["fixed"]["seconds"], rows["floor"]["seconds"]


def fit_exponent(values, seconds):
    """The slope of log seconds against log values."""
    x, y = [math.log(value) for value in values], [math.log(value) for value in seconds]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    return sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y)) / sum((a - mean_x) ** 2 for a in x)


def run_sweep(binaries, name, values, case, repetitions):
    rows = []
    for value in values:
        shape, samples, displacements = case(value)
        seconds, model = measure(binaries.get(shape), samples, displacements, repetitions)
        rows.append({"value": value, "seconds": seconds, "model_seconds": model})
    fitted = fit_exponent(values, [row["seconds"] for row in rows])
    model = fit_exponent(values, [row["model_seconds"] for row in rows])
    times = "  ".join(f"{row['value']}: {1e3 * row['seconds']:.2f}" for row in rows)
    print(f"{name:16} {fitted:8.2f} {model:8.2f}   {times}", file=sys.stderr, flush=True)
    return {"sweep": name, "exponent": fitted, "model_exponent": model, "rows": rows}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--compiler", default=NNTK, help="the tool nntk")
    parser.add_argument("--smoke", action="store_true", help="n and M alone, of few samples, once")
    options = parser.parse_args()
    print(f"{'':16} {'exponent':>8} {'model':>8}   milliseconds", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        binaries = Binaries(options.compiler, folder)
        if options.smoke:
            shape = (16, 16, 2, 1)
            sweeps = [("n", [32, 64], lambda value: (shape, value, 0)), ("M", [8, 16], lambda value: (shape, 32, value))]
        else:
            sweeps = SWEEPS
        results = [run_sweep(binaries, *sweep, 1 if options.smoke else 7) for sweep in sweeps]
    json.dump(results, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
