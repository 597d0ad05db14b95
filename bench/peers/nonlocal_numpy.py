#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The nonlocal kernel of [64, 256, 256, 10] in NumPy, by batched matrix products, beside the compiled one. One thread each.

Both draw Rademacher directions at a fixed radius, M = 1024 (their own: the root mean square difference must be below twice
that of two such estimates), and use the energy estimator on 1,797 inputs, the digits. Run by build/peers/bin/python (see install.sh). A table
goes to stderr, JSON to stdout.
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

os.environ.update({"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"})
import numpy as np

ROOT = Path(__file__).resolve().parent.parent.parent
WIDTHS = [64, 256, 256, 10]
RADIUS = 0.1
BIAS_SCALE = 0.1


def forward(theta, x):
    """Outputs (batch, n, 10) at parameters (batch, P)."""
    a, offset = x[np.newaxis], 0
    for n_in, n_out in zip(WIDTHS, WIDTHS[1:]):
        w = theta[:, offset : offset + n_in * n_out].reshape(-1, n_out, n_in)
        b = theta[:, offset + n_in * n_out : offset + n_in * n_out + n_out]
        offset += n_in * n_out + n_out
        a = np.matmul(a, w.transpose(0, 2, 1))
        a *= 1 / np.sqrt(n_in)
        a += BIAS_SCALE * b[:, np.newaxis, :]
        if n_out != WIDTHS[-1]:
            np.maximum(a, 0, out=a)
    return a


def gram(theta, x, samples, batch, random):
    """(p/M) sum_k D_k(x) D_k(x')/|delta_k|^2, the mean over outputs, and the seconds that drawing took."""
    p, outputs, drawing = len(theta), WIDTHS[-1], 0.0
    base = forward(theta[np.newaxis], x)[0]
    kernel = np.zeros((len(x), len(x)))
    for first in range(0, samples, batch):
        count = min(batch, samples - first)
        start = time.perf_counter()
        bits = np.unpackbits(random.integers(0, 256, size=(count, (p + 7) // 8), dtype=np.uint8), axis=1)[:, :p]
        displaced = theta + RADIUS / np.sqrt(p) * (2.0 * bits - 1)
        drawing += time.perf_counter() - start
        responses = (forward(displaced, x) - base).transpose(1, 0, 2).reshape(len(x), -1)
        kernel += responses @ responses.T
    return kernel * p / (samples * RADIUS**2 * outputs), drawing


def run_binary(binary, x, samples, folder):
    """The kernel, and the seconds of the whole process."""
    common = [binary, "gram", "--x", x, "--kernel", "nntk", "--radius", str(RADIUS), "--threads", "1", "--quiet"]
    start = time.perf_counter()
    subprocess.run([*common, "--samples", str(samples), "--out", folder / "K.npy"], check=True)
    return np.load(folder / "K.npy"), time.perf_counter() - start


def require_agreement(mine, other, samples):
    """Entries of two estimates differ by about sqrt(2/M) of sqrt(K_ii K_jj); the mean square over all by no more than that."""
    scale = np.sqrt(np.outer(np.diag(mine), np.diag(mine)))
    difference = float(np.sqrt(np.mean(((mine - other) / scale) ** 2)))
    expected = 2 * np.sqrt(2 / samples)
    if not difference <= expected:
        sys.exit(f"the kernels differ by {difference:.2e} of sqrt(K_ii K_jj), expected at most {expected:.2e}")
    return difference


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "release", help="build folder (default build/release)")
    parser.add_argument("--samples", type=int, default=1024, help="displacements M (default 1024)")
    parser.add_argument("--batch", type=int, default=4, help="displacements that NumPy takes at a time (default 4, the fastest of 1 to 16)")
    parser.add_argument("--repetitions", type=int, default=3)
    options = parser.parse_args()
    binary, data = options.build / "bench" / "kernel-64-256-256-10", ROOT / "examples" / "digits" / "data" / "digits_x.npy"
    x = np.load(data).astype(np.float64)
    random = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run([binary, "init", "--seed", "0", "--out", folder / "theta.npy"], check=True)
        theta = np.load(folder / "theta.npy")
        compiled, numpy_seconds, drawing = [], [], []
        for _ in range(options.repetitions):
            mine, seconds = run_binary(binary, data, options.samples, folder)
            compiled.append(seconds)
            start = time.perf_counter()
            other, drawn = gram(theta, x, options.samples, options.batch, random)
            numpy_seconds.append(time.perf_counter() - start)
            drawing.append(drawn)
            difference = require_agreement(mine, other, options.samples)
    result = {
        "samples": options.samples,
        "inputs": len(x),
        "numpy": np.__version__,
        "compiled_seconds": statistics.median(compiled),
        "numpy_seconds": statistics.median(numpy_seconds),
        "numpy_drawing_seconds": statistics.median(drawing),
        "difference": difference,
    }
    result["ratio"] = result["numpy_seconds"] / result["compiled_seconds"]
    print(
        f"compiled {result['compiled_seconds']:.2f} s (start and file included), NumPy {result['numpy_seconds']:.2f} s"
        f" ({result['numpy_drawing_seconds']:.2f} s of it drawing): {result['ratio']:.1f} times",
        file=sys.stderr,
    )
    json.dump(result, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
