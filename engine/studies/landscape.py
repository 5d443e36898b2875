"""The study of the loss landscape: the loss over a plane of weights, and the step in it.

Around the weights of an iteration, on the batch of that iteration. The centre is the loss that the
iteration's frame shows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal, NamedTuple

import numpy as np
from pydantic import Field, StringConstraints, field_validator

from engine.arrays import Array
from engine.cells import Params
from engine.clipping import Clipped
from engine.diagnostics import norm
from engine.experiment import Experiment
from engine.landscape.cliff import cliff
from engine.landscape.plane import Entry, Plane, along_path, at_random, through_entries
from engine.landscape.surface import Objective, gradient_step, loss_surface
from engine.random_streams import stream
from engine.studies.steps import Steps, steps_of
from engine.studies.study import Findings, Progress, Study

EntryName = Annotated[
    str, StringConstraints(max_length=64, pattern=r"^[\w.]+\[ ?\d{1,6}( ?, ?\d{1,6})? ?\]$")
]

USUAL_EXTENT = 1.0
"""Of single weights, and of directions as long as the weights (Li et al. 2018, figure 1)."""
BEYOND_PATH = 1.3
"""How much farther than the farthest point of a path we look."""
CLIFF_RATE, CLIFF_THRESHOLD = 0.1, 1.0
"""η and clip threshold of the steps from the cliff's edge."""
REPLAY_SHARE = 0.1
"""What the last updates count for, of the whole progress."""


class Scene(NamedTuple):
    """What the surface is computed of.

    Attributes
    ----------
    objective : Objective
    plane : Plane
    alpha, beta : ndarray, shapes (M,) and (N,)
    at : (float, float)
        Where in the plane the steps begin.
    names : (str, str)
        Of α and β.
    """

    objective: Objective
    plane: Plane
    alpha: Array
    beta: Array
    at: tuple[float, float]
    names: tuple[str, str]


class LandscapeStudy(Study):
    """The loss over a plane through the weights, with this iteration's step in it.

    The plane is that of two single weights, all others staying as they are (``parameters``); of
    two random directions, each row as long as that row of the weights (``random``; Li, Xu, Taylor,
    Studer & Goldstein 2018, "Visualizing the Loss Landscape of Neural Nets", section 4); or of the
    two main directions of the last updates (``updates``; the same, section 7). ``cliff`` is not of
    this run: it is the one unit of Pascanu, Mikolov & Bengio (2013, section 2.3).
    """

    kind: Literal["landscape"]
    along: Literal["parameters", "random", "updates", "cliff"] = Field(
        "parameters", title="Along", description="Which two directions of the weights are shown."
    )
    first: EntryName | None = Field(
        None,
        title="First weight",
        description='Of the plane of two weights, as "weight_hh_l0[3, 5]"; null: the recurrent '
        "weight of the lowest layer whose gradient is largest.",
    )
    second: EntryName | None = Field(
        None, title="Second weight", description="Likewise; null: the one with the next gradient."
    )
    extent: float | None = Field(
        None,
        ge=1e-6,
        le=1e3,
        title="Extent",
        description="How far the picture reaches on either side; null: as is usual.",
    )
    resolution: int = Field(
        25, ge=5, le=61, title="Points", description="Along either axis; odd, to have a middle."
    )
    seed: int = Field(0, ge=0, le=2**32 - 1, title="Seed", description="Of random directions.")
    updates: int = Field(
        20, ge=2, le=30, title="Updates", description="How many of the last make the directions."
    )

    @field_validator("resolution")
    @classmethod
    def _odd(cls, value: int) -> int:
        if value % 2 == 0:
            raise ValueError(f"{value} points have no middle; an odd number is needed")
        return value

    @property
    def before(self) -> int:  # type: ignore[override]
        """Iterations before the studied one at which the experiment shall stand."""
        return {"updates": self.updates, "cliff": 0}.get(self.along, 1)

    def compute(self, experiment: Experiment, progress: Progress) -> Findings:
        """Compute the surface of the iteration that the experiment stands `before` before.

        Raises
        ------
        ValueError
            If the weights are not finite, do not have such an entry, or have not moved.
        """
        return self.compute_at(experiment.iteration - 1 + self.before, experiment, progress)

    def compute_at(self, iteration: int, experiment: Experiment, progress: Progress) -> Findings:
        """Compute the surface of an iteration.

        Parameters
        ----------
        iteration : int
            Not before the experiment's last one, and no more than `before` after it.
        experiment, progress
            As `compute` has them.

        Returns
        -------
        Findings
            ``alpha`` (M,), ``beta`` (N,), ``surface`` (M, N) and its log10; ``at`` (2,), where
            the steps begin, and the ``loss`` there. Of the step without clipping and with it:
            ``steps`` (2, 2) in the plane, ``within`` (2,), the share of its length that lies in
            the plane, ``log10_length`` (2,), ``loss_after`` (2,) the whole step, ``loss_at_tip``
            (2,) of its part in the plane; ``turned``, the angle between the two in degrees. Of
            updates: ``path`` (K, 2) of earlier weights, and ``explained``, the share of their
            squared distances that lies in the plane.
        """
        share = 0.0

        def tell(done: float | None = None) -> None:
            nonlocal share
            share = share if done is None else done
            progress(share)

        def surface_done(done: float) -> None:
            tell(REPLAY_SHARE + (1 - REPLAY_SHARE) * done)

        tell()
        more: dict[str, Array] = {}
        if self.along == "cliff":
            scene, found, text = _at_the_cliff(self.resolution, tell)
        else:
            steps = steps_of(experiment, self.lane, iteration, lambda k: tell(REPLAY_SHARE * k))
            scene, more = self._around(steps, tell)
            found, text = _of_the_run(steps, scene), steps.facts
        with np.errstate(all="ignore"):
            found |= {"loss": np.array(scene.objective.loss(scene.plane.point(*scene.at)))}
            found["loss_at_tip"] = np.array(
                [scene.objective.loss(scene.plane.point(*(scene.at + s))) for s in found["steps"]]
            )
            surface = loss_surface(
                scene.objective, scene.plane, scene.alpha, scene.beta, surface_done
            ).loss
            logs = {"log10_surface": np.log10(surface)}
        axes = {"alpha": scene.alpha, "beta": scene.beta, "at": np.array(scene.at)}
        names = dict(zip(("first", "second"), scene.names, strict=True))
        return Findings(
            {**axes, "surface": surface, **logs, **found, **more},
            {"lane": str(self.lane), "along": self.along, **names, **text},
        )

    def _around(self, steps: Steps, tell: Callable[[], None]) -> tuple[Scene, dict[str, Array]]:
        """Return the plane of the run's weights, and the path in it, if that made it."""
        params, extent, path = steps.params, self.extent, {}
        objective = steps.objective(tell)
        if self.along == "updates":
            moved = np.stack([*steps.displacements[-self.updates :], steps.clipped])
            plane, explained = along_path(params, moved)
            points = np.array([plane.coordinates(each)[0] for each in moved])
            path = {"path": points[:-1], "explained": np.array(explained)}
            extent = extent or BEYOND_PATH * float(np.abs(points).max())
            names = ("main direction", "second direction")
        elif self.along == "random":
            plane = at_random(params, stream(self.seed, "landscape"))
            names = ("random direction 1", "random direction 2")
        else:
            entries = self._entries(params, objective)
            plane = through_entries(params, *entries)
            first, second = (f"{name}[{', '.join(map(str, at))}]" for name, at in entries)
            names = (first, second)
        reach = np.linspace(-1, 1, self.resolution) * (extent or USUAL_EXTENT)
        return Scene(objective, plane, reach, reach, (0.0, 0.0), names), path

    def _entries(self, params: Params, objective: Objective) -> list[Entry]:
        name = "weight_hh_l0"
        slopes = np.abs(np.nan_to_num(objective.gradient(params)[name]))
        steepest = np.argsort(slopes, axis=None, kind="stable")[::-1]
        usual = [(name, tuple(map(int, np.unravel_index(k, slopes.shape)))) for k in steepest[:3]]
        found: list[Entry] = []
        for given in (self.first, self.second):
            entry = None if given is None else _entry(given)
            wanted = None if self.second is None or entry else _entry(self.second)
            others = [each for each in usual if each not in (*found, wanted)]
            found.append(entry or (others[0] if others else (name, (0, 0))))
        return found


