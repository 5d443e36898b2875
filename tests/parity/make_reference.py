"""Write the reference numbers that ``make test`` compares with, from PyTorch.

``python -m tests.parity.make_reference`` writes ``tests/engine/pytorch.npz``; with ``--check`` it
computes them again and fails unless the file says the same.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

import numpy as np

from tests.parity.cases import Arrays, Training
from tests.parity.near import assert_near
from tests.parity.pytorch import torch_cell, torch_model, torch_training
from tests.parity.stored import CELLS, KINDS, MODELS, REFERENCE, TRAININGS, group, read

DIGITS = 1e-12
"""PyTorch's own results differ by so much between processors."""


def computed() -> Iterator[tuple[str, Arrays]]:
    """Yield each job's inputs and what PyTorch makes of them, by group name."""
    for name, case in CELLS.items():
        inputs = case.inputs()
        yield f"{name}/in", inputs
        yield f"{name}/out", torch_cell(case.kind, inputs)
    for name, model in MODELS.items():
        inputs = model.inputs()
        yield f"{name}/in", inputs
        yield f"{name}/out", torch_model(model, inputs)
    for kind in KINDS:
        yield f"training/{kind}/in", Training(kind, "sgd", "none").case.inputs()
    for name, job in TRAININGS.items():
        yield f"{name}/out", {"loss": torch_training(job, job.case.inputs())["loss"]}


def main() -> None:
    """Write the file, or check it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    if not parser.parse_args().check:
        arrays = {f"{at}/{name}": a for at, each in computed() for name, a in each.items()}
        np.savez_compressed(REFERENCE, **arrays)
        print(f"{REFERENCE}: {len(arrays)} arrays, {REFERENCE.stat().st_size} bytes")
        return
    stored = read()
    fresh = dict(computed())
    names = {f"{at}/{name}" for at, arrays in fresh.items() for name in arrays}
    if names != stored.keys():
        sys.exit(f"{REFERENCE} has other arrays: {sorted(names ^ stored.keys())}")
    for at, arrays in fresh.items():
        try:
            assert_near(group(stored, at), arrays, DIGITS)
        except AssertionError as far:
            sys.exit(f"{REFERENCE} is out of date at {at}: {far}")
    print(f"{REFERENCE} is what PyTorch says today.")


if __name__ == "__main__":
    main()
