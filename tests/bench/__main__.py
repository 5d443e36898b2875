"""``make bench``: one full iteration with everything kept, ours beside PyTorch and JAX.

All contenders run in this process, one thread each, in rounds: in each round every one of them
has the same share of time, and the order turns. Before that, each one's loss, states, gates and
gradients are compared, so that the times are times of the same work.
"""

from __future__ import annotations

import os

# One thread each. Read when NumPy, PyTorch and JAX are first imported, hence above them.
os.environ |= {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NPROC": "1",  # the size of XLA's thread pool
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "JAX_PLATFORMS": "cpu",
}

import argparse
import gc
import json
import platform
import statistics
import sys
from importlib.metadata import version
from itertools import product
from pathlib import Path
from time import perf_counter, process_time
from typing import get_args

from tests.bench.growth import GROWTH, exponent
from tests.bench.ours import make_floor, make_ours
from tests.bench.phase_diagram import LOOP_HIDDEN, loop_over_call, whole_diagram
from tests.bench.plot import plot
from tests.bench.problem import PLAIN, CellName, Contender, Dtype, Size
from tests.bench.rivals import make_jax, make_torch
from tests.bench.variants import SIZE, lines

SIZES = (
    Size(50, 1, 2, 8),
    Size(50, 16, 2, 16),
    Size(100, 32, 8, 32),
    Size(100, 32, 8, 64),
    Size(200, 64, 8, 128),
    Size(1000, 1, 8, 32),
)
SHARE = 0.15
"""Seconds that a contender gets in a round, or one iteration if that takes longer."""
TOLERANCE: dict[Dtype, float] = {"float64": 1e-9, "float32": 1e-3}
"""Largest difference between two contenders' arrays, over the array's largest entry."""
NAME = 1 + max(map(len, get_args(CellName)))
"""Width of the column of cells."""
REPORT = Path("build/bench.json")
PLOT = Path("build/bench.svg")


def main() -> None:
    """Print tables; write them, with what they were measured on, to ``build/``, and a plot."""
    options = _options()
    print(_header(options))
    report = {
        "machine": _machine(options),
        "rows": [],
        "growth": [],
        "ensemble": [],
        "variants": [],
    }
    if not options.growth and not options.ensemble:
        cells = options.cells or get_args(CellName)
        for cell, size, dtype in product(cells, options.only or SIZES, options.dtype):
            report["rows"].append(_measure(cell, size, dtype, options.rounds, options))
            print(_line(report["rows"][-1]), flush=True)
    if options.ensemble or not (options.growth or options.only):
        report["ensemble"] = _ensemble(options)
    if not (options.growth or options.ensemble or options.only):
        report["variants"] = _variants(options)
    if not (options.no_growth or options.only or options.ensemble):
        report["growth"] = _growth(options)
        PLOT.parent.mkdir(exist_ok=True)
        PLOT.write_text(plot(report["growth"]))
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(report, indent=1))
    print(f"\nMilliseconds, median (minimum) of one iteration. Written to {REPORT.parent}/.")


def _growth(options: argparse.Namespace) -> list[dict]:
    """Measure along T, H and B, in float64 and in fewer rounds: it is the course that counts."""
    rows = []
    for cell, (axis, sizes) in product(options.cells or PLAIN, GROWTH.items()):
        print(f"\n{cell}, growing {axis}")
        along = []
        for size in sizes:
            along.append({"axis": axis, **_measure(cell, size, "float64", 3, options)})
            print(_line(along[-1]), flush=True)
        names = along[0]["median_ms"]
        print("  ".join(f"{name} ~ {axis}^{exponent(along, name):.2f}" for name in names))
        rows += along
    return rows


def _ensemble(options: argparse.Namespace) -> list[dict]:
    """Measure many networks in one call."""
    rows = []
    print("\ndh_norm at initialisation, 32 spectral radii × 8 seeds in one call")
    for cell in options.cells or PLAIN:
        rows.append(row := whole_diagram(cell))
        size = ", ".join(f"{letter} = {row[letter]}" for letter in "TBH")
        print(f"{cell:{NAME}}{size:24}{row['seconds']:8.2f} s", flush=True)
    print(
        "\nLoops over the members of an ensemble, over one call of it (float64): of calls with one"
    )
    print("member each, and of experiments")
    for cell, H in product(options.cells or PLAIN, LOOP_HIDDEN):
        rows.append(row := loop_over_call(cell, H, options.rounds))
        size = f"T = {row['T']}, B = {row['B']}, H = {H}, E = {row['members']}"
        times = f"{row['loop_ms']:8.0f} |{row['experiments_ms']:6.0f} ms /{row['call_ms']:6.0f} ms"
        ratios = f"{row['ratio']:.1f} | {row['ratio_experiments']:.1f}"
        print(f"{cell:{NAME}}{size:34}{times} = {ratios}", flush=True)
    return rows


