"""A recipe being computed, one training iteration at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np

from engine.arena import Arena
from engine.arrays import Array
from engine.frame import Frame
from engine.lane_labels import lane_labels
from engine.learner import Learner
from engine.random_streams import stream
from engine.recipe import Changes, Hyperparameters, Lane, Recipe, Tweak
from engine.tasks import Batch, make
from engine.views import ViewRequest, update_arrays, view_arrays
from engine.watch import Watch

EVERYTHING = Watch()
"""What a frame holds when nobody says otherwise."""


class Stopped(Exception):
    """The experiment was told to stop in the middle of an iteration."""


class Experiment:
    """A recipe being computed: every lane on the same batches.

    Parameters
    ----------
    recipe : Recipe
        Its tweaks act at their iterations.
    clock : callable, optional
        Returns the time, for `took`; the engine has none of its own.

    Attributes
    ----------
    recipe : Recipe
        With the tweaks made so far.
    iteration : int
        The iteration that `advance` computes next; 0 at first.
    task : Task
    lanes : list of Learner
    took : list of float
        What each lane's last forward pass, backward pass and update took, by the clock: 0 without.

    Raises
    ------
    ValueError
        If the recipe's task can't be made.
    """

    def __init__(self, recipe: Recipe, clock: Callable[[], float] = lambda: 0.0) -> None:
        self.recipe = recipe
        self._clock = clock
        self.iteration = 0
        self.task = make(recipe.task)
        self.lanes = [
            Learner(label, recipe.lane(index), self.task, recipe.seed, recipe.batch_size)
            for index, label in enumerate(lane_labels(recipe))
        ]
        arena = Arena([learner.allocate for learner in self.lanes])
        for learner in self.lanes:
            learner.allocate(arena.allocator())
        self.took = [0.0] * len(self.lanes)
        self._batches = stream(recipe.seed, "batches")
        self._batch: Batch | None = None
        self._held_out = self.task.batch(stream(recipe.seed, "held out"), recipe.batch_size)
        self._stopped = False
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
        tweak = {"iteration": self.iteration, "lane": lane, "changes": changes}
        whole = self.recipe.model_dump()
        recipe = Recipe.model_validate({**whole, "tweaks": [*whole["tweaks"], tweak]})
        *before, last = recipe.tweaks
        # A slider that is dragged while the run is paused says the same thing many times.
        if before and (before[-1].iteration, before[-1].lane) == (last.iteration, last.lane):
            changes = {**before.pop().changes.overrides, **last.changes.overrides}
            last = last.model_copy(update={"changes": Changes(**changes)})
        self.recipe = recipe.model_copy(update={"tweaks": (*before, last)})
        now = [tweak for tweak in self.recipe.tweaks if tweak.iteration == self.iteration]
        self._tweaks[self.iteration] = now
        return self.recipe

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
        lanes = list(self.recipe.lanes)
        own = lanes[lane].overrides
        own.pop("name", None)
        lanes[lane] = Lane.model_validate(own if name is None else {**own, "name": name})
        self.recipe = self.recipe.model_copy(update={"lanes": tuple(lanes)})
        for learner, label in zip(self.lanes, lane_labels(self.recipe), strict=True):
            learner.label = label
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
        for tweak in self._tweaks.get(self.iteration, ()):
            self._apply(tweak)
        self._batch = self.task.batch(self._batches, self.recipe.batch_size)
        frame = Frame(self.iteration, {}, {})
        for index, learner in enumerate(self.lanes):
            self._compute(index, learner, frame, watch)
            start = self._clock()
            with np.errstate(all="ignore"):
                learner.update(self.iteration)
            self.took[index] += self._clock() - start
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
        frame = Frame(self.iteration - 1, {}, {})
        for index, learner in enumerate(self.lanes):
            learner.swap_update()
            try:
                self._compute(index, learner, frame, watch)
            finally:
                learner.swap_update()
            self._show_update(index, learner, frame, watch)
        return frame

    def stop(self) -> None:
        """End for good, from another thread: `advance` and `frame` raise `Stopped` before long.

        An iteration of the largest networks takes seconds; nobody should have to wait for it.
        """
        self._stopped = True

    def example(self, index: int) -> dict[str, Any]:
        """Describe a held-out example for the page.

        Parameters
        ----------
        index : int
            From 0 to batch_size − 1.
        """
        return self.task.example(self._held_out, index)

    def _check(self, watch: Watch | None) -> None:
        last = self.recipe.batch_size - 1
        if watch is not None and watch.example > last:
            raise ValueError(f"example is {watch.example}; this run has examples 0 to {last}")

    def _go_on(self) -> None:
        if self._stopped:
            raise Stopped

    def _compute(self, index: int, learner: Learner, frame: Frame, watch: Watch | None) -> None:
        assert self._batch is not None
        # Overflow, underflow and NaN are what a reader came to see: they are data here.
        with np.errstate(all="ignore"):
            start = self._clock()
            iteration = learner.compute(self._batch, self._go_on)
            scalars, lost = learner.scalars(iteration)
            self.took[index] = self._clock() - start
            arrays: dict[str, Array] = {name: np.array(scalars[name]) for name in scalars}
            if watch is not None:
                layer = min(watch.layer, learner.num_layers - 1)
                arrays |= learner.gradient_flow(iteration, layer)
                if watch.lane in (None, index):
                    arrays |= view_arrays(learner, self._view_request(watch, layer))
        frame.arrays.update({f"{index}/{name}": array for name, array in arrays.items()})
        if lost is not None:
            frame.text[f"{index}/diverged"] = lost

    def _show_update(self, index: int, learner: Learner, frame: Frame, watch: Watch | None) -> None:
        """Put into the frame what is shown of the update that followed."""
        with np.errstate(all="ignore"):
            arrays = {"update_norm": np.array(learner.update_norm())}
            if watch is not None and watch.lane in (None, index):
                arrays |= update_arrays(learner, watch.views)
        frame.arrays.update({f"{index}/{name}": array for name, array in arrays.items()})

    def _view_request(self, watch: Watch, layer: int) -> ViewRequest:
        x, y, mask = self._held_out
        one = slice(watch.example, watch.example + 1)
        example = Batch(x[:, one], y[:, one], mask[:, one])
        return ViewRequest(example, layer, watch.views, self._go_on)

    def _apply(self, tweak: Tweak) -> None:
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
        for index in concerned:
            self.lanes[index].change(self._in_force(index))

    def _in_force(self, index: int) -> Hyperparameters:
        whole = self.recipe.model_copy(update={"base": self._base, "lanes": tuple(self._overrides)})
        return whole.lane(index)
