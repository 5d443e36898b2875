"""Recurrent networks, forward and backward through time, with everything kept for looking at.

NumPy and pydantic only; nothing here knows of a clock, a socket or a file but its own data.
"""

from engine.cells import (
    GRU,
    LNGRU,
    LNLSTM,
    LNRNN,
    LSTM,
    MGU,
    RNN,
    CoupledLSTM,
    GRUResetBefore,
    PeepholeLSTM,
)
from engine.experiment import Experiment
from engine.frame import Frame
from engine.model import Model
from engine.phase_diagram import phase_diagram
from engine.recipe import Recipe
from engine.watch import Watch

__all__ = [
    "GRU",
    "LNGRU",
    "LNLSTM",
    "LNRNN",
    "LSTM",
    "MGU",
    "RNN",
    "CoupledLSTM",
    "Experiment",
    "Frame",
    "GRUResetBefore",
    "Model",
    "PeepholeLSTM",
    "Recipe",
    "Watch",
    "phase_diagram",
]
