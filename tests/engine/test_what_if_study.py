"""The study "what if" against gradients of a forward pass that holds the path fixed."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from engine import Experiment, Watch
from engine.experiment import Stopped
from engine.studies import WhatIfStudy
from tests.engine import reference
from tests.engine.reference import STEP, WITH_C, Nudge
from tests.engine.runs import experiment
from tests.engine.test_what_if import STEPS, holding

EXACT = {"rtol": 1e-11, "atol": 1e-11}
TASKS = {
    "last": {"name": "adding", "seq_len": 6},
    "every": {"name": "next_char", "seq_len": 6, "text": "abcabdabcacb"},
}
OFF = {
    "rnn": [(), ("h",)],
    "lstm": [(), ("c",), ("gates",), ("f",)],
    "gru": [("carry",), ("r",)],
    "mgu": [("carry",), ("n",)],
    "coupled_lstm": [("c",), ("f",)],
    "gru_reset_before": [("carry",), ("n",)],
    "peephole_lstm": [("peepholes",), ("c", "o")],
    "ln_rnn": [(), ("h",)],
    "ln_lstm": [("c",), ("f",)],
    "ln_gru": [("carry",), ("r",)],
}


def made(cell: str, task: str = "last", **base) -> Experiment:
    """Return an experiment of one lane that has computed three iterations."""
    run = experiment(
        task=TASKS[task],
        batch_size=3,
        base={"cell": cell, "hidden_size": 3, "num_layers": 2, **base},
        lanes=[{}],
    )
    for _ in range(3):
        run.advance(None)
    return run


def find(run: Experiment, **fields):
    found = WhatIfStudy(kind="what_if", **fields).compute(run, lambda share: None)
    return found.arrays, found.text


def logs(values) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return np.log10(values)


class ByHand:
    """The same network, from its equations, with paths held fixed."""

    def __init__(self, run: Experiment, off, cut_before, monkeypatch) -> None:
        self.learner, self.task, self.batch = run.lanes[0], run.task, run.batch
        self.params = {name: each.copy() for name, each in self.learner.params_before.items()}
        kind = self.learner.cell.name
        closed = {*off, *self.learner.cell.gate_names} if "gates" in off else set(off)
        monkeypatch.setitem(reference.CELLS, kind, partial(STEPS[kind], holding(closed)))
        detached = () if cut_before is None else (cut_before - 1,)
        self.outputs = partial(reference.model_outputs, kind, x=self.batch.x, detached=detached)

    def losses(self, params=None, **nudge) -> np.ndarray:
        output = self.outputs(params=params or self.params, **nudge)
        return reference.example_losses(self.task.loss, output, self.batch.y, self.batch.mask)

    def gradient(self, name: str) -> np.ndarray:
        found = np.empty(self.params[name].shape)
        for place in np.ndindex(found.shape):
            nudged = self.params[name].astype(complex)
            nudged[place] += STEP
            losses = self.losses(self.params | {name: nudged})
            found[place] = losses.mean().imag / STEP.imag
        return found

    def norms(self, state: str, layer: int) -> np.ndarray:
        """Return ‖∂ℓ_b/∂state_t‖, mean over the batch (T+1,)."""
        T, B, H = self.task.timesteps, self.batch.x.shape[1], self.learner.hidden_size
        found = np.empty((T + 1, B, H))
        for t in range(T + 1):
            for unit in range(H):
                by = np.zeros((B, H), complex)
                by[:, unit] = STEP
                losses = self.losses(nudge=Nudge(state, t, by), layer=layer)
                found[t, :, unit] = losses.imag / STEP.imag
        return np.linalg.norm(found, axis=2).mean(axis=1)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize(("cell", "off"), [(cell, off) for cell in OFF for off in OFF[cell]])
def test_the_gradients_are_those_of_a_forward_pass_that_holds_the_path_fixed(
    cell, off, task, monkeypatch
):
    run = made(cell, task)
    cut_before = 3 if off in ((), ("f",)) else None
    hand = ByHand(run, off, cut_before, monkeypatch)
    arrays, text = find(run, off=off, cut_before=cut_before)
    assert text["layer"] == "0"
    np.testing.assert_allclose(arrays["log10_dh_norm"], logs(hand.norms("h", 0)), **EXACT)
    assert ("log10_dc_norm" in arrays) == (cell in WITH_C)
    if cell in WITH_C:
        np.testing.assert_allclose(arrays["log10_dc_norm"], logs(hand.norms("c", 0)), **EXACT)
    gradients = [hand.gradient(name) for name in text["params"].split()]
    norms = [np.linalg.norm(each) for each in gradients]
    np.testing.assert_allclose(arrays["log10_param_norm"], logs(norms), **EXACT)
    whole = np.concatenate([each.ravel() for each in gradients])
    assert arrays["log10_grad_norm"] == pytest.approx(np.log10(np.linalg.norm(whole)), abs=1e-11)
    real = run.lanes[0].compute(run.batch).grads.params
    really = np.concatenate([real[name].ravel() for name in text["params"].split()])
    cosine = whole @ really / np.linalg.norm(whole) / np.linalg.norm(really)
    assert arrays["cosine"] == pytest.approx(cosine, abs=1e-11)


@pytest.mark.parametrize("truncate", [None, 2])
@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("cell", OFF)
def test_with_nothing_switched_off_it_is_the_frame_of_the_iteration(cell, task, truncate):
    run = made(cell, task, truncate=truncate)
    for layer in (0, 1):
        arrays, text = find(run, layer=layer)
        run.lanes[0].swap_update()  # as an experiment that is not thrown away would have it
        frame = run.frame(Watch(layer=layer)).arrays
        for name in ("dh_norm", "dc_norm", "dW_hh_norm", "reach", "grad_norm"):
            if f"0/{name}" not in frame:
                continue
            for suffix in ("", ".real"):
                found = arrays[f"log10_{name}{suffix}"]
                np.testing.assert_allclose(found, logs(frame[f"0/{name}"]), **EXACT)
        assert arrays["cosine"] == pytest.approx(1)
        np.testing.assert_allclose(arrays["param_cosine"], 1)
        assert text == {"params": " ".join(run.lanes[0].params), "layer": str(layer)}


def test_a_cut_keeps_the_last_loss_from_the_first_input():
    arrays, _ = find(made("lstm", "every"), cut_before=4)
    assert arrays["log10_reach"] == -np.inf
    assert np.isfinite(arrays["log10_reach.real"])
    # The losses before the cut teach as they did.
    assert np.isfinite(arrays["log10_dh_norm"][1:]).all()


def test_a_run_that_overflowed_is_no_error():
    run = made("rnn", nonlinearity="relu")
    for params in (run.lanes[0].params, run.lanes[0].params_before):
        params["weight_hh_l0"][...] = 1e200
    arrays, _ = find(run, off=["h"])
    assert not np.isfinite(arrays["log10_grad_norm.real"])


def test_progress_is_told_and_ends_it():
    shares: list[float] = []
    WhatIfStudy(kind="what_if").compute(made("gru", "every"), shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)

    def stop(share: float) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        WhatIfStudy(kind="what_if").compute(made("gru"), stop)


def test_a_path_that_the_cell_has_not_is_refused():
    with pytest.raises(ValueError, match="off has 'c'; a path of GRU is: carry, gates, r, z, n"):
        find(made("gru"), off=["c"])
