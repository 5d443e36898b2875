"""The cells under test: each as it is, and with the nonlinearities that it lets one choose."""

from __future__ import annotations

import numpy as np

from engine.cells import CELLS, Cell, Trace

GATED = tuple(name for name, cell in CELLS.items() if "gate_nonlinearity" in cell.choices)

KINDS: dict[str, tuple[str, dict[str, str]]] = {
    "rnn-tanh": ("rnn", {}),
    "rnn-relu": ("rnn", {"nonlinearity": "relu"}),
    "rnn-softsign": ("rnn", {"nonlinearity": "softsign"}),
    **{name: (name, {}) for name in CELLS if name != "rnn"},
    **{f"{name}-hard_sigmoid": (name, {"gate_nonlinearity": "hard_sigmoid"}) for name in GATED},
    **{
        f"{name}-softsign": (
            name,
            {"gate_nonlinearity": "softsign", "candidate_nonlinearity": "softsign"},
        )
        for name in GATED
    },
}
"""The cell's name in a recipe and what is chosen, by a name for the test."""

USUAL = tuple(name for name, (_, chosen) in KINDS.items() if not chosen or name == "rnn-relu")
"""Those that PyTorch's layers, or papers, have."""


def build(kind: str, input_size: int, hidden_size: int) -> Cell:
    """Return the cell of one of `KINDS`."""
    name, chosen = KINDS[kind]
    return CELLS[name](input_size, hidden_size, **chosen)


def pieces_of(chosen: dict[str, str], trace: Trace) -> bytes:
    """Return on which straight piece each ReLU and each hard σ of a pass is."""
    pieces = b""
    if chosen.get("nonlinearity") == "relu":
        pieces += (trace.h > 0).tobytes()
    if chosen.get("gate_nonlinearity") == "hard_sigmoid":
        pieces += b"".join(np.sign(y * (1 - y)).tobytes() for y in trace.gates.values())
    return pieces
