"""Measure every published result and print what was expected beside it.

``python -m tests.published`` takes some minutes; names of results choose some of them. What it
prints is also written to ``build/published.md`` and, of all results, is a section of the README.
Fails when a claim does not hold.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from textwrap import fill
from time import monotonic

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


def as_markdown(results: Mapping[Result, Sequence[Row]], minutes: float) -> str:
    """Return the README's section: one table, a line for each claim.

    A result's source and conditions stand in the line of its first claim.
    """
    says = (
        "`make published` trains the networks anew and prints this section; it fails when a number "
        f"is not what was expected. It took {minutes:.0f} minutes on {PROCESSES} shared cores. "
        "What is measured is the least and the most over the seeds; where nothing is expected, "
        "the number stands there for what it is."
    )
    lines = [
        "## Published results, run again",
        "",
        fill(says, 100, break_on_hyphens=False),
        "",
        "| result | source | conditions | expected | measured |",
        "|---|---|---|---|---|",
    ]
    for result, rows in results.items():
        source, conditions = result.source, f"{result.conditions}; {len(result.seeds)} seeds"
        for number, row in enumerate(rows):
            claim = row.claim if number else f"**{result.title}.** {row.claim}"
            measured = (
                f"{row.measured} **(not as expected)**" if row.holds is False else row.measured
            )
            cells = claim, source, conditions, row.expected or "–", measured
            lines.append(f"| {' | '.join(cells)} |")
            source = conditions = ""
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="tests.published", description=__doc__)
    parser.add_argument("name", nargs="*", help=f"of {', '.join(RESULTS)}; all if none is given")
    names = parser.parse_args().name or list(RESULTS)
    if unknown := set(names) - set(RESULTS):
        parser.error(f"no such result: {', '.join(sorted(unknown))}")
    begun, results = monotonic(), {}
    for result, rows in measured(names):
        results[result] = rows
        print(f"{result.title}: {monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    report = as_markdown(results, (monotonic() - begun) / 60)
    failed = sum(row.holds is False for rows in results.values() for row in rows)
    print(report)
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(report)
    print(f"Written to {REPORT}.", file=sys.stderr)
    if failed:
        sys.exit(f"{failed} claims do not hold.")


if __name__ == "__main__":
    main()
