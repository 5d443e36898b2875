"""Workspaces of passes in which something is dropped or held.

The loops of the cells are those of a plain pass. What differs stands here: what a product reads,
which state follows from what a timestep made, and by which way gradients come back from both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat
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
        return self._reading_rounds() if self._drops else super().forward_rounds()

    def _reading_rounds(self) -> Iterator[Any]:
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
        if not self._drops:
            return super().times(W)
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
        if not self._drops:
            return super().read(block)
        D, (of_x, of_h) = self.input.shape[1], (self.masks.input, self.masks.hidden)
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
    def _drops(self) -> bool:
        """Whether products read anything but [x_t, 1, h_{t−1}] as it is."""
        return self.masks.input is not None or self.masks.hidden is not None

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

    of h and, with a mask of its own, of c. h̃_t is made of c̃_t, which therefore stays; of h̃_t the
    way back needs nothing that was held. What a unit that is not held has of ``dc`` is ∂L/∂c̃_t, by
    all ways: c̃_t is its c_t.

    The choice is made in the bits of the numbers, with masks of which all bits are set, or none. A
    branch for each number, as NumPy's ``where=`` has it, takes several times as long, since a
    processor guesses half of the random ones wrong; and a product with 0 would make NaN of what has
    overflowed where it is held.
    """

    def _make_room(self, layout: Layout, allocate: Allocate) -> None:
        super()._make_room(layout, allocate)
        if layout.has_c:
            self.made_c = allocate((self.timesteps, layout.hidden_size, self.batch), self.dtype)

    def _make_room_back(self, layout: Layout, allocate: Allocate) -> None:
        T, H, B, states = self.timesteps, layout.hidden_size, self.batch, 1 + layout.has_c
        self.arriving_dh = allocate((T, H, B), self.dtype)
        if layout.has_c:
            self.arriving_dc = allocate((T, H, B), self.dtype)
        self._held = allocate((states, H, B), self.dtype)  # d ⊙ ∂L/∂s_t
        self._bits = allocate((states, self.block, H, B), self._integer)

    @property
    def at_a_time(self) -> tuple[Array, ...]:
        """The arrays that hold something of one timestep, or of a block of them."""
        return *super().at_a_time, self._held, self._bits

    def forward_rounds(self) -> Iterator[Any]:
        """Yield the rounds, and let each state follow from what its round made."""
        if self.masks.hold_h is None and not self.has_c:
            return super().forward_rounds()
        return self._holding_rounds()

    def _holding_rounds(self) -> Iterator[Any]:
        xor, both, copy, whole = np.bitwise_xor, np.bitwise_and, np.copyto, slice(self.timesteps)
        h, differs = self._as_bits(self.h), self._as_bits(self._held[0])
        of_h = zip(h[1:], h, self._choices(self.masks.hold_h, 0, whole), strict=False)
        of_c: Iterator[Any] = repeat((None,) * 4)
        if self.has_c:
            c, c_made = self._as_bits(self.c), self._as_bits(self.made_c)
            holds_c = self._choices(self.masks.hold_c, 1, whole)
            of_c = zip(c[1:], c, c_made, holds_c, strict=False)
        rounds = zip(super().forward_rounds(), of_h, of_c, strict=False)
        for now, (h_t, h_prev, holds_h), (c_t, c_prev, c_made_t, holds_c_t) in rounds:
            yield now
            # h = d * h_prev + (1 − d) * h̃, where h begins with h̃
            if holds_h is not None:
                xor(h_t, h_prev, differs)
                both(differs, holds_h, differs)
                xor(h_t, differs, h_t)
            # c = d * c_prev + (1 − d) * c̃
            if holds_c_t is not None:
                xor(c_made_t, c_prev, c_t)
                both(c_t, holds_c_t, c_t)
                xor(c_t, c_made_t, c_t)
            elif c_t is not None:
                copy(c_t, c_made_t)

    def backward_rounds(self, block: slice, cut: Sequence[bool]) -> Iterator[tuple[int, Any, Any]]:
        """Yield the rounds of a block, and let what was held pass round each."""
        xor, both, either = np.bitwise_xor, np.bitwise_and, np.bitwise_or
        add, copy = np.add, np.copyto
        held_dh, of_h = self._held[0], self._ways_back(0, block)
        held_dh_bits = self._as_bits(held_dh)
        of_c: Iterator[Any] = repeat((None,) * 4)
        if self.has_c:
            held_dc, of_c = self._held[1], self._ways_back(1, block)
            held_dc_bits = self._as_bits(held_dc)
        rounds = zip(super().backward_rounds(block, cut), of_h, of_c, strict=False)
        for (t, now, d), (dh, dh_prev, dh_made, holds_h), (dc, dc_prev, dc_made, holds_c) in rounds:
            # dh̃ = (1 − d) * dh, dc̃ = (1 − d) * dc
            if holds_h is None:
                copy(dh_made, dh)
            else:
                both(dh, holds_h, held_dh_bits)
                xor(dh, held_dh_bits, dh_made)
            if holds_c is not None:
                both(dc, holds_c, held_dc_bits)
                xor(dc, held_dc_bits, dc_made)
            elif dc is not None:
                copy(dc_made, dc)
            yield t, now, d
            # dh_prev += d * dh, dc_prev += d * dc
            if holds_h is not None and not cut[t]:
                add(dh_prev, held_dh, dh_prev)
            if holds_c is not None:
                if not cut[t]:
                    add(dc_prev, held_dc, dc_prev)
                # dc = d * dc + (1 − d) * dc̃, which is complete now
                both(dc_made, holds_c, dc)
                xor(dc_made, dc, dc)
                either(dc, held_dc_bits, dc)
            elif dc is not None:
                copy(dc, dc_made)

    def _ways_back(self, place: int, block: slice) -> Iterator[tuple[Any, ...]]:
        """Yield ∂L/∂s_t in bits, ∂L/∂s_{t−1}, ∂L/∂s̃_t in bits, and what holds s_t."""
        total, arriving, hold = (
            (self.dc, self.arriving_dc, self.masks.hold_c)
            if place
            else (self.dh, self.arriving_dh, self.masks.hold_h)
        )
        bits = self._as_bits(total[1:])[block], self._as_bits(arriving)[block]
        holds = list(self._choices(hold, place, block))
        return zip(bits[0][::-1], total[block][::-1], bits[1][::-1], holds[::-1], strict=True)

    def _choices(self, hold: Array | None, place: int, timesteps: slice) -> Iterator[Array | None]:
        """Yield, of each timestep, bits (H, B) that choose the held units; None: it holds none."""
        if hold is None:
            yield from repeat(None, timesteps.stop - (timesteps.start or 0))
            return
        those, memory = hold[timesteps], self._bits[place]
        for start in range(0, len(those), self.block):
            part = those[start : start + self.block]
            bits = memory[: len(part)]
            np.negative(part.view(np.int8), out=bits)
            held = np.logical_or.reduce(part.reshape(len(part), -1), axis=1).tolist()
            yield from (each if some else None for each, some in zip(bits, held, strict=True))

    def _as_bits(self, array: Array) -> Array:
        return array.view(self._integer)

    @property
    def _integer(self) -> np.dtype[Any]:
        """Integers of as many bits as the numbers have."""
        return np.dtype(f"i{self.dtype.itemsize}")
