"""The equations of the recurrent layers, forward and backward."""

from engine.cells.cell import Cell
from engine.cells.coupled_lstm import CoupledLSTM
from engine.cells.gradients import Gradients
from engine.cells.gru import GRU
from engine.cells.gru_reset_before import GRUResetBefore
from engine.cells.joint_weights import Params, augmented
from engine.cells.ln_gru import LNGRU
from engine.cells.ln_lstm import LNLSTM
from engine.cells.ln_rnn import LNRNN
from engine.cells.lstm import LSTM
from engine.cells.masked_workspace import DroppingWorkspace, HoldingWorkspace
from engine.cells.masks import Masks
from engine.cells.mgu import MGU
from engine.cells.nonlinearities import NONLINEARITIES, Nonlinearity
from engine.cells.peephole_lstm import PeepholeLSTM
from engine.cells.rnn import RNN
from engine.cells.trace import Trace
from engine.cells.truncation import cut_timesteps, reached_states
from engine.cells.workspace import Allocate, Workspace

CELLS: dict[str, type[Cell]] = {
    cell.name: cell
    for cell in (
        RNN,
        LSTM,
        GRU,
        MGU,
        CoupledLSTM,
        GRUResetBefore,
        PeepholeLSTM,
        LNRNN,
        LNLSTM,
        LNGRU,
    )
}
"""The cells by their names in a recipe."""

__all__ = [
    "CELLS",
    "GRU",
    "LNGRU",
    "LNLSTM",
    "LNRNN",
    "LSTM",
    "MGU",
    "NONLINEARITIES",
    "RNN",
    "Allocate",
    "Cell",
    "CoupledLSTM",
    "DroppingWorkspace",
    "GRUResetBefore",
    "Gradients",
    "HoldingWorkspace",
    "Masks",
    "Nonlinearity",
    "Params",
    "PeepholeLSTM",
    "Trace",
    "Workspace",
    "augmented",
    "cut_timesteps",
    "reached_states",
]
