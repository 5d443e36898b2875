"""The memory of a cell's passes.

Inside, every array is batch-last, ``(T, units, B)``: one timestep of one gate is then one
contiguous block. What callers see are time-major views ``(T, B, units)`` of the same memory.

What enters a timestep stands one under the other, ``[x_t, 1, h_{t−1}]``, so that a timestep takes
one matrix product with ``[W_ih, b, W_hh]``, and another gives the gradients of all three. In a
stack the rows go on upwards, ``[x_{t+1}, 1, h⁰_t, 1, h¹_{t−1}, …]``: a layer's state is the next
one's input where it is.

An ensemble of E networks is a batch in which every B examples have weights of their own, with one
more axis: ``(E, rows, H)``. Whatever is elementwise is as it was; `Workspace.by_member` is how the
matrix products see the batch. The same equations serve one network and E of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np

from engine.arrays import Array
from engine.cells.joint_weights import Product, product
from engine.cells.layout import Layout

Allocate = Callable[[tuple[int, ...], Any], Array]

BLOCK_BYTES = 512 * 1024
"""Size of the derivative factors of one block of timesteps: half of what a core's cache holds."""


class Workspace:
    """The arrays of one cell for sequences of one shape, written anew by every pass.

    Parameters
    ----------
    layout : Layout
    timesteps, batch : int
    dtype : dtype
        float64 or float32.
    allocate : callable, optional
        ``allocate(shape, dtype)`` gives uninitialised memory; lanes that run in turn share theirs.
    entering : ndarray, shape (T+1, D + 1 + H, B), optional
        Where inputs and states are; allocated if not given.
    members : int, optional
        E networks share the batch evenly, one after the other; a single one has it if not given.

    Attributes
    ----------
    vectors : ndarray, shape (rows, B)
        The parameters that act on each unit by itself, one under the other, the same for each
        example: so that products with them run over plain memory, as all others do.
    scales : ndarray, shape (T, norms, 1, B)
        What each normalised sum was multiplied with, 1 / √(variance + ε).
    weights : tuple of ndarray
        Weights of the forward pass as a cell left them that computes its products again on the way
        back, since to keep all of those would double the memory; other cells leave nothing.
    dvectors : dict of str to ndarray
        Where a backward pass adds up their gradients, by name; empty if it need not.
    made_h, made_c : ndarray, shape (T, H, B)
        Where the equations of each timestep write what they make: h and c themselves, unless
        states are held and what was made of c has to stay.
    arriving_dh, arriving_dc : ndarray, shape (T, H, B)
        ∂L/∂ what they made: dh and dc themselves, unless a state was held.
    checkpoint : callable
        Called now and then, between blocks of timesteps, while a pass goes on; it may wait, or
        raise to end what takes too long.
    forward_views, backward_views : list, one entry a timestep
    block_views : list, one entry a place in a block
        The views of these arrays that one round of a cell's loop takes. Slicing costs as much as a
        small product, so the cell makes them once, after the arrays.
    """

    def __init__(
        self,
        layout: Layout,
        timesteps: int,
        batch: int,
        dtype: Any,
        allocate: Allocate = np.empty,
        entering: Array | None = None,
        members: int | None = None,
    ) -> None:
        T, B, H, D = timesteps, batch, layout.hidden_size, layout.input_size
        self.members = members
        self.timesteps, self.batch, self.dtype = T, B, np.dtype(dtype)
        rows = layout.rows
        if entering is None:
            entering = allocate((T + 1, D + 1 + H, B), dtype)
        self.entering = entering  # [x_{t+1}, 1, h_t]
        self.input = entering[:-1, :D]
        self.state = entering[:, D:]  # h under its row of ones
        self.h = entering[:, D + 1 :]
        self.has_c = layout.has_c
        none = np.empty((0, H, B), dtype)
        self.c = allocate((T + 1, H, B), dtype) if layout.has_c else none
        self.made_h, self.made_c = self.h[1:], self.c[1:]
        self._make_room(layout, allocate)
        # A cell without gates turns its pre-activations into states where they stand.
        kept = layout.kept_rows
        self.activations = allocate((T, kept, B), dtype) if layout.has_gates else self.made_h
        self.gates = self.activations[:, : layout.gate_rows]
        beyond = self.activations[:, layout.gate_rows :]
        self.kept = allocate((T, layout.keeps * H, B), dtype) if layout.keeps else beyond
        scales = (T, layout.norms, 1, B)
        self.scales = allocate(scales, dtype) if layout.norms else np.empty(scales, dtype)
        self.dh = allocate((T + 1, H, B), dtype)
        self.dc = allocate((T + 1, H, B), dtype) if layout.has_c else none
        self.arriving_dh, self.arriving_dc = self.dh[1:], self.dc[1:]
        self.scratch = allocate((H, B), dtype)
        more = layout.more_factors * H
        # Where factors take more than the gradients do, a block has fewer timesteps.
        length = BLOCK_BYTES // (max(rows, (rows + more) // 2) * B * self.dtype.itemsize)
        self.block = n = min(T, max(1, length))
        self.da = allocate((n, rows, B), dtype)
        self.factor = allocate((n, more, B), dtype) if more else none
        shared = (layout.vector_rows, B)
        self.vectors = allocate(shared, dtype) if layout.vector_rows else np.empty(shared, dtype)
        E, each = ((), B) if members is None else ((members,), B // members)
        self._da = allocate((*E, rows, n, each), dtype)
        self._entering = allocate((*E, D + 1 + H, n, each), dtype)
        self._make_room_back(layout, allocate)
        self.weights: tuple[Array, ...] = ()
        self.dvectors: dict[str, Array] = {}
        self.checkpoint: Callable[[], None] = lambda: None
        self.forward_views: list[Any] = []
        self.backward_views: list[Any] = []
        self.block_views: list[Any] = []

    def _make_room(self, layout: Layout, allocate: Allocate) -> None:
        """Take what memory the way there needs besides."""

    def _make_room_back(self, layout: Layout, allocate: Allocate) -> None:
        """Take what memory the way back needs besides."""

    @property
    def at_a_time(self) -> tuple[Array, ...]:
        """The arrays that hold something of one timestep, or of a block of them."""
        return self.scratch, self.vectors, self.da, self.factor, self._da, self._entering

    def take_input(self, x: Array) -> None:
        """Copy x (T, B, D) in."""
        self.input[...] = x.transpose(0, 2, 1)

    def start(self, h_0: Array | None, c_0: Array | None) -> None:
        """Write the initial state (B, H), zero where it is None."""
        self.state[:, 0] = 1
        self.h[0] = 0 if h_0 is None else h_0.T
        if self.has_c:
            self.c[0] = 0 if c_0 is None else c_0.T

    def take_vectors(self, vectors: Sequence[Array]) -> None:
        """Copy parameters (rows,), of an ensemble (E, rows), to where each example has them."""
        start = 0
        for vector in vectors:
            stop = start + vector.shape[-1]
            self.by_member(self.vectors[start:stop])[...] = vector[..., np.newaxis]
            start = stop

    def over_batch(self, vector: Array) -> Array:
        """Return numbers (rows,), of an ensemble (E, rows), for each example: (rows, B)."""
        each = self.batch // (self.members or 1)
        return (
            np.repeat(vector[..., np.newaxis], each, axis=-1)
            .swapaxes(0, -2)
            .reshape(-1, self.batch)
        )

    def spare(self, like: Array) -> Array:
        """Return memory of the shape (n, rows, B) of an array, free until `flat_da` is called."""
        return self._da.reshape(-1)[: like.size].reshape(like.shape)

    def summed_product(self, one: Array, other: Array) -> Array:
        """Return Σ one ⊙ other over timesteps and examples, of (n, rows, B) each: (…, rows)."""
        pair = self.by_member(one), self.by_member(other)
        total: Array = np.einsum("n...rb,n...rb->...r", *pair)
        return total

    def by_member(self, array: Array) -> Array:
        """Return (…, rows, E·B) seen as (…, E, rows, B); of a single network, the array itself."""
        if self.members is None:
            return array
        return array.reshape(*array.shape[:-1], self.members, -1).swapaxes(-2, -3)

    def flat_da(self, da: Array) -> Array:
        """Return da (n, rows, B) as (rows, n·B), so that one product sums over n and B."""
        return self._flat(self._da, da)

    def flat_entering(self, block: slice) -> Array:
        """Return what entered the timesteps of a block as (D + 1 + H, n·B)."""
        return self._flat(self._entering, self.read(block))

    def flat_hidden(self, h: Array) -> Array:
        """Return (n, H, B) as (H, n·B), in the rows of h of what `flat_entering` returned."""
        return self._flat(self._entering[..., -h.shape[1] :, :, :], h)

    def read(self, block: slice) -> Array:
        """Return [x_t, 1, h_{t−1}] (n, D + 1 + H, B) as the products of a block read it."""
        return self.entering[block]

    def read_input(self, block: slice) -> Array:
        """Return x_t (n, D, B) as the products of a block read it."""
        return self.input[block]

    def read_hidden(self, block: slice) -> Array:
        """Return h_{t−1} (n, H, B) as the products of a block read it."""
        return self.h[block]

    def times(self, W: Array) -> Product:
        """Return the product of W with the [x_t, 1, h_{t−1}] of a round, its first argument."""
        return product(W)

    def times_hidden(self, W: Array) -> Product:
        """Return the product of W with what stands for h_{t−1}: h_{t−1}, or a gated part of it."""
        return product(W)

    def back(self, W_T: Array) -> Product:
        """Return the product of W_hhᵀ that carries a gradient back to what stood for h_{t−1}."""
        return product(W_T)

    def back_to_input(self, dx: Array, block: slice) -> None:
        """Turn ∂L/∂ what the products of a block read of x into ∂L/∂x (n, D, B), in place."""

    def blocks(self) -> Iterator[slice]:
        """Yield the blocks of timesteps, the last first."""
        for stop in range(self.timesteps, 0, -self.block):
            self.checkpoint()
            yield slice(max(0, stop - self.block), stop)

    def forward_rounds(self) -> Iterator[Any]:
        """Yield `forward_views`, the first timestep first."""

        def blocks() -> Iterator[list[Any]]:
            for start in range(0, self.timesteps, self.block):
                self.checkpoint()
                yield self.forward_views[start : start + self.block]

        # Chained without Python code of ours between two timesteps: that would cost as much as
        # a small product.
        return chain.from_iterable(blocks())

    def backward_rounds(self, block: slice, cut: Sequence[bool]) -> Iterator[tuple[int, Any, Any]]:
        """Yield t, `backward_views` and `block_views` of a block, the last timestep first.

        ``cut[t]`` says that no gradient passes from t + 1 to t.
        """
        t_of_block = range(block.start, block.stop)
        views = self.backward_views[block], self.block_views
        rounds: list[tuple[int, Any, Any]] = list(zip(t_of_block, *views, strict=False))
        return iter(rounds[::-1])

    def _flat(self, memory: Array, source: Array) -> Array:
        into = memory[..., : len(source), :]
        by_member = self.by_member(source)
        np.copyto(into, by_member.transpose(*range(1, by_member.ndim - 1), 0, -1))
        return into.reshape(*into.shape[:-2], -1)