def _entry(text: str) -> Entry:
    name, _, index = text.rstrip("] ").partition("[")
    return name, tuple(int(k) for k in index.split(","))


def _of_the_run(steps: Steps, scene: Scene) -> dict[str, Array]:
    both = (steps.unclipped, steps.clipped)
    into = [scene.plane.coordinates(each) for each in both]
    return {
        "steps": np.array([coordinates for coordinates, _ in into]),
        "within": np.array([within for _, within in into]),
        "loss_after": np.array([scene.objective.loss(steps.moved(each)) for each in both]),
        **_measures(both, steps.clipping),
    }


def _measures(both: tuple[Array, Array], clipping: Clipped) -> dict[str, Array]:
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "log10_length": np.log10(np.array([norm(each) for each in both])),
            "turned": np.array(_angle(*both)),
            "log10_grad_norm": np.log10(np.array(clipping.grad_norm)),
            "clip_factor": np.array(clipping.clip_factor),
        }


def _angle(one: Array, other: Array) -> float:
    """Return the angle between two steps in degrees; NaN where one of them is 0 or not finite."""
    first, second = one / norm(one), other / norm(other)
    # Of a small angle, the cosine would have lost all digits.
    return float(np.degrees(2 * np.arctan2(norm(first - second), norm(first + second))))


def _at_the_cliff(
    resolution: int, tell: Callable[[], None]
) -> tuple[Scene, dict[str, Array], dict[str, str]]:
    """Return the paper's network, where w and b are all that is trained."""
    scene = cliff(resolution, checkpoint=tell)
    step = gradient_step(
        scene.objective,
        scene.plane,
        scene.edge,
        CLIFF_RATE,
        "norm",
        CLIFF_THRESHOLD,
        within=True,
    )
    both = (np.array(step.before), np.array(step.after))
    losses = [scene.objective.loss(scene.plane.point(*(step.at + each))) for each in both]
    found = {
        "steps": np.array(both),
        "within": np.ones(2),
        "loss_after": np.array(losses),
        **_measures(both, step.clipped),
    }
    text = {
        "optimizer": "sgd",
        "learning_rate": str(CLIFF_RATE),
        "clip": "norm",
        "clip_threshold": str(CLIFF_THRESHOLD),
    }
    at, axes = scene.edge, ("w", "b")
    return Scene(scene.objective, scene.plane, scene.w, scene.b, at, axes), found, text
