#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What large problems take: a Gram matrix that goes to its file part by part beside one that is held in memory, and kernel
ridge regression by conjugate gradients, whose kernel is never stored.

Commands of the kernel binary of [8, 64, 64, 1] on random inputs, each in a process of its own: seconds from its start to
its end, files included, medians of several, and its peak memory. A table goes to stderr, JSON to stdout. Nothing is
asserted.
"""
import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BINARY = "kernel-8-64-64-1"
INPUTS = 8


def write_problem(folder, name, count):
    """Inputs and targets, a smooth function of them, as text."""
    law = random.Random(count)
    rows = [[law.gauss(0, 1) for _ in range(INPUTS)] for _ in range(count)]
    inputs, targets = folder / f"{name}_x.csv", folder / f"{name}_y.csv"
    inputs.write_text("".join(",".join(f"{value:.6f}" for value in row) + "\n" for row in rows))
    targets.write_text("".join(f"{max(row[0], row[1]) - row[2] * row[3]:.6f}\n" for row in rows))
    return inputs, targets


def run_once(command, output=os.devnull):
    """Seconds, and peak MiB."""
    start = time.monotonic()
    with open(output, "wb") as out:
        child = subprocess.Popen([str(word) for word in command], stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{command} ended with {child.returncode}")
    return time.monotonic() - start, usage.ru_maxrss / 1024


def show(name, seconds, mib):
    print(f"{name:46} {seconds:8.2f} s {mib:8.0f} MiB", file=sys.stderr, flush=True)
    return {"seconds": seconds, "peak_mib": mib}


def compare_grams(binary, folder, samples, repetitions):
    """Held in memory, since it goes to a pipe, and streamed to a file; in turn."""
    inputs, _ = write_problem(folder, "gram", samples)
    gram = [binary, "gram", "--kernel", "ntk", "--x", inputs, "--out"]
    runs = {"held": [], "streamed": []}
    for _ in range(repetitions):
        runs["held"].append(run_once([*gram, "-"]))
        runs["streamed"].append(run_once([*gram, folder / "K.npy"]))
    medians = {name: [statistics.median(column) for column in zip(*taken)] for name, taken in runs.items()}
    rows = {name: show(f"gram of {samples}, {name}", *taken) for name, taken in medians.items()}
    rows["speed"] = rows["held"]["seconds"] / rows["streamed"]["seconds"]
    print(f"{'':46} streamed at {100 * rows['speed']:.0f} % of the speed", file=sys.stderr)
    return rows


def solve_ridge(binary, folder, examples, kernel):
    inputs, targets = write_problem(folder, "ridge", examples)
    test_inputs, test_targets = write_problem(folder, "test", 1000)
    report = folder / "report.json"
    command = [binary, "predict", "--kernel", kernel, "--x", inputs, "--y", targets, "--x-test", test_inputs, "--y-test"]
    command += [test_targets, "--ridge", "1", "--solver", "conjugate-gradients", "--json"]
    row = show(f"ridge of {examples}, {kernel}", *run_once(command, report))
    return row | {"report": json.loads(report.read_text())}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "release", help="build folder (default build/release)")
    parser.add_argument("--samples", type=int, default=12000, help="of the Gram matrix (default 12000: 1.15 GB)")
    parser.add_argument("--examples", type=int, default=50000, help="of the regression (default 50000)")
    parser.add_argument("--kernel", default="ntk-infinite", help="of the regression (default ntk-infinite)")
    parser.add_argument("--smoke", action="store_true", help="2,200 samples, 300 examples, once")
    options = parser.parse_args()
    samples, examples, repetitions = (2200, 300, 1) if options.smoke else (options.samples, options.examples, 5)
    binary = options.build / "bench" / BINARY
    with tempfile.TemporaryDirectory() as folder:
        results = {
            "gram": compare_grams(binary, Path(folder), samples, repetitions),
            "ridge": solve_ridge(binary, Path(folder), examples, options.kernel),
        }
    json.dump(results, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
