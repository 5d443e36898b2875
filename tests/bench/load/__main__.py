"""``make load``: put the service under load, print a table, write JSON.

Servers are started for it on loopback; clients run in processes of their own. Measured beside
other work, the figures say little: each scenario tells how much of the machine others used.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
import traceback
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.bench.load.others import processors_of_others
from tests.bench.load.report import HEADING, Row
from tests.bench.load.scale import FULL, QUICK
from tests.bench.load.scenarios import SCENARIOS
from tests.bench.load.setup import Setup

REPORT = Path("build/load.json")


def main() -> int:
    """Measure, print, write; 1 if a scenario failed, whether or not targets are met."""
    options = _options()
    scale = QUICK if options.quick else FULL
    setup = Setup(settings=dict(options.set), page=options.page)
    machine = _machine()
    print(" · ".join(f"{name} {value}" for name, value in machine.items()))
    print(f"scale {asdict(scale)}\nsetup {asdict(setup)}\n\n{HEADING}", flush=True)
    rows: list[Row] = []
    failed = []
    began = time.monotonic()
    for name in options.scenarios:
        share = processors_of_others()
        try:
            found = SCENARIOS[name](scale, setup)
        except Exception as error:
            traceback.print_exc()
            failed.append(name)
            found = [Row(name, "failed", float("nan"), note=str(error).splitlines()[0])]
        found.append(Row(name, "processors that others used meanwhile", share()))
        for row in found:
            print(row.as_line(), flush=True)
        rows += found
    took = time.monotonic() - began
    report: dict[str, Any] = {
        "machine": machine,
        "scale": asdict(scale),
        "setup": asdict(setup),
        "seconds": round(took, 1),
        "rows": [row.as_json() for row in rows],
    }
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(report, indent=1, ensure_ascii=False, allow_nan=False))
    judged = [row for row in rows if row.target is not None]
    met = sum(row.met == "met" for row in judged)
    print(f"\n{met} of {len(judged)} targets met, in {took:.0f} s. Written to {options.json}.")
    return 1 if failed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.load", description=__doc__)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=", ".join(SCENARIOS))
    parser.add_argument("--quick", action="store_true", help="less of everything, in a minute")
    parser.add_argument("--json", type=Path, default=REPORT, metavar="FILE", help="the report")
    parser.add_argument(
        "--set",
        type=_setting,
        action="append",
        default=[],
        metavar="UNROLLED_X=Y",
        help="a setting of the service",
    )
    parser.add_argument("--page", action="store_true", help="the lecturer's page in Chromium too")
    options = parser.parse_args()
    options.scenarios = options.scenarios or list(SCENARIOS)
    if unknown := [name for name in options.scenarios if name not in SCENARIOS]:
        parser.error(f"no scenario {unknown[0]!r}; there are {', '.join(SCENARIOS)}")
    return options


def _setting(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.startswith("UNROLLED_"):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form UNROLLED_NAME=VALUE")
    return name, value


def _machine() -> dict[str, str]:
    return {
        "processors": str(os.cpu_count()),
        "load": f"{os.getloadavg()[0]:.2f}",
        "python": platform.python_version(),
        **{name: version(name) for name in ("numpy", "uvicorn", "websockets")},
    }


if __name__ == "__main__":
    sys.exit(main())
