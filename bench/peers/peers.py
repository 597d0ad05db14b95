#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""nntk beside the programs that people use: the same inputs, parameters, precision (f64), cores and machine.

Every contender is a process of its own, pinned to as many cores as it has threads (contender.hpp says what it does). Its
matrix must be nntk's, to 1e-10 of its largest entry (at infinite width 1e-7), before its times count. Of a case that a contender cannot do within
the limits of memory and time, larger ones are left out. A table of seconds and memory as multiples of nntk's goes to
stderr, JSON to stdout. Run by build/peers/bin/python (see install.sh).
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import presentation

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
ARCHITECTURES = ["2-16-16-1", "8-64-64-1", "64-256-256-10", "784-1024-1024-10", "residual-16"]
SAMPLES = [64, 512, 2048]
# neural-tangents takes angles from 1 - cos^2, which loses half of the digits where it is 0, on the diagonal.
TOLERANCES = {"ntk": 1e-10, "ntk-infinite": 1e-7}
MOST_BYTES = 10 << 30
MOST_SECONDS = 60
OUT_OF_MEMORY = ["can't allocate memory", "RESOURCE_EXHAUSTED", "Out of memory", "MemoryError", "bad_alloc"]

NEURAL_TANGENTS = ["JACOBIAN_CONTRACTION", "NTK_VECTOR_PRODUCTS", "STRUCTURED_DERIVATIVES", "AUTO", "AUTO-BATCHED"]
TORCH = ["jacobian", "products", "by_hand"]


def list_contenders(architecture, kernel):
    """(name, program, implementation) of those that have the kernel. At infinite width neural-tangents adds only branches
    that end with a Dense layer, and those of residual-16 end with an activation."""
    jax = "neural_tangents_contender.py"
    if kernel == "ntk-infinite":
        yardstick = ("scikit-learn rbf_kernel", "scikit_learn_contender.py", "")
        return [yardstick] if architecture == "residual-16" else [("neural-tangents", jax, ""), yardstick]
    contenders = [(f"neural-tangents {name.replace('_', ' ').lower()}", jax, name) for name in NEURAL_TANGENTS]
    contenders += [(f"torch {name.replace('_', ' ')}", "torch_contender.py", name) for name in TORCH]
    return contenders + [("libtorch by hand", "peer-libtorch", ""), ("Eigen by hand", "peer-eigen", "")]


class Case:
    """One architecture, kernel, number of samples and number of threads, on files in a folder."""

    def __init__(self, folder, build, architecture, kernel, samples, threads, seconds):
        self.folder, self.build = folder, build
        self.architecture, self.kernel, self.samples, self.threads = architecture, kernel, samples, threads
        binary = build / "bench" / f"kernel-{architecture}"
        info = json.loads(subprocess.run([binary, "info", "--json"], check=True, capture_output=True).stdout)
        np.save(folder / "x.npy", np.random.default_rng(samples).standard_normal((samples, info["inputs"])))
        subprocess.run([binary, "init", "--seed", "0", "--out", folder / "theta.npy"], check=True, capture_output=True)
        self.settings = {
            "layers": info["layers"],
            "x": str(folder / "x.npy"),
            "theta": str(folder / "theta.npy"),
            "out": str(folder / "out.npy"),
            "kernel": kernel,
            "threads": threads,
            "seconds": seconds,
            "least": 3,
        }

    def run(self, program, implementation):
        """What the contender says, and its matrix, or why there is none."""
        file = self.folder / "case.json"
        command = [sys.executable, HERE / program] if program.endswith(".py") else [self.build / "bench" / "peers" / program]
        file.write_text(json.dumps(self.settings | {"implementation": implementation, "started": time.monotonic()}))
        result = watch([*command, file], self.threads)
        if "failure" not in result:
            result["matrix"] = np.load(self.settings["out"])
        return result


def watch(command, threads):
    """Runs a contender on the first cores; ends it where it goes beyond the limits."""
    environment = os.environ | {"OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads), "JAX_PLATFORMS": "cpu"}
    environment["OPENBLAS_CORETYPE"] = best_openblas_core()
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            command,
            stdout=output,
            stderr=errors,
            env=environment,
            preexec_fn=lambda: os.sched_setaffinity(0, range(threads)),
        )
        failure, begin = "", time.monotonic()
        while True:
            pid, status = os.waitpid(child.pid, os.WNOHANG)
            if pid:
                break
            if not failure and resident_bytes(child.pid) > MOST_BYTES:
                failure = f"over {MOST_BYTES >> 30} GiB"
            if not failure and time.monotonic() - begin > MOST_SECONDS:
                failure = f"over {MOST_SECONDS} s"
            if failure:
                child.kill()
            time.sleep(0.02)
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if failure:
            return {"failure": failure}
        if child.returncode != 0:
            said = errors.read().decode()
            if any(sign in said for sign in OUT_OF_MEMORY):
                return {"failure": "asked for more memory than there is"}
            sys.exit(f"{command} failed:\n{said}")
        return json.loads(output.read().splitlines()[-1])


