"""The equations of the recurrent layers, forward and backward."""

from engine.cells.base import Array, Cell, Gradients, Params, Trace, Workspace
from engine.cells.gru import GRU
from engine.cells.lstm import LSTM
from engine.cells.rnn import RNN

CELLS: dict[str, type[Cell]] = {"rnn": RNN, "lstm": LSTM, "gru": GRU}
"""The cells by their names in a recipe."""

__all__ = [
    "CELLS",
    "GRU",
    "LSTM",
    "RNN",
    "Array",
    "Cell",
    "Gradients",
    "Params",
    "Trace",
    "Workspace",
]
