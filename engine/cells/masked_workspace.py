"""Workspaces of passes in which something is dropped or held.

The loops of the cells are those of a plain pass. What differs stands here: what a product reads,
which state follows from what a timestep made, and by which way gradients come back from both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from engine.arrays import Array
from engine.cells.joint_weights import Product, product
from engine.cells.layout import Layout
from engine.cells.masks import Masks
from engine.cells.workspace import Allocate, Workspace


class DroppingWorkspace(Workspace):
    """Memory of passes whose products read dropped inputs and states.

    Of h_{t−1} only what W_hh multiplies is dropped: what a gate carries past it is whole (Gal &
    Ghahramani 2016, "A Theoretically Grounded Application of Dropout in Recurrent Neural Networks",
    section 4: one mask for all timesteps). With m the mask:

        W_hh (m ⊙ h_{t−1})        ∂L/∂h_{t−1} = m ⊙ W_hhᵀ da + …

    Attributes
    ----------
    masks : Masks
        Of the next pass; of the last one until its way back is done.
    """

    masks = Masks()

    def _make_room(self, layout: Layout, allocate: Allocate) -> None:
        D, H, B = layout.input_size, layout.hidden_size, self.batch
        self._reading = allocate((D + 1 + H, B), self.dtype)
        self._gated = allocate((H, B), self.dtype)

    @property
    def at_a_time(self) -> tuple[Array, ...]:
        """The arrays that hold something of one timestep, or of a block of them."""
        return *super().at_a_time, self._reading, self._gated

    def forward_rounds(self) -> Iterator[Any]:
        """Yield `forward_views`, once what is read at that timestep stands ready."""
        D, reading = self.input.shape[1], self._reading
        of_x, of_h = self.masks.input, self.masks.hidden
        for t, now in enumerate(super().forward_rounds()):
            np.copyto(reading, self.entering[t])
            if of_x is not None:
                reading[:D] *= of_x[t if len(of_x) > 1 else 0]
            if of_h is not None:
                reading[D + 1 :] *= of_h
            yield now

    def times(self, W: Array) -> Product:
        """Return the product of W with what is read of this round's [x_t, 1, h_{t−1}]."""
        times_W, reading = product(W), self.by_member(self._reading)
        return lambda _, out: times_W(reading, out)

    def times_hidden(self, W: Array) -> Product:
        """Return the product of W with what is read of its argument."""
        times_W, mask = product(W), self._hidden_mask
        if mask is None:
            return times_W
        gated = self.by_member(self._gated)

        def times(h: Array, out: Array) -> None:
            np.multiply(h, mask, gated)
            times_W(gated, out)

        return times

    def back(self, W_T: Array) -> Product:
        """Return the product of W_hhᵀ, past the mask."""
        times_W_T, mask = product(W_T), self._hidden_mask
        if mask is None:
            return times_W_T

        def back(da: Array, out: Array) -> None:
            times_W_T(da, out)
            np.multiply(out, mask, out)

        return back

    def read(self, block: slice) -> Array:
        """Return [x_t, 1, h_{t−1}] (n, D + 1 + H, B) as the products of a block read it."""
        D, (of_x, of_h) = self.input.shape[1], (self.masks.input, self.masks.hidden)
        if of_x is None and of_h is None:
            return super().read(block)
        reading = self.entering[block].copy()
        if of_x is not None:
            reading[:, :D] *= self._input_mask(of_x, block)
        if of_h is not None:
            reading[:, D + 1 :] *= of_h
        return reading

    def read_input(self, block: slice) -> Array:
        """Return x_t (n, D, B) as the products of a block read it."""
        of_x = self.masks.input
        return (
            self.input[block] if of_x is None else self.input[block] * self._input_mask(of_x, block)
        )

    def read_hidden(self, block: slice) -> Array:
        """Return h_{t−1} (n, H, B) as the products of a block read it."""
        of_h = self.masks.hidden
        return self.h[block] if of_h is None else self.h[block] * of_h

    def back_to_input(self, dx: Array, block: slice) -> None:
        """Turn ∂L/∂ what the products of a block read of x into ∂L/∂x (n, D, B), in place."""
        of_x = self.masks.input
        if of_x is not None:
            dx *= self._input_mask(of_x, block)

    def _input_mask(self, of_x: Array, block: slice) -> Array:
        return of_x[block] if len(of_x) > 1 else of_x

    @property
    def _hidden_mask(self) -> Array | None:
        mask = self.masks.hidden
        return None if mask is None else self.by_member(mask)


class HoldingWorkspace(DroppingWorkspace):
    """Memory of passes in which some states are held besides.

    Zoneout (Krueger et al. 2017, "Zoneout: Regularizing RNNs by Randomly Preserving Hidden
    Activations", section 3): of each unit, either what the equations make or the state before. A
    timestep that pads a sequence holds all units. With d the mask and s̃ what was made:

        s_t = d ⊙ s_{t−1} + (1 − d) ⊙ s̃_t
        ∂L/∂s̃_t = (1 − d) ⊙ ∂L/∂s_t        ∂L/∂s_{t−1} = d ⊙ ∂L/∂s_t + …

    of h and, with a mask of its own, of c. h̃_t is made of c̃_t. What a unit that is not held has of
    ``dc`` is ∂L/∂c̃_t, by all ways: c̃_t is its c_t.
    """

    def _make_room(self, layout: Layout, allocate: Allocate) -> None:
        super()._make_room(layout, allocate)
        shape = self.timesteps, layout.hidden_size, self.batch
        self.made_h = allocate(shape, self.dtype)
        if layout.has_c:
            self.made_c = allocate(shape, self.dtype)

    def _make_room_back(self, layout: Layout, allocate: Allocate) -> None:
        shape = self.timesteps, layout.hidden_size, self.batch
        self.arriving_dh = allocate(shape, self.dtype)
        if layout.has_c:
            self.arriving_dc = allocate(shape, self.dtype)

    def forward_rounds(self) -> Iterator[Any]:
        """Yield the rounds, and let each state follow from what its round made."""
        states = [(self.h, self.made_h, self.masks.hold_h)]
        if self.has_c:
            states.append((self.c, self.made_c, self.masks.hold_c))
        for t, now in enumerate(super().forward_rounds()):
            yield now
            # s = d * s_prev + (1 − d) * s̃
            for state, made, hold in states:
                np.copyto(state[t + 1], made[t])
                if hold is not None:
                    np.copyto(state[t + 1], state[t], where=hold[t])

    def backward_rounds(self, block: slice, cut: Sequence[bool]) -> Iterator[tuple[int, Any, Any]]:
        """Yield the rounds of a block, and let what was held pass round each."""
        states = [(self.dh, self.arriving_dh, self.masks.hold_h)]
        if self.has_c:
            states.append((self.dc, self.arriving_dc, self.masks.hold_c))
        for t, now, d in super().backward_rounds(block, cut):
            # ds̃ = (1 − d) * ds
            for ds, arriving, hold in states:
                np.copyto(arriving[t], ds[t + 1])
                if hold is not None:
                    np.copyto(arriving[t], 0, where=hold[t])
            yield t, now, d
            # ds_prev += d * ds
            for ds, _, hold in states:
                if hold is not None and not cut[t]:
                    np.add(ds[t], ds[t + 1], out=ds[t], where=hold[t])
            if self.has_c:
                self._complete_dc(t)

    def _complete_dc(self, t: int) -> None:
        hold = self.masks.hold_c
        made = True if hold is None else ~hold[t]
        np.copyto(self.dc[t + 1], self.arriving_dc[t], where=made)
