"""A model whose passes drop and hold something, and the same from the equations."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from engine.cells import Cell, Masks
from engine.model import Model, ModelGradients, Pass
from tests.engine import reference
from tests.engine.reference import Nudge

KINDS = {
    "rnn-tanh": ("rnn", "tanh"),
    "rnn-relu": ("rnn", "relu"),
    **{name: (name, "tanh") for name in reference.CELLS if name != "rnn"},
}
WHAT = ("inputs", "between", "recurrent", "zoneout", "ends")
"""What can be left out: inputs, what a layer gives to the next, what W_hh multiplies; and what
holds states: zoneout, and the ends of sequences."""


def draw_masks(
    rng: np.random.Generator, cells: Collection[Cell], T: int, B: int, what: Collection[str]
) -> list[Masks]:
    """Draw masks of each layer, with three in ten dropped or held."""

    def kept(*shape: int) -> np.ndarray:
        return (rng.random(shape) < 0.7) / 0.7

    lengths = rng.integers(1, T + 1, B) if "ends" in what else None
    masks = []
    for layer, cell in enumerate(cells):
        D, H = cell.input_size, cell.hidden_size
        given: dict[str, Any] = {}
        if "between" in what and layer:
            given["input"] = kept(T, D, B)
        if "inputs" in what and not layer:
            given["input"] = kept(1, D, B)
        if "recurrent" in what:
            given["hidden"] = kept(H, B)
        if "zoneout" in what:
            given |= {f"hold_{name}": rng.random((T, H, B)) < 0.3 for name in cell.state_names}
        masks.append(Masks(**given).padded(lengths, T))
    return masks


class Masked:
    """A model at random weights, inputs, masks and states, under the loss Σ w · output.

    Parameters
    ----------
    kind : str
        Of `KINDS`.
    layers : int
    what : collection of str
        Of `WHAT`.
    seed : int
    truncate : int, optional
    carried : bool
        Whether it begins with a state of an earlier pass, not with zeros.
    """

    def __init__(
        self,
        kind: str,
        layers: int,
        what: Collection[str],
        seed: int,
        truncate: int | None = None,
        *,
        carried: bool = False,
        T: int = 6,
        B: int = 3,
        D: int = 2,
        H: int = 4,
    ) -> None:
        self.name, self.nonlinearity = KINDS[kind]
        rng = self.rng = np.random.default_rng([seed, layers, T, B, D, H])
        self.model = Model(self.name, D, H, 2, layers, self.nonlinearity)
        self.params = reference.random_model_params(rng, self.name, D, H, 2, layers)
        if self.nonlinearity == "relu":  # or whole layers would be dead, and their gradients 0
            for name in self.params:
                if name.startswith("bias"):
                    self.params[name] = 0.2 + abs(self.params[name])
        self.x = rng.standard_normal((T, B, D))
        states = len(self.model.cells[0].state_names)
        self.initial = 0.5 * rng.standard_normal((layers, states, H, B)) if carried else None
        self.masks = draw_masks(rng, self.model.cells, T, B, what)
        self.truncate = truncate
        self.w = rng.standard_normal((T, 2, B)) * (rng.random((T, 1, 1)) < 0.5)
        self.w[-1] = rng.standard_normal((2, B))

    def run(self, params: dict[str, np.ndarray] | None = None) -> Pass:
        """Return the engine's pass."""
        chosen = self.params if params is None else params
        return self.model.forward(chosen, self.x, initial=self.initial, masks=self.masks)

    def loss(self, params: dict[str, np.ndarray]) -> float:
        """Return the engine's loss."""
        return float(np.sum(self.w * self.run(params).output))

    def gradients(self) -> ModelGradients:
        """Return the engine's gradients."""
        return self.model.backward(self.params, self.run(), self.w, self.truncate)

    def direction(self, name: str) -> np.ndarray:
        """Draw a direction of a parameter."""
        return self.rng.standard_normal(self.params[name].shape)

    def reference_loss(
        self,
        params: dict[str, np.ndarray] | None = None,
        layer: int = 0,
        nudge: Nudge | None = None,
    ) -> Any:
        """Return the loss of the equations, one example at a time; `nudge` is for one layer.

        W_hh (m ⊙ h) = (W_hh diag(m)) h: each example has weights of its own.
        """
        p = self.params if params is None else params
        T, B, _ = self.x.shape
        cut = set(range(T - self.truncate, 0, -self.truncate)) if self.truncate else set()
        total = 0
        for b in range(B):
            states = self.x[:, b : b + 1]
            for k, masks in enumerate(self.masks):
                states = self._states(p, k, masks, states, b, cut, nudge if k == layer else None)
            output = states @ p["readout.weight"].T + p["readout.bias"]
            total = total + np.sum(self.w[:, :, b] * output[:, 0])
        return total

    def _states(
        self,
        params: dict[str, np.ndarray],
        layer: int,
        masks: Masks,
        x: np.ndarray,
        b: int,
        cut: set[int],
        nudge: Nudge | None,
    ) -> np.ndarray:
        p = reference.of_layer(params, layer)
        T, H = len(x), self.model.hidden_size
        if masks.input is not None:
            x = x * masks.input[:, :, b : b + 1].transpose(0, 2, 1)
        if masks.hidden is not None:
            p["weight_hh"] = p["weight_hh"] * masks.hidden[:, b]
        held = {
            name: np.broadcast_to(mask, (T, H, self.x.shape[1]))[:, np.newaxis, :, b]
            for name, mask in (("h", masks.hold_h), ("c", masks.hold_c))
            if mask is not None
        }
        zero = np.zeros((1, H))
        h_0, c_0 = zero, zero
        if self.initial is not None:
            h_0, c_0 = (self.initial[layer, s, :, b][np.newaxis] for s in (0, -1))
        if nudge is not None:
            nudge = Nudge(nudge.state, nudge.t, nudge.by[b : b + 1])
        found: np.ndarray = reference.forward(
            self.name,
            p,
            x,
            h_0,
            c_0 if self.name in reference.WITH_C else None,
            nonlinearity=self.nonlinearity,
            nudge=nudge,
            detached=cut,
            held=held,
        )["h"][1:]
        return found
