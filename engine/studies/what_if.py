"""The study "what if": what learning would get if some paths carried no gradient.

The forward pass and the loss are those of the iteration; only the way back differs. Nothing is
learnt from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from pydantic import Field

from engine.arrays import Array
from engine.cells import cut_timesteps, reached_states
from engine.diagnostics import Ends, WhatIf, joint_norms, norm, state_gradient, what_if
from engine.experiment import Experiment
from engine.learner import Iteration, Learner
from engine.studies.study import Findings, Progress, Study

MOST_PATHS = 12
"""More than any cell has."""

BY_TIMESTEP = ("dh_norm", "dc_norm", "dW_hh_norm")


class WhatIfStudy(Study):
    """Which paths are switched off in the backward pass."""

    kind: Literal["what_if"]
    layer: int = Field(
        0, ge=0, title="Layer", description="Whose norms by timestep are given; all have the paths."
    )
    off: tuple[str, ...] = Field(
        (),
        max_length=MOST_PATHS,
        strict=False,
        title="Paths that are off",
        description="Carry no gradient from t to t − 1: c, carry, gates, or a gate by its name.",
    )
    cut_before: int | None = Field(
        None,
        ge=1,
        title="Cut before",
        description="No gradient passes from this timestep to the one before it.",
    )

    def compute(self, experiment: Experiment, progress: Progress) -> Findings:
        """Return the norms of the real backward pass and of the one with paths switched off.

        Parameters
        ----------
        experiment : Experiment
        progress : callable

        Returns
        -------
        Findings
            Arrays of the paths that are left, and beside each, with ``.real`` after its name, that
            of the engine's own backward pass: ``log10_dh_norm`` and, where there is a c,
            ``log10_dc_norm`` (T+1,); ``log10_dW_hh_norm`` (T,); ``log10_reach`` and
            ``log10_grad_norm`` (), before clipping; ``log10_param_norm`` (P,), a parameter each, in
            the order of the text ``params``. ``cosine`` () is that of the angle between the two
            gradients of all parameters, ``param_cosine`` (P,) of each one's: NaN where one is zero.

        Raises
        ------
        ValueError
            If the lane's cell has no such path, its sequences no such timestep, or it reads in both
            directions.
        """
        if experiment.learner_of(self.lane).model.reverse_cells:
            raise ValueError(
                "the lane reads in both directions; what if is for lanes that read in one"
            )
        with np.errstate(all="ignore"):  # overflow and underflow are data
            return self._compute(experiment, progress)

    def _compute(self, experiment: Experiment, progress: Progress) -> Findings:
        batch, learner = experiment.batch, experiment.learner_of(self.lane)
        assert batch is not None, "a study is of an iteration"
        learner.swap_update()  # the weights that the iteration was computed with
        progress(0.0)
        # Paths are followed through a pass that leaves nothing out.
        iteration = learner.compute(batch, whole=True)
        layer = min(self.layer, learner.num_layers - 1)
        flow = learner.gradient_flow(iteration, layer)
        real: dict[str, Array] = {name: flow[name] for name in BY_TIMESTEP if name in flow}
        real["reach"] = np.array(iteration.ends.reach(iteration.joint))
        gradients = {name: grad.copy() for name, grad in iteration.grads.params.items()}

        several = batch.lengths is None and len(iteration.loss.doutput) > 1
        left = self._back(learner, iteration, iteration.loss.doutput, progress, 0.0, several)
        last = left
        if several:  # reach is of the last loss alone
            doutput = iteration.loss.doutput[-1:]
            last = self._back(learner, iteration, doutput, progress, 0.5, several)
        ends = iteration.ends
        what = self._flow(left, layer, ends)
        what["reach"] = np.array(ends.reach(joint_norms(_states(last))))
        imagined = gradients | _params(left)
        whole = [np.concatenate([g[name].ravel() for name in g]) for g in (gradients, imagined)]
        # Both without what pulls at the weights beside the loss.
        real["grad_norm"], what["grad_norm"] = (np.array(norm(each)) for each in whole)
        for of, params in ((real, gradients), (what, imagined)):
            of["param_norm"] = np.array([norm(each) for each in params.values()])
        arrays = {
            **{f"log10_{name}": np.log10(value) for name, value in what.items()},
            **{f"log10_{name}.real": np.log10(value) for name, value in real.items()},
            "cosine": np.array(_cosine(*whole)),
            "param_cosine": np.array([_cosine(gradients[n], imagined[n]) for n in gradients]),
        }
        return Findings(arrays, {"params": " ".join(gradients), "layer": str(layer)})

    def _back(
        self,
        learner: Learner,
        iteration: Iteration,
        doutput: Array,
        progress: Progress,
        done: float,
        several: bool,
    ) -> list[Layer]:
        """Run back through all layers, the top one first; return them, the lowest first."""
        truncate = learner.hyperparameters.truncate
        spaces, at = learner.workspaces, iteration.passed.at
        T, share = spaces[0].timesteps, (0.5 if several else 1) / len(spaces)
        S = len(doutput)
        outside = np.zeros_like(spaces[-1].dh)
        entering = outside[1:][at][-S:]
        entering[...] = learner.params["readout.weight"].T @ doutput.astype(outside.dtype)
        enters = np.zeros(T + 1, bool)
        enters[1:][at][-S:] = True
        layers: list[Layer] = []
        for index in reversed(range(len(spaces))):
            found = what_if(
                learner.model.cells[index],
                learner.model.layer_params(learner.params, index),
                spaces[index],
                outside,
                off=self.off,
                before=self.cut_before,
                truncate=truncate,
                progress=_Part(progress, done + share * len(layers), share),
            )
            reached = reached_states(enters, cut_timesteps(T, truncate))
            layers.insert(0, Layer(index, found, reached))
            outside = np.zeros_like(spaces[index].dh)
            if index:
                outside[1:] = found.dx
            enters = reached.copy()
            enters[0] = False
        return layers

    def _flow(self, layers: list[Layer], index: int, ends: Ends) -> dict[str, Array]:
        """Return the norms by timestep of one layer, as `Learner.gradient_flow` has them."""
        found, reached = layers[index].found, layers[index].reached
        arrays: dict[str, Array] = {"dh_norm": ends.spread(state_gradient(found.dh, reached)).mean}
        if found.dc is not None:
            arrays["dc_norm"] = ends.spread(state_gradient(found.dc, reached)).mean
        arrays["dW_hh_norm"] = np.where(reached[1:], found.dW_hh_norm, np.nan)
        return arrays


@dataclass(frozen=True)
class Layer:
    """One layer on the way back with paths switched off.

    Attributes
    ----------
    index : int
        The lowest is 0.
    found : WhatIf
    reached : ndarray of bool, shape (T+1,)
        False where truncation keeps every loss from the states.
    """

    index: int
    found: WhatIf
    reached: Array


@dataclass(frozen=True)
class _Part:
    """Tells a part's progress as one of the whole."""

    progress: Progress
    begin: float
    share: float

    def __call__(self, done: float) -> None:
        self.progress(self.begin + self.share * done)


def _states(layers: list[Layer]) -> Iterator[tuple[Array, Array]]:
    for layer in layers:
        yield layer.found.dh, layer.reached
        if layer.found.dc is not None:
            yield layer.found.dc, layer.reached


def _params(layers: list[Layer]) -> dict[str, Array]:
    return {
        f"{name}_l{layer.index}": value
        for layer in layers
        for name, value in layer.found.params.items()
    }


def _cosine(one: Array, other: Array) -> float:
    """Return the cosine of the angle between two vectors; NaN where one is zero or not finite."""
    lengths = norm(one.ravel()), norm(other.ravel())
    if 0 in lengths or not np.isfinite(lengths).all():
        return float("nan")
    return float((one.ravel() / lengths[0]) @ (other.ravel() / lengths[1]))
