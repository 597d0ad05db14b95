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
    contenders = [rows["fixed"], rows["dynamic"], rows["tiled"]]
    columns = [f"{1e3 * row['seconds']:8.2f} {row['ratio']:6.2f} {100 * row['peak_fraction']:5.1f} %" for row in contenders]
    print(
        f"{name:18} {'  '.join(columns)}",
        file=sys.stderr,
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "release", help="build folder (default build/release)")
    parser.add_argument("--smoke", action="store_true", help="few samples, once")
    options = parser.parse_args()
    arguments = ["--samples-count", "96", "--repetitions", "1"] if options.smoke else []
    titles = [f"{title:>23}" for title in ("fixed: ms, ratio, peak", "dynamic, whole", "dynamic, tiled")]
    print(f"{'architecture':18} {'  '.join(titles)}", file=sys.stderr)
    results = {}
    for name in ARCHITECTURES:
        results[name] = run(options.build / "bench" / f"kernel-{name}", arguments)
        show(name, results[name])
    json.dump(results, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