def _variants(options: argparse.Namespace) -> list[dict]:
    """Measure what variants of a cell, or of its passes, add."""
    size = ",".join(map(str, SIZE))
    print(f"\nVariants beside their plain cell, T, B, D, H = {size}, float64; masks drawn anew")
    rows = []
    for cell in (cell for cell in options.cells or PLAIN if cell in PLAIN):
        found, table = lines(cell, 10 * options.rounds, with_torch=not options.no_torch)
        rows += found
        print(table, flush=True)
    return rows


def _size(text: str) -> Size:
    return Size(*map(int, text.split(",")))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=main.__doc__)
    parser.add_argument("--only", type=_size, nargs="+", metavar="T,B,D,H", help="these sizes")
    parser.add_argument("--dtype", nargs="+", choices=get_args(Dtype), default=get_args(Dtype))
    parser.add_argument(
        "--cells",
        nargs="+",
        choices=get_args(CellName),
        help="these; if not given, all, and of growth and ensembles the plain ones",
    )
    parser.add_argument("--rounds", type=int, default=5)
    parts = parser.add_mutually_exclusive_group()
    parts.add_argument("--growth", action="store_true", help="growth in T, H and B alone")
    parts.add_argument("--no-growth", action="store_true", help="the table of sizes alone")
    parts.add_argument("--ensemble", action="store_true", help="many networks in one call alone")
    parser.add_argument("--no-torch", action="store_true")
    parser.add_argument("--no-jax", action="store_true")
    return parser.parse_args()


def _measure(
    cell: CellName, size: Size, dtype: Dtype, rounds: int, options: argparse.Namespace
) -> dict:
    makers = [make_ours]
    makers += [] if options.no_torch else [make_torch]
    makers += [] if options.no_jax else [make_jax]
    contenders = [make(cell, *size, dtype) for make in makers]
    farthest = _same_work(contenders, TOLERANCE[dtype])
    contenders.append(make_floor(cell, *size, dtype))

    seconds: dict[str, list[float]] = {each.name: [] for each in contenders}
    wall, cpu = perf_counter(), process_time()
    for turn in range(rounds):
        first = turn % len(contenders)
        for contender in contenders[first:] + contenders[:first]:
            seconds[contender.name] += _share(contender)
    cpu_per_wall = (process_time() - cpu) / (perf_counter() - wall)
    return {
        "cell": cell,
        "size": size,
        "dtype": dtype,
        "median_ms": {name: 1e3 * statistics.median(took) for name, took in seconds.items()},
        "minimum_ms": {name: 1e3 * min(took) for name, took in seconds.items()},
        "iterations": {name: len(took) for name, took in seconds.items()},
        "cpu_per_wall": cpu_per_wall,
        "farthest": farthest,
    }


def _same_work(contenders: list[Contender], tolerance: float) -> dict[str, float]:
    """Compare what every contender kept with what the first did; stop if one is elsewhere."""
    ours, *others = (contender.outcome(contender.run()) for contender in contenders)
    farthest = {}
    for contender, other in zip(contenders[1:], others, strict=True):
        distances = ours.distance(other)
        # `not <=` so that a NaN is too far as well.
        if far := {name: f"{d:.1e}" for name, d in distances.items() if not d <= tolerance}:
            sys.exit(f"{contender.name} disagrees with ours: {far}")
        farthest[contender.name] = max(distances.values())
    return farthest


def _share(contender: Contender) -> list[float]:
    """Time single iterations for one share of a round, after one that warms the caches up."""
    contender.run()
    took: list[float] = []
    gc.collect()
    gc.disable()
    try:
        end = perf_counter() + SHARE
        while not took or perf_counter() < end:
            start = perf_counter()
            contender.run()
            took.append(perf_counter() - start)
    finally:
        gc.enable()
    return took


def _machine(options: argparse.Namespace) -> dict[str, str]:
    wanted = ["numpy"]
    wanted += [] if options.no_torch else ["torch"]
    wanted += [] if options.no_jax else ["jax"]
    return {"python": platform.python_version(), **{name: version(name) for name in wanted}}


def _header(options: argparse.Namespace) -> str:
    machine = " · ".join(f"{name} {number}" for name, number in _machine(options).items())
    times = "".join(f"{name:>18}" for name in ("ours", "torch", "jax"))
    ratios = "".join(f"{name:>12}" for name in ("torch/ours", "ours/jax", "ours/floor"))
    return f"{machine}, one thread\n\n{'cell':{NAME}}{'T,B,D,H':14}{'dtype':8}{times}{ratios}"


def _line(row: dict) -> str:
    median, minimum = row["median_ms"], row["minimum_ms"]

    def time(name: str) -> str:
        shown = f"{median[name]:.2f} ({minimum[name]:.2f})" if name in median else "–"
        return f"{shown:>18}"

    def ratio(above: str, below: str) -> str:
        known = above in median and below in median
        shown = f"{median[above] / median[below]:.2f}" if known else "–"
        return f"{shown:>12}"

    size = ",".join(map(str, row["size"]))
    times = "".join(map(time, ("ours", "torch", "jax")))
    ratios = ratio("torch", "ours") + ratio("ours", "jax") + ratio("ours", "floor")
    return f"{row['cell']:{NAME}}{size:14}{row['dtype']:8}{times}{ratios}"


if __name__ == "__main__":
    main()
