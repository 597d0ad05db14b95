# SPDX-License-Identifier: BSD-3-Clause
"""The results of peers.py as a table and a picture: time and memory of contenders as multiples of nntk's."""
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

MARKERS = "osD^v<>PX*h"


def collect(results, measure, samples):
    """{contender: {architecture: multiple of nntk's}}, of the local kernel."""
    multiples = {}
    for result in results:
        if result["kernel"] != "ntk" or result["threads"] != 1 or result["samples"] != samples:
            continue
        ours = result["rows"]["nntk"][measure]
        for name, row in result["rows"].items():
            if name != "nntk":
                multiples.setdefault(name, {})[result["architecture"]] = row[measure] / ours if measure in row else None
    return multiples


def draw_panel(axes, multiples, title):
    architectures = list(next(iter(multiples.values())))
    for k, (name, values) in enumerate(multiples.items()):
        offset = 0.06 * (k - (len(multiples) - 1) / 2)
        places = [(i + offset, values.get(a)) for i, a in enumerate(architectures)]
        done = [(i, value) for i, value in places if value is not None]
        axes.plot(*zip(*done), MARKERS[k % len(MARKERS)], label=name, markersize=5, color=f"C{k % 10}")
    axes.axhline(1, color="black", linewidth=1)
    axes.set_yscale("log")
    axes.set_xticks(range(len(architectures)), architectures, rotation=25, ha="right", fontsize=8)
    axes.set_title(title, fontsize=10)
    axes.grid(True, which="major", axis="y", alpha=0.4)


def draw(results, file):
    """Two panels of time, few samples and many, and one of memory; what was beyond the limits is absent."""
    sizes = sorted({result["samples"] for result in results})
    few, many = sizes[-2 if len(sizes) > 1 else -1], sizes[-1]
    figure, panels = plt.subplots(1, 3, figsize=(12, 4.6), constrained_layout=True)
    draw_panel(panels[0], collect(results, "steady", few), f"time, n = {few}")
    draw_panel(panels[1], collect(results, "steady", many), f"time, n = {many}")
    draw_panel(panels[2], collect(results, "peak_mib", many), f"peak memory, n = {many}")
    panels[0].set_ylabel("multiple of nntk's")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, fontsize=8)
    figure.savefig(file, dpi=110)


FAMILIES = ["neural-tangents", "torch", "libtorch", "Eigen", "scikit-learn"]


def fastest(rows, family):
    """The row of a family that is fastest in steady state; None where all were beyond the limits."""
    mine = [row for name, row in rows.items() if name.split()[0] == family and "steady" in row]
    return min(mine, key=lambda row: row["steady"]) if mine else None


def multiples(ours, row):
    """Steady time and memory as multiples of ours, and the seconds to the first result, as text."""
    if row is None:
        return "beyond the limits"
    return f"{row['steady'] / ours['steady']:.1f} · {row['peak_mib'] / ours['peak_mib']:.1f} · {row['first']:.2f} s"


def write_table(results, file):
    """Markdown: the fastest contender of each family, steady time · memory · first result (`multiples`)."""
    lines = [
        "| network | kernel | n | threads | nntk | " + " | ".join(FAMILIES) + " |",
        "|---|---|---|---|---|" + "---|" * len(FAMILIES),
    ]
    for result in results:
        rows = result["rows"]
        ours = rows["nntk"]
        present = {name.split()[0] for name in rows}
        cells = [multiples(ours, fastest(rows, family)) if family in present else "" for family in FAMILIES]
        case = f"{result['architecture']} | {result['kernel']} | {result['samples']} | {result['threads']}"
        own = f"{1e3 * ours['steady']:.3g} ms · {ours['peak_mib']:.0f} MiB · {ours['first']:.2f} s"
        lines.append(f"| {case} | {own} | " + " | ".join(cells) + " |")
    file.write_text("\n".join(lines) + "\n")