def best_openblas_core():
    """OpenBLAS of Debian 12 takes processors that it does not know for one of 2004."""
    flags = Path("/proc/cpuinfo").read_text()
    return "SkylakeX" if "avx512bw" in flags else "Haswell"


def resident_bytes(pid):
    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()
        return int(pages[1]) * os.sysconf("SC_PAGE_SIZE") if pages else 0
    except FileNotFoundError:
        return 0


def difference(ours, theirs):
    return float(np.abs(ours - theirs).max() / np.abs(ours).max())


def require_agreement(name, found, tolerance):
    if found > tolerance:
        sys.exit(f"{name}: expected nntk's matrix to {tolerance:.0e} of its largest entry, found {found:.1e}")


def compare(case, hopeless):
    """nntk's row and those of its peers; adds to the hopeless who went beyond the limits."""
    ours = case.run(f"peer-nntk-{case.architecture}", "")
    matrix = ours.pop("matrix")
    rows = {"nntk": ours}
    for name, program, implementation in list_contenders(case.architecture, case.kernel):
        if name in hopeless:
            rows[name] = {"failure": f"{hopeless[name]} with fewer samples"}
            continue
        rows[name] = case.run(program, implementation)
        if "failure" in rows[name]:
            hopeless[name] = rows[name]["failure"]
            continue
        theirs = rows[name].pop("matrix")
        if name.startswith("scikit-learn"):
            continue
        rows[name]["difference"] = difference(matrix, theirs)
        require_agreement(f"{name}, {case.architecture}", rows[name]["difference"], TOLERANCES[case.kernel])
    return rows


def show(case, rows):
    print(f"\n{case.architecture}, {case.kernel}, n = {case.samples}, threads: {case.threads}", file=sys.stderr)
    print(f"  {'':41} {'steady':>11} {'ratio':>7} {'first':>8} {'MiB':>7} {'ratio':>7}", file=sys.stderr)
    ours = rows["nntk"]
    for name, row in rows.items():
        if "failure" in row:
            print(f"  {name:41} {row['failure']}", file=sys.stderr)
            continue
        print(
            f"  {name:41} {1e3 * row['steady']:8.3f} ms {row['steady'] / ours['steady']:7.2f} {row['first']:6.2f} s"
            f" {row['peak_mib']:7.0f} {row['peak_mib'] / ours['peak_mib']:7.1f}",
            file=sys.stderr,
            flush=True,
        )


def run_all(options):
    """Results, each as soon as it is there."""
    for architecture in options.architectures:
        for kernel in options.kernels:
            for threads in options.threads:
                hopeless = {}
                for samples in options.samples:
                    with tempfile.TemporaryDirectory() as folder:
                        place = Path(folder), options.build
                        case = Case(*place, architecture, kernel, samples, threads, options.seconds)
                        rows = compare(case, hopeless)
                    show(case, rows)
                    yield {"architecture": architecture, "kernel": kernel, "samples": samples, "threads": threads, "rows": rows}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "release", help="build folder (default build/release)")
    parser.add_argument("--architectures", nargs="+", default=ARCHITECTURES, choices=ARCHITECTURES, metavar="NAME")
    parser.add_argument("--kernels", nargs="+", default=list(TOLERANCES), choices=TOLERANCES, metavar="NAME")
    parser.add_argument("--samples", nargs="+", type=int, default=SAMPLES, metavar="N")
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2], metavar="N")
    parser.add_argument("--seconds", type=float, default=0.5, help="of repetitions of each (default 0.5), at least 3")
    parser.add_argument("--table", type=Path, help="write a table in Markdown into this file")
    parser.add_argument("--figure", type=Path, help="draw the local kernel on one thread into this file")
    options = parser.parse_args()
    results = []
    for result in run_all(options):
        results.append(result)
        if options.table:
            presentation.write_table(results, options.table)
    if options.figure:
        presentation.draw(results, options.figure)
    json.dump(results, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
