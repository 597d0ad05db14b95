#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The share of the peak of multiply-adds that compiled kernels reach, by width, scalar and what is kept of the outputs.

Networks of two hidden layers are compiled and their `bench` command run, one thread: the whole local kernel, its sweeps
alone, and the fastest twin's time as a multiple. A table goes to stderr, JSON to stdout. Nothing is asserted but that the
results agree.
"""
import argparse
import json
import sys
import tempfile

from compiled import NNTK, Binaries, bench

WIDTHS = [16, 32, 64, 128, 256, 512, 1024]
# (outputs, what is kept of a pair's, n)
KEPT = [(1, "sum", 1536), (10, "sum", 1536), (10, "full", 384)]


def measure(binaries, width, outputs, kept, samples, repetitions):
    binary = binaries.get((width, width, 2, outputs))
    rows = bench(binary, "--samples-count", samples, "--outputs", kept, *repetitions)
    fastest_twin = min(rows[name]["ratio"] for name in ("dynamic", "tiled"))
    return {
        "width": width,
        "scalar": binaries.scalar,
        "outputs": outputs,
        "kept": kept,
        "peak_fraction": rows["fixed"]["peak_fraction"],
        "sweeps_peak_fraction": rows["sweeps"]["peak_fraction"],
        "twin_ratio": fastest_twin,
    }


def show(row):
    print(
        f"{row['scalar']:6} {row['outputs']:7} {row['kept']:5} {row['width']:5} {100 * row['peak_fraction']:8.1f} %"
        f" {100 * row['sweeps_peak_fraction']:8.1f} % {row['twin_ratio']:6.2f}",
        file=sys.stderr,
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--compiler", default=NNTK, help="the tool nntk")
    parser.add_argument("--widths", nargs="+", type=int, default=WIDTHS, metavar="N")
    parser.add_argument("--smoke", action="store_true", help="one network, few samples, once")
    options = parser.parse_args()
    scalars, widths, kept = ("double", "float"), options.widths, KEPT
    if options.smoke:
        scalars, widths, kept = ("float",), options.widths[:1], [(3, "full", 48)]
    repetitions = ["--repetitions", 1] if options.smoke else []
    print("scalar outputs kept  width     of peak    sweeps   twin", file=sys.stderr)
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for scalar in scalars:
            binaries = Binaries(options.compiler, folder, scalar)
            for outputs, mode, samples in kept:
                for width in widths:
                    results.append(measure(binaries, width, outputs, mode, samples, repetitions))
                    show(results[-1])
    json.dump(results, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
