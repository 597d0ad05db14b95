# SPDX-License-Identifier: BSD-3-Clause
"""Kernel binaries of networks that a benchmark makes up, compiled once each, and what their `bench` command says."""
import json
import subprocess
from pathlib import Path

NNTK = Path(__file__).resolve().parent.parent / "build" / "release" / "bin" / "nntk"


def declare(inputs, width, depth, outputs):
    hidden = f"nntk::Dense<{width}>, nntk::Relu, " * depth
    layers = f"nntk::Input<{inputs}>, {hidden}nntk::Dense<{outputs}>"
    return f"#include <nntk/arch/activation.hpp>\nusing Architecture = nntk::Network<{layers}>;\n"


class Binaries:
    """Kernel binaries by their shapes (inputs, width, depth, outputs)."""

    def __init__(self, compiler, folder, scalar="double"):
        self.compiler, self.folder, self.scalar = compiler, Path(folder), scalar

    def get(self, shape):
        name = self.folder / "-".join([self.scalar, *map(str, shape)])
        if not name.exists():
            header = name.with_suffix(".hpp")
            header.write_text(declare(*shape))
            command = [self.compiler, "compile", "--quiet", header, "--output", name, "--scalar", self.scalar]
            subprocess.run(command, check=True)
        return name


def bench(binary, *arguments):
    """The rows of `bench --json`, by their names."""
    command = [binary, "bench", "--json", *map(str, arguments)]
    report = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return {row["name"]: row for row in report["rows"]}
