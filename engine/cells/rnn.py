"""The plain recurrent network (Elman 1990).

h_t = φ(W_ih x_t + b_ih + W_hh h_{t−1} + b_hh),   φ = tanh or ReLU
"""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.cells.base import Array, Cell, Params, Workspace, product

NONLINEARITIES = ("tanh", "relu")


class RNN(Cell):
    """The equations of one plain recurrent layer.

    Parameters
    ----------
    input_size : int
        Features of an input, D.
    hidden_size : int
        Units of a state, H.
    nonlinearity : {"tanh", "relu"}

    Notes
    -----
    Parameters are a dict of ``weight_ih (H, D)``, ``weight_hh (H, H)``, ``bias_ih (H,)`` and
    ``bias_hh (H,)``, as PyTorch has them.
    """

    title = "RNN"
    gate_names = ()
    state_names = ("h",)
    chunks = ("h",)
    blocks = ("h",)

    def __init__(self, input_size: int, hidden_size: int, nonlinearity: str = "tanh") -> None:
        super().__init__(input_size, hidden_size)
        if nonlinearity not in NONLINEARITIES:
            raise ValueError(
                f"nonlinearity is {nonlinearity!r}; it must be one of {', '.join(NONLINEARITIES)}"
            )
        self.nonlinearity = nonlinearity

    def _forward(self, W: Array, space: Workspace) -> None:
        times_W, tanh, maximum = product(W), np.tanh, np.maximum
        zero = space.dtype.type(0)
        for entering, h, h_by_member in space.forward_views:
            times_W(entering, h_by_member)  # (H, D+1+H) @ (D+1+H, B)
            if self.nonlinearity == "tanh":
                tanh(h, h)
            else:
                maximum(h, zero, out=h)

    def _backward(
        self, W_hh_T: Array, space: Workspace, block: slice, enters: list[bool], cut: frozenset[int]
    ) -> Array:
        back, add, multiply, scratch = product(W_hh_T), np.add, np.multiply, space.scratch
        by_member = space.by_member(scratch)
        da = self.factors(space, block)
        rounds = zip(space.backward_views[block], space.block_views, strict=False)
        for t, ((dh, dh_, dh_by_member), (da_t, da_by_member)) in reversed(
            list(enumerate(rounds, start=block.start))
        ):
            multiply(da_t, dh, da_t)
            if t in cut:
                if not enters[t]:
                    dh_[...] = 0
            elif enters[t]:
                back(da_by_member, by_member)  # (H, H) @ (H, B)
                add(dh_, scratch, dh_)
            else:
                back(da_by_member, dh_by_member)
        return da

    def factors(self, space: Workspace, block: slice) -> Array:
        """Return dh → da, that is φ′, (n, H, B) of a block."""
        h = space.h[block.start + 1 : block.stop + 1]
        da = space.da[: len(h)]
        if self.nonlinearity == "tanh":
            np.multiply(h, h, out=da)
            np.subtract(1, da, out=da)  # tanh′ = 1 − tanh²
        else:
            np.greater(h, 0, out=da, casting="unsafe")
        return da

    def preactivation_gradients(self, space: Workspace, block: slice) -> Array:
        """Return da (n, H, B) of a block from the finished ``space.dh``."""
        da = self.factors(space, block)
        da *= space.dh[block.start + 1 : block.stop + 1]
        return da

    @property
    def rectified(self) -> bool:
        """Whether states are cut off below 0, so that a unit can be dead."""
        return self.nonlinearity == "relu"

    def jacobians(self, params: Params, space: Workspace, block: slice, example: int = 0) -> Array:
        """Return ∂h_t/∂h_{t−1} = diag(φ′) W_hh of one example, (n, H, H)."""
        diagonal, W = self._hidden_factors(params, self.factors(space, block), example)
        h = space.h[1:][block, :, example]
        # ReLU′ of what is not a number would be 0: a lost state is not a vanished one.
        slope = np.where(np.isnan(h), np.nan, diagonal[:, 0])
        result: Array = np.einsum("nh,hj->nhj", slope, W[0])
        return result

    def paths(self, params: Params, space: Workspace, block: slice) -> dict[str, Array]:
        """Return φ′ ⊙ dh_t, and what W_hhᵀ makes of it: the one path, factor by factor."""
        da = self.preactivation_gradients(space, block)
        return {"nonlinearity": da, "weight": params["weight_hh"].T @ da}

    def forward_views(self, space: Workspace) -> list[Any]:
        """Return [x_t, 1, h_{t−1}] by member, and h_t, plain and by member, of each timestep."""
        entering, h = space.by_member(space.entering[:-1]), space.h[1:]
        return list(zip(entering, h, space.by_member(h), strict=True))

    def backward_views(self, space: Workspace) -> list[Any]:
        """Return dh_t and dh_{t−1}, plain and by member, of each timestep."""
        dh_ = space.dh[:-1]
        return list(zip(space.dh[1:], dh_, space.by_member(dh_), strict=True))

    def block_views(self, space: Workspace) -> list[Any]:
        """Return da, plain and by member, of each place in a block."""
        return list(zip(space.da, space.by_member(space.da), strict=True))
