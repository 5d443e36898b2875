"""Measure every published result and print what was expected beside it.

``python -m tests.published`` takes some minutes; names of results choose some of them. The table
is also written to ``build/published.md``. Fails when a claim does not hold.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path

from tests.published import adding, clipping, copy_memory, forget_bias, irnn, orthogonal
from tests.published.result import Measured, Result, Row

RESULTS: Mapping[str, Result] = {
    "clipping": clipping.RESULT,
    "adding": adding.RESULT,
    "irnn": irnn.RESULT,
    "copy_memory": copy_memory.RESULT,
    "forget_bias": forget_bias.RESULT,
    "orthogonal": orthogonal.RESULT,
}
REPORT = Path(__file__).parents[2] / "build" / "published.md"
PROCESSES = 2


def measured(names: Sequence[str]) -> Iterator[tuple[Result, list[Row]]]:
    """Yield each result with its rows, in order, all seeds of all results sharing the pool."""
    # A matrix product of these sizes has nothing for a second thread to do. The processes of the
    # pool read this before they import NumPy.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
        futures: dict[str, list[Future[Measured]]] = {
            name: [pool.submit(RESULTS[name].measure, seed) for seed in RESULTS[name].seeds]
            for name in names
        }
        for name in names:
            result = RESULTS[name]
            yield result, result.judge([future.result() for future in futures[name]])


def as_markdown(result: Result, rows: Sequence[Row]) -> str:
    """Return a result as a heading, its source and conditions, and a table."""
    verdict = {True: "yes", False: "**no**", None: ""}
    lines = [
        f"### {result.title}",
        "",
        f"Source: {result.source}.  ",
        f"Here: {result.conditions}; {len(result.seeds)} seeds.",
        "",
        "| | expected | measured | holds |",
        "|---|---|---|---|",
        *(f"| {r.claim} | {r.expected} | {r.measured} | {verdict[r.holds]} |" for r in rows),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="tests.published", description=__doc__)
    parser.add_argument("name", nargs="*", help=f"of {', '.join(RESULTS)}; all if none is given")
    names = parser.parse_args().name or list(RESULTS)
    if unknown := set(names) - set(RESULTS):
        parser.error(f"no such result: {', '.join(sorted(unknown))}")
    sections, failed = [], 0
    for result, rows in measured(names):
        sections.append(as_markdown(result, rows))
        print(sections[-1], flush=True)
        failed += sum(row.holds is False for row in rows)
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text("\n".join(sections))
    print(f"Written to {REPORT}.")
    if failed:
        sys.exit(f"{failed} claims do not hold.")


if __name__ == "__main__":
    main()
