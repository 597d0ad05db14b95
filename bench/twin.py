#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Compiled kernels against the same networks configured at run time, one thread each, n = 1536.

Runs the `bench` command of every kernel binary of bench/architectures, which compares the results before it times
them. A table goes to stderr, JSON to stdout. Nothing is asserted but the equality of the results.
"""
import argparse
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ARCHITECTURES = ["2-16-16-1", "8-64-64-1", "64-256-256-10", "784-1024-1024-10"]


def run(binary, arguments):
    return json.loads(subprocess.run([binary, "bench", "--json", *arguments], check=True, capture_output=True).stdout)


def show(name, result):
    rows = {row["name"]: row for row in result["rows"]}
    fixed, dynamic = rows["fixed"], rows["dynamic"]
    print(
        f"{name:18} {1e3 * fixed['seconds']:10.2f} {1e3 * dynamic['seconds']:10.2f} {dynamic['ratio']:8.2f}"
        f" {100 * fixed['peak_fraction']:8.1f} {100 * dynamic['peak_fraction']:8.1f}",
        file=sys.stderr,
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "release", help="build folder (default build/release)")
    parser.add_argument("--smoke", action="store_true", help="few samples, once")
    options = parser.parse_args()
    arguments = ["--samples-count", "96", "--repetitions", "1"] if options.smoke else []
    print("architecture         fixed ms dynamic ms    ratio  % peak  dyn. % peak", file=sys.stderr)
    results = {}
    for name in ARCHITECTURES:
        results[name] = run(options.build / "bench" / f"kernel-{name}", arguments)
        show(name, results[name])
    json.dump(results, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
