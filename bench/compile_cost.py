#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Seconds and peak memory that a compiler needs for the specialised unit of a kernel binary, by depth and by width, and
how many templates it instantiates, as Clang's -ftime-trace lists them, where Clang 19 is installed.

A table goes to stderr, JSON to stdout. Nothing is asserted: the figures are the machine's as much as the library's.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FLAGS = "-std=c++20 -O3 -march=native -ffp-contract=off -fopenmp -c -o /dev/null".split()
# Dense layers, and the width of all but the last.
CASES = [(depth, 64) for depth in (3, 8, 16, 32, 64)] + [(3, width) for width in (16, 256, 1024)]


def declare(depth, width):
    hidden = ", ".join(f"nntk::Dense<{width}>, nntk::Relu" for _ in range(depth - 1))
    return f"#include <nntk/arch/activation.hpp>\nusing Architecture = nntk::Network<nntk::Input<64>, {hidden}, nntk::Dense<10>>;\n"


def write_unit(folder, depth, width):
    """As nntk_add_kernel does."""
    header, declarations, unit = (folder / name for name in ("architecture.hpp", "shared.hpp", "kernel.cpp"))
    values = {"ARCHITECTURE": header, "DECLARATIONS": declarations, "SCALAR": "double", "LINKAGE": "extern"}
    header.write_text(declare(depth, width))
    for template, file in ("shared_templates.in", declarations), ("kernel.cpp.in", unit):
        file.write_text(re.sub("@NNTK_([A-Z]+)@", lambda match: str(values[match[1]]), (ROOT / "cmake" / template).read_text()))
    return unit


def measure(compiler, unit):
    """Seconds of wall time, seconds of processor time, peak MiB of the largest process."""
    start = time.monotonic()
    child = os.posix_spawnp(compiler, [compiler, *FLAGS, f"-I{ROOT / 'include'}", str(unit)], os.environ)
    _, status, usage = os.wait4(child, 0)
    if status != 0:
        sys.exit(f"{compiler} failed")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def count_instantiations(clang, unit):
    """Classes and functions that are instantiated; None without Clang."""
    if shutil.which(clang) is None:
        return None
    trace = unit.with_suffix(".json")
    flags = [*FLAGS, "-Xclang", "-disable-llvm-passes", "-emit-llvm", f"-ftime-trace={trace}", "-ftime-trace-granularity=0"]
    subprocess.run([clang, *flags, f"-I{ROOT / 'include'}", unit], check=True)
    events = json.loads(trace.read_text())["traceEvents"]
    return sum(event["name"] in ("InstantiateClass", "InstantiateFunction") for event in events)


def measure_case(compiler, clang, depth, width):
    with tempfile.TemporaryDirectory() as folder:
        unit = write_unit(Path(folder), depth, width)
        wall, processor, memory = measure(compiler, unit)
        instantiations = count_instantiations(clang, unit)
    counted = "-" if instantiations is None else instantiations
    print(f"{depth:5} {width:5} {wall:8.1f} {processor:8.1f} {memory:8.0f} {counted:>14}", file=sys.stderr, flush=True)
    return {
        "depth": depth,
        "width": width,
        "seconds": wall,
        "processor_seconds": processor,
        "peak_mib": memory,
        "instantiations": instantiations,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--compiler", default=os.environ.get("CXX", "c++"))
    parser.add_argument("--clang", default="clang++-19", help="the compiler that counts instantiations")
    parser.add_argument("--smoke", action="store_true", help="the smallest case alone")
    options = parser.parse_args()
    print("depth width  seconds  cpu sec.      MiB instantiations", file=sys.stderr)
    cases = CASES[:1] if options.smoke else CASES
    results = [measure_case(options.compiler, options.clang, *case) for case in cases]
    version = subprocess.run([options.compiler, "--version"], capture_output=True, text=True, check=True)
    report = {"compiler": version.stdout.splitlines()[0], "flags": " ".join(FLAGS), "results": results}
    json.dump(report, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
