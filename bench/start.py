#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""From the start of a kernel binary to its first result: `gram --kernel ntk` of 32 samples, file included.

Medians of several starts, beside those of `true`. A table goes to stderr, JSON to stdout. Nothing is asserted.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ARCHITECTURES = ["2-16-16-1", "8-64-64-1", "64-256-256-10", "784-1024-1024-10"]
SAMPLES = 32


def write_samples(path, width):
    values = ((31 * i + 17 * j) % 64 / 32 - 1 for i in range(SAMPLES) for j in range(width))
    path.write_text("".join(f"{value}{' ' if k % width else os.linesep}" for k, value in enumerate(values, 1)))


def median_milliseconds(command, starts):
    times = []
    for _ in range(starts):
        begin = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(1e3 * (time.perf_counter() - begin))
    return statistics.median(times)


def measure(folder, build, name, starts):
    samples = folder / "x.txt"
    write_samples(samples, int(name.split("-")[0]))
    binary = build / "bench" / f"kernel-{name}"
    command = [binary, "gram", "--kernel", "ntk", "--x", samples, "--out", folder / "k.npy", "--threads"]
    row = {f"threads_{threads}_ms": median_milliseconds([*command, str(threads)], starts) for threads in (1, 2)}
    print(f"{name:18} {row['threads_1_ms']:8.1f} {row['threads_2_ms']:8.1f}", file=sys.stderr, flush=True)
    return row


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "release", help="build folder (default build/release)")
    parser.add_argument("--smoke", action="store_true", help="one start each")
    options = parser.parse_args()
    starts = 1 if options.smoke else 31
    print("architecture       1 thread 2 threads (ms)", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        results = {name: measure(Path(folder), options.build, name, starts) for name in ARCHITECTURES}
    results["true_ms"] = median_milliseconds(["true"], starts)
    json.dump(results, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
