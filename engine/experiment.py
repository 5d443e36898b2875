"""A recipe being computed, one training iteration at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from pydantic_core import to_json

from engine import recent
from engine.arena import Arena
from engine.arrays import Array
from engine.frame import Frame
from engine.lane_labels import lane_labels
from engine.learner import Learner
from engine.random_streams import stream
from engine.recipe import Hyperparameters, Lane, Recipe, Tweak, renamed, with_tweak
from engine.snapshot import Snapshot
from engine.tasks import Batch, make
from engine.views import ViewRequest, update_arrays, update_text, view_arrays
from engine.watch import Watch

EVERYTHING = Watch()
"""What a frame holds when nobody says otherwise."""


class Stopped(Exception):
    """The experiment was told to stop in the middle of an iteration."""


class _CutShort(Exception):
    """What somebody watches takes too long, and the iteration is to go on without it."""


class Experiment:
    """A recipe being computed: every lane, or some of them, on the same batches.

    Lanes know nothing of each other, so that processes may share them: each computes its own, and
    all of them together have the numbers that one would have.

    Parameters
    ----------
    recipe : Recipe
        Its tweaks act at their iterations.
    clock : callable, optional
        Returns the time, for `took`; the engine has none of its own.
    lanes : sequence of int, optional
        Which lanes to compute; all if not given.
    checkpoint : callable, optional
        Called every few milliseconds of an iteration; it may wait, to let others compute.

    Attributes
    ----------
    recipe : Recipe
        With the tweaks made so far.
    iteration : int
        The iteration that `advance` computes next; 0 at first.
    task : Task
    lanes : list of Learner
        Those that are computed.
    indices : tuple of int
        Their places in the recipe, by which a frame's arrays are named.
    took : list of float
        What each one's last forward pass, backward pass and update took, by the clock: 0 without.
    was_cut_short : bool
        Whether the last frame lacks views, because of `cut_short`.
    views_done : float
        Share of the views of the frame in progress that are computed, from 0 to 1.

    Raises
    ------
    ValueError
        If the recipe's task can't be made, or it has no such lane.
    """

    def __init__(
        self,
        recipe: Recipe,
        clock: Callable[[], float] = lambda: 0.0,
        *,
        lanes: Sequence[int] | None = None,
        checkpoint: Callable[[], None] = lambda: None,
    ) -> None:
        self.recipe = recipe
        self._clock = clock
        self._checkpoint = checkpoint
        self._stopped = self._hurried = self.was_cut_short = False
        self.views_done = 0.0
        self.iteration = 0
        self.task = make(recipe.task)
        labels = lane_labels(recipe)
        self.indices = tuple(range(len(labels)) if lanes is None else lanes)
        if not self.indices or not set(self.indices) <= set(range(len(labels))):
            raise ValueError(f"lanes is {lanes}; this run has lanes 0 to {len(labels) - 1}")
        self.lanes = [
            Learner(
                labels[index],
                recipe.lane(index),
                self.task,
                recipe.seed,
                recipe.batch_size,
                self._go_on,
            )
            for index in self.indices
        ]
        self._make_room()
        self.took = [0.0] * len(self.lanes)
        self._batches = stream(recipe.seed, "batches")
        self._drawn_from = self._batches.bit_generator.state
        self._batch: Batch | None = None
        self._anew = True
        self._held_out = self.task.batch(stream(recipe.seed, "held out"), recipe.batch_size)
        self._base = recipe.base
        self._overrides = list(recipe.lanes)
        self._tweaks: dict[int, list[Tweak]] = defaultdict(list)
        for tweak in recipe.tweaks:
            self._tweaks[tweak.iteration].append(tweak)

    def tweak(self, lane: int | None, changes: dict[str, Any]) -> Recipe:
        """Change live hyperparameters from the next iteration on.

        Parameters
        ----------
        lane : int or None
            Which lane; None for every lane that does not override the field itself.
        changes : dict
            Field → value, of the live hyperparameters.

        Returns
        -------
        Recipe
            With the tweak; also `self.recipe` from now on.

        Raises
        ------
        pydantic.ValidationError
            If the tweak is not valid; nothing has changed then.
        """
        self.retell(with_tweak(self.recipe, self.iteration, lane, changes))
        return self.recipe

    def retell(self, recipe: Recipe) -> None:
        """Take the recipe with other tweaks from the next iteration on; all else is as it was."""
        self.recipe = recipe
        now = [tweak for tweak in recipe.tweaks if tweak.iteration == self.iteration]
        self._tweaks[self.iteration] = now

    def rename(self, lane: int, name: str | None) -> Recipe:
        """Call a lane something else; no number depends on it.

        Parameters
        ----------
        lane : int
            Which lane.
        name : str or None
            Its name from now on; None: its cell and what sets it apart.

        Returns
        -------
        Recipe
            With the name; also `self.recipe` from now on.
        """
        self.recipe = renamed(self.recipe, lane, name)
        labels = lane_labels(self.recipe)
        for index, learner in self._computed():
            learner.label = labels[index]
        return self.recipe

    def advance(self, watch: Watch | None = EVERYTHING) -> Frame:
        """Compute one training iteration of every lane.

        Parameters
        ----------
        watch : Watch or None
            What the frame holds besides the scalars; None for the scalars alone, which is faster.
            The numbers are the same whatever is watched.

        Returns
        -------
        Frame
            Of the weights before the update.
        """
        self._check(watch)
        self._hurried = self.was_cut_short = False
        self.views_done = 0.0
        for tweak in self._tweaks.get(self.iteration, ()):
            self._apply(tweak)
        if not all(learner.has_room for learner in self.lanes):
            self._make_room()
        self._drawn_from = self._batches.bit_generator.state
        self._batch = self._read(self.iteration)
        if self.recipe.stateful:
            for learner in self.lanes:
                learner.carry_on(anew=self._anew)
        frame = Frame(self.iteration, {}, self._said(self.iteration, watch))
        for place, (index, learner) in enumerate(self._computed()):
            self.took[place] = self._compute(index, learner, frame, watch)
            start = self._clock()
            with np.errstate(all="ignore"):
                learner.update(self.iteration)
            self.took[place] += self._clock() - start
            self._show_update(index, learner, frame, watch)
        self.iteration += 1
        return frame

    def frame(self, watch: Watch) -> Frame:
        """Compute the last iteration's frame again, for another watch.

        Raises
        ------
        ValueError
            If there has been no iteration yet.
        """
        if self.iteration == 0:
            raise ValueError("iteration is 0; a frame needs at least one call of advance")
        self._check(watch)
        self._hurried = self.was_cut_short = False
        self.views_done = 0.0
        frame = Frame(self.iteration - 1, {}, self._said(self.iteration - 1, watch))
        for index, learner in self._computed():
            learner.swap_update()
            try:
                self._compute(index, learner, frame, watch)
            finally:
                learner.swap_update()
            self._show_update(index, learner, frame, watch)
        return frame

    def learner_of(self, lane: int) -> Learner:
        """Return the learner of a lane.

        Parameters
        ----------
        lane : int
            Its place in the recipe; one of `indices`.
        """
        return self.lanes[self.indices.index(lane)]

    @property
    def batch(self) -> Batch | None:
        """The batch of the last iteration; None before the first."""
        return self._batch

    def snapshot(self) -> Snapshot:
        """Return where it stands: another experiment can go on from there with the same bits.

        Raises
        ------
        ValueError
            If there has been no iteration yet.
        """
        if self.iteration == 0:
            raise ValueError("iteration is 0; a snapshot needs at least one call of advance")
        arrays = {
            f"{index}/{name}": array.copy()
            for index, learner in self._computed()
            for name, array in learner.state().items()
        }
        lost = {
            str(index): learner.first_lost
            for index, learner in self._computed()
            if learner.first_lost is not None
        }
        return Snapshot(self.iteration, self._drawn_from, arrays, lost)

    def restore(self, snapshot: Snapshot) -> None:
        """Go on from a snapshot of the same recipe, with the same tweaks before its iteration.

        Parameters
        ----------
        snapshot : Snapshot
            Of these lanes at least.
        """
        for iteration in sorted(self._tweaks):
            if iteration < snapshot.iteration:
                for tweak in self._tweaks[iteration]:
                    self._take(tweak)
        self.iteration = snapshot.iteration
        self._batches.bit_generator.state = self._drawn_from = snapshot.drawn_from
        self._batch = self._read(self.iteration - 1)
        for index, learner in self._computed():
            prefix = f"{index}/"
            state = {
                name.removeprefix(prefix): array
                for name, array in snapshot.arrays.items()
                if name.startswith(prefix)
            }
            learner.take(state, self._in_force(index), snapshot.lost.get(str(index)))
        if not all(learner.has_room for learner in self.lanes):
            self._make_room()

    @property
    def clock(self) -> Callable[[], float]:
        """Returns the time; the engine has no clock of its own."""
        return self._clock

    def stop(self) -> None:
        """End for good, from another thread: `advance` and `frame` raise `Stopped` before long.

        An iteration of the largest networks takes seconds; nobody should have to wait for it.
        """
        self._stopped = True

    def cut_short(self) -> None:
        """Leave the views of the frame in progress, from another thread: they may take seconds.

        The iteration itself is finished, and no number of it changes.
        """
        self._hurried = True

    def example(self, index: int) -> dict[str, Any]:
        """Describe a held-out example for the page; of a stateful run what a stream reads now.

        Parameters
        ----------
        index : int
            From 0 to batch_size − 1.
        """
        return self.task.example(self._examples, index)

    @property
    def _examples(self) -> Batch:
        """The sequences that views show: what is read now, where the state before it counts."""
        return self._batch if self.recipe.stateful and self._batch else self._held_out

    def _read(self, iteration: int) -> Batch:
        """Return the batch of an iteration; the generator stands where it is drawn."""
        if not self.recipe.stateful:
            return self.task.batch(self._batches, self.recipe.batch_size)
        batch, self._anew = self.task.in_order(iteration, self.recipe.batch_size)
        return batch

    def _said(self, iteration: int, watch: Watch | None) -> dict[str, str]:
        """Return a frame's text on what a stateful run reads, and where its state comes from."""
        if watch is None or not self.recipe.stateful:
            return {}
        example = to_json(self.example(watch.example)).decode()
        came = {} if self._anew else {"state_from": str(iteration - 1)}
        return {"example": example, **came}

    def _check(self, watch: Watch | None) -> None:
        last = self.recipe.batch_size - 1
        if watch is not None and watch.example > last:
            raise ValueError(f"example is {watch.example}; this run has examples 0 to {last}")

    def _computed(self) -> Iterator[tuple[int, Learner]]:
        return zip(self.indices, self.lanes, strict=True)

    def _make_room(self) -> None:
        """Take memory for the passes of all lanes; what they had is gone before."""
        arena = Arena([learner.allocate for learner in self.lanes])
        for learner in self.lanes:
            learner.allocate(arena.allocator())

    def _go_on(self) -> None:
        self._checkpoint()
        if self._stopped:
            raise Stopped

    def _look_on(self, index: int, share: float) -> None:
        """Note which share of a lane's views is done."""
        done = (self.indices.index(index) + share) / len(self.indices)
        # A pass that a view makes on the way does not know its share.
        self.views_done = max(self.views_done, done)
        self._go_on()
        if self._hurried:
            raise _CutShort

    def _compute(self, index: int, learner: Learner, frame: Frame, watch: Watch | None) -> float:
        """Put a lane's iteration, all but its update, into the frame; return what it took."""
        assert self._batch is not None
        # Overflow, underflow and NaN are what a reader came to see: they are data here.
        with np.errstate(all="ignore"):
            start = self._clock()
            iteration = learner.compute(self._batch, frame.iteration)
            scalars, lost = learner.scalars(iteration)
            took = self._clock() - start
            arrays: dict[str, Array] = {name: np.array(scalars[name]) for name in scalars}
            if watch is not None:
                layer = min(watch.layer, learner.num_layers - 1)
                arrays |= learner.gradient_flow(iteration, layer)
                request = self._view_request(watch, layer, index)
                try:
                    arrays |= view_arrays(learner, request)
                except _CutShort:
                    self.was_cut_short = True
        frame.arrays.update({f"{index}/{name}": array for name, array in arrays.items()})
        if lost is not None:
            frame.text[f"{index}/diverged"] = lost
        return took

    def _show_update(self, index: int, learner: Learner, frame: Frame, watch: Watch | None) -> None:
        """Put into the frame what is shown of the update that followed."""
        with np.errstate(all="ignore"):
            arrays = {"update_norm": np.array(learner.update_norm())}
            frame.arrays[f"{index}/update_norm"] = arrays["update_norm"]
            known = {name: float(frame.arrays[f"{index}/{name}"]) for name in recent.NAMES}
            learner.recent.note(frame.iteration, known)
            if watch is not None:
                arrays |= update_arrays(learner, watch.views_of(index))
                said = update_text(learner, watch.views_of(index))
                frame.text.update({f"{index}/{name}": text for name, text in said.items()})
        frame.arrays.update({f"{index}/{name}": array for name, array in arrays.items()})

    def _view_request(self, watch: Watch, layer: int, index: int) -> ViewRequest:
        stream = watch.example if self.recipe.stateful else None
        example = self._examples.one(watch.example)
        views = watch.views_of(index)
        initial = None if stream is None else self.learner_of(index).initial(stream)
        return ViewRequest(example, layer, views, partial(self._look_on, index), initial)

    def _apply(self, tweak: Tweak) -> None:
        concerned = self._take(tweak)
        for index, learner in self._computed():
            if index in concerned:
                learner.change(self._in_force(index))

    def _take(self, tweak: Tweak) -> list[int]:
        """Put a tweak's changes in force; return the lanes that they concern."""
        changes = tweak.changes.overrides
        concerned = []
        if tweak.lane is None:
            self._base = self._base.model_copy(update=changes)
            concerned = [
                index
                for index, lane in enumerate(self._overrides)
                if set(changes) - lane.model_fields_set
            ]
        else:
            mine = self._overrides[tweak.lane]
            self._overrides[tweak.lane] = Lane.model_validate({**mine.overrides, **changes})
            concerned = [tweak.lane]
        return concerned

    def _in_force(self, index: int) -> Hyperparameters:
        whole = self.recipe.model_copy(update={"base": self._base, "lanes": tuple(self._overrides)})
        return whole.lane(index)
