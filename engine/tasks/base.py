"""What a task is: it draws batches, names the loss to beat, and shows an example."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Literal, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Loss = Literal["mse", "cross_entropy"]
Kind = Literal["adding", "symbols", "text", "series", "bits"]


class Batch(NamedTuple):
    """Sequences drawn together, time-major.

    Attributes
    ----------
    x : ndarray (T, B, D)
        Inputs.
    y : ndarray (T, B, O) of floats, or (T, B) of integers
        Targets: values for ``mse``, classes for ``cross_entropy``. Only those under `mask` count.
    mask : ndarray (T, B) of bool
        True where there is a loss.
    """

    x: FloatArray
    y: NDArray[Any]
    mask: NDArray[np.bool_]

    @property
    def lengths(self) -> IntArray | None:
        """Timesteps of each sequence (B,), what follows pads it; None: all have T."""
        return None

    def one(self, index: int) -> Batch:
        """Return one of the sequences, a batch of its own that has its length."""
        T = self.length_of(index)
        alone = slice(index, index + 1)
        return Batch(self.x[:T, alone], self.y[:T, alone], self.mask[:T, alone])

    def length_of(self, index: int) -> int:
        """Return the timesteps of one of the sequences."""
        return len(self.x) if self.lengths is None else int(self.lengths[index])


class PaddedBatch(Batch):
    """Sequences of unequal lengths, drawn together.

    Parameters
    ----------
    x, y, mask
        As of a batch.
    lengths : ndarray (B,) of int
        Timesteps of each sequence, from 1 to T.
    """

    _lengths: IntArray

    def __new__(
        cls, x: FloatArray, y: NDArray[Any], mask: NDArray[np.bool_], lengths: IntArray
    ) -> Self:
        """Make one of its parts."""
        batch = super().__new__(cls, x, y, mask)
        batch._lengths = lengths
        return batch

    @property
    def lengths(self) -> IntArray:
        """Timesteps of each sequence (B,); what follows pads it."""
        return self._lengths


class Baseline(NamedTuple):
    """The loss of somebody who remembers nothing, and who that is."""

    loss: float
    says: str


class Task(ABC):
    """A source of sequences to learn.

    Attributes
    ----------
    name, title : str
        Its name in a recipe, and for readers.
    kind : str
        What an example looks like, and so which view shows it.
    input_size, output_size : int
        D, and O values or classes.
    timesteps : int
        Length of a sequence, T.
    loss : str
        ``"mse"`` or ``"cross_entropy"``.
    loss_unit : str
        What a loss of 1 would be.
    loss_timesteps : ndarray of int
        The timesteps, of 0 … T-1, that have a loss; the same in every sequence, but where lengths
        differ: one loss is then at each one's own last timestep, which is among these.
    memory : (int, int) or None
        How many timesteps before a loss the inputs stand that it needs: the earliest of them, in
        the sequence where it is nearest and in the one where it is farthest. None where that
        depends on the data.
    baseline : Baseline
        The loss to beat.
    shortest : int or None
        Timesteps of the shortest sequence, where lengths are drawn. None: all have T.
    length : int or None
        Timesteps of the text or series that sequences are cut from, N. None where each sequence
        is made for itself: there is nothing to read in order.
    """

    name: str
    title: str
    kind: Kind
    input_size: int
    output_size: int
    timesteps: int
    loss: Loss
    loss_unit: str
    loss_timesteps: IntArray
    memory: tuple[int, int] | None = None
    baseline: Baseline
    shortest: int | None = None
    length: int | None = None

    def batch(self, rng: np.random.Generator, batch_size: int) -> Batch:
        """Draw `batch_size` sequences.

        Parameters
        ----------
        rng : numpy.random.Generator
            The only source of chance: the same state gives the same batch.
        batch_size : int
            B, at least 1.

        Returns
        -------
        Batch
            New arrays, which the caller may keep.
        """
        check_integer("batch_size", batch_size, least=1)
        if self.shortest is None:
            return self._with_mask(*self._draw(rng, batch_size))
        lengths = rng.integers(self.shortest, self.timesteps + 1, batch_size)
        x, y = self._draw_within(rng, lengths)
        at_its_end = np.arange(self.timesteps)[:, np.newaxis] == lengths - 1
        return PaddedBatch(x, y, at_its_end, lengths)

    def in_order(self, iteration: int, batch_size: int) -> tuple[Batch, bool]:
        """Return what comes next where the text or series is read in order.

        It is cut into as many streams of equal length as a batch has sequences; each batch goes
        on where the last one ended, in each of them. After their last whole sequence all streams
        begin again.

        Parameters
        ----------
        iteration : int
            How many batches were read before, from 0.
        batch_size : int
            B, at most `most_streams`.

        Returns
        -------
        Batch
            New arrays, which the caller may keep.
        bool
            Whether its sequences are the first of their streams: no state leads there.

        Raises
        ------
        ValueError
            If the task has no text or series, or it is too short for so many streams.
        """
        check_integer("iteration", iteration, least=0)
        if self.length is None:
            raise ValueError(f"the task {self.name} has nothing to read in order")
        most = most_streams(self.length, self.timesteps)
        check_integer("batch_size", batch_size, least=1, most=most)
        stream = (self.length - 1) // batch_size
        place = iteration % (stream // self.timesteps)
        starts = np.arange(batch_size) * stream + place * self.timesteps
        return self._with_mask(*self._cut(starts)), place == 0

    def _with_mask(self, x: FloatArray, y: NDArray[Any]) -> Batch:
        mask = np.zeros(x.shape[:2], dtype=np.bool_)
        mask[self.loss_timesteps] = True
        return Batch(x, y, mask)

    def _draw_within(
        self, rng: np.random.Generator, lengths: IntArray
    ) -> tuple[FloatArray, NDArray[Any]]:
        """Return x and y of sequences of these lengths (B,), of a task that has a shortest one.

        Beyond its length a sequence is 0.
        """
        raise NotImplementedError

    def _cut(self, starts: IntArray) -> tuple[FloatArray, NDArray[Any]]:
        """Return x and y of the sequences that begin there, of a task that has a length."""
        raise NotImplementedError

    def example(self, batch: Batch, index: int) -> dict[str, Any]:
        """Describe one sequence of a batch for the page.

        Parameters
        ----------
        batch : Batch
            One that this task drew.
        index : int
            Which of its sequences, from 0.

        Returns
        -------
        dict
            Plain JSON; its ``kind`` says what else it holds.
        """
        check_integer("index", index, least=0, most=batch.x.shape[1] - 1)
        length = {} if batch.lengths is None else {"length": batch.length_of(index)}
        return {"kind": self.kind, **length, **self._show(batch.one(index), 0)}

    def describe(self) -> dict[str, Any]:
        """Return what the page has to know of the task, as plain JSON."""
        return {
            "name": self.name,
            "title": self.title,
            "kind": self.kind,
            "timesteps": self.timesteps,
            "input_size": self.input_size,
            "output_size": self.output_size,
            "loss": self.loss,
            "loss_unit": self.loss_unit,
            "loss_timesteps": self.loss_timesteps.tolist(),
            "shortest": self.shortest,
            "baseline": self.baseline._asdict(),
            **self._facts(),
        }

    @abstractmethod
    def _draw(self, rng: np.random.Generator, batch_size: int) -> tuple[FloatArray, NDArray[Any]]:
        """Return x and y of a new batch."""

    @abstractmethod
    def _show(self, batch: Batch, index: int) -> dict[str, Any]:
        """Return the example's fields besides its kind."""

    @abstractmethod
    def _facts(self) -> dict[str, Any]:
        """Return what `describe` says of this kind of task alone."""


def most_streams(length: int, timesteps: int) -> int:
    """Return how many streams a series can be read in, each of one sequence and its target."""
    return (length - 1) // timesteps


def check_integer(name: str, value: object, least: int, most: int | None = None) -> None:
    """Raise ValueError unless the argument `name` is an integer from `least` to `most`."""
    allowed = f"at least {least}" if most is None else f"from {least} to {most}"
    integer = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not integer or value < least or (most is not None and value > most):  # type: ignore[operator]
        raise ValueError(f"{name} is {value!r}; it has to be an integer, {allowed}")


def within(lengths: IntArray, timesteps: int) -> FloatArray:
    """Return 1 at the timesteps of each sequence and 0 beyond its length, (T, B, 1)."""
    return (np.arange(timesteps)[:, np.newaxis] < lengths)[..., np.newaxis].astype(np.float64)
