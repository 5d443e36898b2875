"""What a frame holds, against the bare equations: every quantity by its definition.

An experiment's batch is caught on its way, its weights are read, and each number of the frame is
computed again from `reference` with imaginary steps.
"""

from __future__ import annotations

import numpy as np
import pytest

from engine import Watch
from engine.frame import SCALARS, is_norm
from tests.engine import reference
from tests.engine.reference import STEP, Nudge
from tests.engine.runs import CELLS, EVERY_VIEW, experiment, held_out

LANES = {
    "rnn-tanh": {"cell": "rnn"},
    "rnn-relu": {"cell": "rnn", "nonlinearity": "relu"},
    "lstm": {"cell": "lstm"},
    "gru": {"cell": "gru"},
    "mgu": {"cell": "mgu"},
    "coupled_lstm": {"cell": "coupled_lstm"},
    "gru_reset_before": {"cell": "gru_reset_before"},
    "peephole_lstm": {"cell": "peephole_lstm"},
    "ln_rnn": {"cell": "ln_rnn"},
    "ln_lstm": {"cell": "ln_lstm"},
    "ln_gru": {"cell": "ln_gru"},
}
LANES = {name: lane for name, lane in LANES.items() if lane["cell"] in CELLS}
T, B, H = 6, 4, 3
TASKS = {
    "mse": {"name": "adding", "seq_len": T},
    "cross_entropy": {"name": "next_char", "seq_len": T, "text": "abcacbbacabcbaacbcab"},
}


class Iteration:
    """One iteration of a one-lane experiment, with all that it was computed from."""

    def __init__(self, lane: str, loss: str, layers: int = 1, watch: Watch = EVERY_VIEW, **knobs):
        self.kind, self.nonlinearity = [*lane.split("-"), "tanh"][:2]
        base = {**LANES[lane], "hidden_size": H, "num_layers": layers, "optimizer": "sgd", **knobs}
        self.run = experiment(task=TASKS[loss], batch_size=B, base=base, lanes=[{}], seed=11)
        self.loss = loss
        draw = self.run.task.batch

        def batch(rng, size):
            self.x, self.y, self.mask = drawn = draw(rng, size)
            return drawn

        self.run.task.batch = batch
        self.params = {n: v.copy() for n, v in self.run.lanes[0].params.items()}
        self.frame = self.run.advance(watch)

    def __getitem__(self, name: str) -> np.ndarray:
        return self.frame.arrays[f"0/{name}"]

    def options(self, **more):
        return {"nonlinearity": self.nonlinearity, **more}

    def losses(self, params=None, **options) -> np.ndarray:
        """Return ℓ_b of every example, by the equations."""
        output = reference.model_outputs(
            self.kind, params or self.params, self.x, **self.options(**options)
        )
        return reference.example_losses(self.loss, output, self.y, self.mask)

    def gradient(self) -> dict[str, np.ndarray]:
        """Return ∂L/∂parameter entry by entry, by the equations."""
        out = {}
        for name, value in self.params.items():
            out[name] = np.empty(value.shape)
            for place in np.ndindex(value.shape):
                moved = value.astype(complex)
                moved[place] += STEP
                loss = self.losses(self.params | {name: moved}).mean()
                out[name][place] = loss.imag / STEP.imag
        return out

    def state_norms(self, state: str, layer: int = 0, **options) -> np.ndarray:
        """Return ‖∂ℓ_b/∂h_t‖ (T+1, B), by the equations."""
        out = np.empty((T + 1, B, H))
        for t, unit in np.ndindex(T + 1, H):
            by = np.zeros((B, H), dtype=complex)
            by[:, unit] = STEP  # examples do not touch each other: all of them in one go
            nudge = Nudge(state, t, by)
            losses = self.losses(layer=layer, nudge=nudge, **options)
            out[t, :, unit] = losses.imag / STEP.imag
        return np.linalg.norm(out, axis=2)


@pytest.mark.parametrize("loss", TASKS)
@pytest.mark.parametrize("lane", LANES)
def test_loss_and_grad_norm_are_those_of_the_equations_and_sgd_follows(lane, loss):
    it = Iteration(lane, loss, layers=2, clip_threshold=0.25, learning_rate=0.5)
    assert it["loss"] == pytest.approx(it.losses().mean(), rel=1e-13)
    gradient = it.gradient()
    norm = np.sqrt(sum(np.sum(g * g) for g in gradient.values()))
    assert it["grad_norm"] == pytest.approx(norm, rel=1e-12)
    factor = min(1.0, 0.25 / (norm + 1e-6))
    assert it["clip_factor"] == pytest.approx(factor, rel=1e-12)
    for name, value in it.run.lanes[0].params.items():
        expected = it.params[name] - 0.5 * factor * gradient[name]
        np.testing.assert_allclose(value, expected, rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize("loss", TASKS)
@pytest.mark.parametrize("lane", LANES)
def test_dh_norm_is_of_each_examples_own_loss_averaged_over_the_batch(lane, loss):
    it = Iteration(lane, loss)
    for state in it.run.lanes[0].cell.state_names:
        norms = it.state_norms(state)
        name = f"d{state}_norm"
        np.testing.assert_allclose(it[name], norms.mean(axis=1), rtol=1e-11, atol=1e-17)
        for suffix, q in ((".q10", 0.1), (".q90", 0.9)):
            expected = np.quantile(norms, q, axis=1)
            np.testing.assert_allclose(it[name + suffix], expected, rtol=1e-11, atol=1e-17)


def test_the_watched_layer_is_the_one_whose_norms_are_shown():
    for layer in (0, 1):
        it = Iteration("lstm", "mse", layers=2, watch=Watch(layer=layer))
        for state in ("h", "c"):
            expected = it.state_norms(state, layer).mean(axis=1)
            np.testing.assert_allclose(it[f"d{state}_norm"], expected, rtol=1e-11, atol=1e-17)


def test_a_lane_with_fewer_layers_shows_its_topmost():
    run = experiment(lanes=[{"num_layers": 1}, {"num_layers": 3}])
    deep, top = run.advance(Watch(layer=2)), run.frame(Watch(layer=0))
    np.testing.assert_array_equal(deep.arrays["0/dh_norm"], top.arrays["0/dh_norm"])
    assert not np.array_equal(deep.arrays["1/dh_norm"], top.arrays["1/dh_norm"])


@pytest.mark.parametrize("batch", ["smaller than the layer", "larger than the layer"])
@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize("which", ["hh", "ih"])
@pytest.mark.parametrize("lane", LANES)
def test_dw_norms_are_what_each_timestep_adds_to_the_gradient_of_a_weight(
    lane, which, layer, batch, monkeypatch
):
    monkeypatch.setitem(globals(), "B", 2 if batch.startswith("smaller") else 5)
    it = Iteration(lane, "cross_entropy", layers=2, watch=Watch(layer=layer))
    name = f"weight_{which}_l{layer}"
    weight = it.params[name]
    parts = np.empty((T, *weight.shape))
    for t, *place in np.ndindex(parts.shape):
        by = np.zeros(weight.shape, dtype=complex)
        by[tuple(place)] = STEP
        nudge = Nudge(f"weight_{which}", t + 1, by)
        parts[(t, *place)] = it.losses(layer=layer, nudge=nudge).mean().imag / STEP.imag
    expected = np.linalg.norm(parts, axis=(1, 2))
    found = it[f"dW_{which}_norm"]
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-16)
    if which == "hh":
        assert found[0] == 0  # h_0 is zero: t = 1 has nothing to say of W_hh
    np.testing.assert_allclose(parts.sum(axis=0), it.gradient()[name], rtol=1e-9, atol=1e-16)


@pytest.mark.parametrize("lane", LANES)
def test_a_timestep_beyond_the_truncation_window_is_a_gap_and_no_zero(lane):
    it = Iteration(lane, "mse", truncate=2)
    expected = it.state_norms("h", detached=(T - 2, T - 4)).mean(axis=1)
    gap = np.arange(T + 1) < T - 1
    np.testing.assert_array_equal(np.isnan(it["dh_norm"]), gap)
    np.testing.assert_allclose(it["dh_norm"][~gap], expected[~gap], rtol=1e-11)
    assert not expected[gap].any()
    for name in ("dW_hh_norm", "dW_ih_norm"):
        np.testing.assert_array_equal(np.isnan(it[name]), gap[1:])
    for suffix in (".q10", ".q90"):
        np.testing.assert_array_equal(np.isnan(it["dh_norm" + suffix]), gap)
    assert it["horizon"] == 1


@pytest.mark.parametrize("loss", TASKS)
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("lane", LANES)
def test_reach_and_horizon_are_of_the_last_loss_over_the_joint_state(lane, layers, loss):
    it = Iteration(lane, loss, layers=layers, spectral_radius=0.1)
    it.mask = np.zeros_like(it.mask)
    it.mask[-1] = 1
    parts = [
        it.state_norms(state, layer)
        for layer in range(layers)
        for state in it.run.lanes[0].cell.state_names
    ]
    joint = np.sqrt(sum(part**2 for part in parts)).mean(axis=1)
    assert it["reach"] == pytest.approx(joint[1] / joint[T], rel=1e-10)
    back = 0
    while back < T and joint[T - back - 1] > 0.01 * joint[T]:
        back += 1
    assert it["horizon"] == back


@pytest.mark.parametrize("loss", TASKS)
def test_truncation_keeps_the_first_input_from_the_loss_and_reach_is_a_gap(loss):
    assert np.isnan(Iteration("lstm", loss, truncate=2)["reach"])
    assert Iteration("lstm", loss, truncate=T)["reach"] > 0


def test_what_the_last_loss_teaches_is_looked_at_without_touching_what_is_learnt():
    """Where each timestep has a loss, a pass for the last one alone goes before training's own."""
    looked, plain = (Iteration("lstm", "cross_entropy", layers=2) for _ in range(2))
    learner = plain.run.lanes[0]
    looked.run.advance()
    learner._joint_of_last_loss = lambda *_: np.ones(T + 1)
    plain.run.advance()
    for name, value in looked.run.lanes[0].params.items():
        np.testing.assert_array_equal(learner.params[name], value)


def test_dh_norm_does_not_change_with_batch_size():
    """The batch, and the same batch seven times over."""
    plain, sevenfold = experiment(batch_size=6), experiment(batch_size=42)
    draw = plain.task.batch

    def tiled(rng, size):
        x, y, mask = draw(rng, 6)
        return type(draw(np.random.default_rng(0), 1))(
            np.tile(x, (1, 7, 1)), np.tile(y, (1, 7, 1)), np.tile(mask, (1, 7))
        )

    sevenfold.task.batch = tiled
    for _ in range(3):
        one, other = plain.advance(), sevenfold.advance()
        for lane in range(3):
            for name in ("loss", "grad_norm", "clip_factor", "horizon", "dh_norm", "dW_hh_norm"):
                np.testing.assert_allclose(
                    other.arrays[f"{lane}/{name}"], one.arrays[f"{lane}/{name}"], rtol=1e-7
                )
        np.testing.assert_allclose(other.arrays["1/dc_norm"], one.arrays["1/dc_norm"], rtol=1e-7)


# The watched example


@pytest.mark.parametrize("example", [0, 3])
@pytest.mark.parametrize(
    "task", [TASKS["mse"], TASKS["cross_entropy"], {"name": "copy", "seq_len": 1}]
)
@pytest.mark.parametrize("lane", LANES)
def test_states_gates_and_prediction_are_those_of_the_held_out_example(lane, task, example):
    kind, nonlinearity = [*lane.split("-"), "tanh"][:2]
    run = experiment(task=task, batch_size=B, base={**LANES[lane], "num_layers": 2}, lanes=[{}])
    run.advance(None)
    params = {n: v.copy() for n, v in run.lanes[0].params.items()}
    frame = run.advance(Watch(layer=1, example=example))
    x, y = held_out(run, example)
    zero = np.zeros((1, 5))
    states = x
    for layer in (0, 1):
        weights = reference.of_layer(params, layer)
        found = reference.forward(
            kind,
            weights,
            states,
            zero,
            zero if kind in reference.WITH_C else None,
            nonlinearity=nonlinearity,
        )
        states = found["h"][1:]
    expected = {"h": found["h"][:, 0]}
    if found["c"] is not None:
        expected["c"] = found["c"][:, 0]
    expected |= {f"gate.{name}": gate[:, 0] for name, gate in found["gates"].items()}
    output = (states @ params["readout.weight"].T + params["readout.bias"])[run.task.loss_timesteps]
    if run.task.loss == "cross_entropy":
        output = np.exp(output) / np.exp(output).sum(axis=-1, keepdims=True)
    expected["prediction"] = output[:, 0]
    expected["target"] = y[run.task.loss_timesteps, 0]
    for name, value in expected.items():
        array = frame.arrays[f"0/{name}"]
        assert array.shape == value.shape, name
        np.testing.assert_allclose(array, value, rtol=0, atol=1e-13, err_msg=name)
    assert {n for n in frame.arrays if n.startswith("0/gate.")} == {
        f"0/gate.{g}" for g in run.lanes[0].cell.gate_names
    }


@pytest.mark.parametrize("truncate", [None, 2])
@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize("loss", TASKS)
@pytest.mark.parametrize("lane", LANES)
def test_source_says_how_much_each_timesteps_loss_teaches_each_timestep(
    lane, loss, layer, truncate
):
    watch = Watch(layer=layer, example=2, views=("source",))
    it = Iteration(lane, loss, layers=2, watch=watch, truncate=truncate)
    it.x, it.y = held_out(it.run, 2)
    at = it.run.task.loss_timesteps
    cuts = [t for t in range(1, T) if truncate and (T - t) % truncate == 0]
    expected = np.zeros((len(at), T, H))
    for row, s in enumerate(at):
        it.mask = np.zeros((T, 1), dtype=bool)
        it.mask[s] = True
        for t, unit in np.ndindex(T, H):
            by = np.zeros((1, H), dtype=complex)
            by[0, unit] = STEP
            nudge = Nudge("h", t + 1, by)
            loss_s = it.losses(layer=layer, nudge=nudge, detached=cuts)[0] / len(at)
            expected[row, t, unit] = loss_s.imag / STEP.imag
    found = it["source"]
    assert found.shape == (len(at), T)
    # An example's loss is the mean over its timesteps, and source its parts.
    expected = np.linalg.norm(expected, axis=2)
    window = np.searchsorted(cuts, np.arange(1, T + 1))  # which one h_t belongs to
    for row, s in enumerate(at):
        gap = window < window[s]
        assert not expected[row, gap].any()
        expected[row, gap] = np.nan
        assert (found[row, s + 1 :] == 0).all()  # nothing teaches what comes after it
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-17)


@pytest.mark.parametrize("truncate", [None, 2])
@pytest.mark.parametrize("loss", TASKS)
@pytest.mark.parametrize("lane", LANES)
def test_the_examples_gradient_is_that_of_its_own_loss(lane, loss, truncate):
    watch = Watch(layer=1, example=3, views=("paths",))
    it = Iteration(lane, loss, layers=2, watch=watch, truncate=truncate)
    it.x, it.y = held_out(it.run, 3)
    it.mask = np.zeros((T, 1), dtype=bool)
    it.mask[it.run.task.loss_timesteps] = True
    cuts = [t for t in range(1, T) if truncate and (T - t) % truncate == 0]
    taught = np.zeros(T + 1, dtype=bool)
    for s in it.run.task.loss_timesteps:
        taught[max([t for t in cuts if t <= s], default=-1) + 1 : s + 2] = True
    for state in it.run.lanes[0].cell.state_names:
        expected = np.zeros((T + 1, H))
        for t, unit in np.ndindex(T + 1, H):
            by = np.zeros((1, H), dtype=complex)
            by[0, unit] = STEP
            moved = it.losses(layer=1, nudge=Nudge(state, t, by), detached=cuts)[0]
            expected[t, unit] = moved.imag / STEP.imag
        assert not expected[~taught].any()
        expected[~taught] = np.nan
        np.testing.assert_allclose(it[f"example.d{state}"], expected, rtol=1e-11, atol=1e-17)


# Names and shapes


GATES = {
    "rnn": "",
    "lstm": "ifgo",
    "gru": "rzn",
    "mgu": "fn",
    "coupled_lstm": "fgo",
    "gru_reset_before": "rzn",
    "peephole_lstm": "ifgo",
    "ln_rnn": "",
    "ln_lstm": "ifgo",
    "ln_gru": "rzn",
}
LOGISTIC = {
    "rnn": "",
    "lstm": "ifo",
    "gru": "rz",
    "mgu": "f",
    "coupled_lstm": "fo",
    "gru_reset_before": "rz",
    "peephole_lstm": "ifo",
    "ln_rnn": "",
    "ln_lstm": "ifo",
    "ln_gru": "rz",
}
PATHS = {
    "rnn": "nonlinearity weight",
    "lstm": "cell gates",
    "gru": "carry candidate",
    "mgu": "carry candidate",
    "coupled_lstm": "cell gates",
    "gru_reset_before": "carry candidate",
    "peephole_lstm": "cell peepholes gates",
    "ln_rnn": "nonlinearity norm weight",
    "ln_lstm": "cell gates",
    "ln_gru": "carry candidate",
}


def names_and_shapes(lane: str, T: int, H: int, S: int, out: int, loss: str) -> dict:
    shapes: dict[str, tuple[int, ...]] = dict.fromkeys(SCALARS, ())
    states = ("h", "c") if lane in reference.WITH_C else ("h",)
    for state in states:
        shapes |= {f"d{state}_norm{suffix}": (T + 1,) for suffix in ("", ".q10", ".q90")}
        shapes[state] = (T + 1, H)
        shapes[f"example.d{state}"] = (T + 1, H)
    shapes |= {"dW_hh_norm": (T,), "dW_ih_norm": (T,)}
    kind = lane.split("-")[0]
    gates = GATES[kind]
    shapes |= {f"gate.{gate}": (T, H) for gate in gates}
    shapes |= {"prediction": (S, out), "target": (S, 1) if loss == "mse" else (S,)}
    k = min(4, len(states) * H)
    shapes |= {"jacobian_gain": (T + 1,), "jacobian_singular": (T + 1, k), "lyapunov": (k,)}
    shapes |= {"local_gain": (T,), "jacobian_exact": ()}
    shapes |= {f"paths.{name}": (T,) for name in PATHS[kind].split()}
    shapes |= {f"gate.{gate}.{end}": (H,) for gate in LOGISTIC[kind] for end in ("low", "high")}
    shapes |= {f"normed.{of}": (T, H) for of in {"ln_rnn": "h", "ln_lstm": "c"}.get(kind, "")}
    if lane == "rnn-relu":
        shapes["dead"] = (H,)
    for gate in gates or "h":
        shapes |= {f"{part}.{gate}": (T, H) for part in ("input", "recurrent")}
        shapes |= {f"spectrum.{gate}": (H, 2), f"spectral_radius.{gate}": ()}
        shapes[f"singular_value.{gate}"] = ()
    parameters = [f"{part}_{side}_l0" for part in ("weight", "bias") for side in ("ih", "hh")]
    parameters += [f"{name}_l0" for name in reference.VECTORS.get(kind, ())]
    parameters += ["readout.weight", "readout.bias"]
    shapes |= {f"peephole.{gate}": (T, H) for gate in ("ifo" if kind == "peephole_lstm" else "")}
    shapes |= {f"update_ratio.{name}": () for name in parameters}
    joint = len(states) * H
    shapes |= {"plane.mean": (joint,), "plane.axes": (3, joint), "plane.share": (3,)}
    return shapes | {"source": (S, T)}


@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize("lane", LANES)
def test_preactivations_are_what_the_nonlinearities_take(lane, layer):
    watch = Watch(layer=layer, example=2, views=("gates", "preactivations"))
    it = Iteration(lane, "cross_entropy", layers=2, watch=watch)

    def both(gate: str) -> np.ndarray:
        own = it.kind == "peephole_lstm" and gate != "g"
        return (
            it[f"input.{gate}"] + it[f"recurrent.{gate}"] + (it[f"peephole.{gate}"] if own else 0)
        )

    for gate in LOGISTIC[it.kind]:
        np.testing.assert_allclose(1 / (1 + np.exp(-both(gate))), it[f"gate.{gate}"], rtol=1e-12)
    if it.kind == "rnn":
        h = np.tanh(both("h")) if it.nonlinearity == "tanh" else np.maximum(both("h"), 0)
        np.testing.assert_allclose(h, it["h"][1:], rtol=1e-12)
    elif it.kind == "ln_rnn":
        np.testing.assert_allclose(np.tanh(it["normed.h"]), it["h"][1:], rtol=1e-12)
    elif it.kind in reference.WITH_C:
        np.testing.assert_allclose(np.tanh(both("g")), it["gate.g"], rtol=1e-12)
    elif it.kind in ("mgu", "gru_reset_before"):
        np.testing.assert_allclose(np.tanh(both("n")), it["gate.n"], rtol=1e-12)
    else:
        n = np.tanh(it["input.n"] + it["gate.r"] * it["recurrent.n"])
        np.testing.assert_allclose(n, it["gate.n"], rtol=1e-12)
    if layer == 0:
        # h_0 is zero: what the recurrent part adds to the first timestep is its bias alone, and an
        # LN-RNN adds it after the normalisation; the shifts are zero as they start.
        bias = it.params["bias_hh_l0"].reshape(-1, H) * (it.kind != "ln_rnn")
        recurrent = [it[f"recurrent.{gate}"][0] for gate in it.run.lanes[0].cell.chunks]
        np.testing.assert_allclose(recurrent, bias, rtol=1e-12)


@pytest.mark.parametrize("clip", ["none", "norm"])
def test_the_update_norm_is_how_far_the_weights_moved(clip):
    it = Iteration("lstm", "mse", learning_rate=0.5, clip=clip, clip_threshold=1e-3)
    expected = 0.5 * it["grad_norm"] * it["clip_factor"]  # SGD: Δθ = −η · the clipped gradient
    np.testing.assert_allclose(it["update_norm"], expected, rtol=1e-9)
    again = it.run.frame(Watch())
    np.testing.assert_array_equal(again.arrays["0/update_norm"], it["update_norm"])


@pytest.mark.parametrize("loss", TASKS)
@pytest.mark.parametrize("lane", LANES)
def test_a_frame_holds_exactly_what_is_promised(lane, loss):
    it = Iteration(lane, loss)
    task = it.run.task
    S = len(task.loss_timesteps)
    expected = names_and_shapes(lane, T, H, S, task.output_size, loss)
    found = {name.removeprefix("0/"): a.shape for name, a in it.frame.arrays.items()}
    assert found == expected
    for name, array in it.frame.arrays.items():
        assert isinstance(array, np.ndarray), f"{name} is a {type(array).__name__}"
        wanted = np.int64 if name == "0/target" and loss == "cross_entropy" else np.float64
        assert array.dtype == wanted, name
    assert set(it.frame.text) == {"0/diagnosis"}


def test_a_frame_that_nobody_watches_holds_the_scalars():
    frame = experiment().advance(None)
    assert set(frame.arrays) == {f"{lane}/{name}" for lane in range(3) for name in SCALARS}


def test_views_and_lane_choose_what_else_is_held():
    run = experiment()
    flow = {"dh_norm", "dh_norm.q10", "dh_norm.q90", "dW_hh_norm", "dW_ih_norm", *SCALARS}

    def beyond(watch: Watch) -> list[set[str]]:
        frame = run.advance(watch)
        lstms = {"dc_norm", "dc_norm.q10", "dc_norm.q90"}
        held = [{n[2:] for n in frame.arrays if n.startswith(f"{k}/")} for k in range(3)]
        assert all(flow <= names for names in held)
        return [names - flow - (lstms if k == 1 else set()) for k, names in enumerate(held)]

    assert beyond(Watch(views=())) == [set(), set(), set()]
    assert beyond(Watch(views=("prediction",))) == [{"prediction", "target"}] * 3
    assert beyond(Watch(lane=0, views=("gates", "source"))) == [{"h", "source"}, set(), set()]
    gates = {f"gate.{gate}" for gate in "ifgo"}
    others = Watch(lane=1, views=("gates",), others=("states", "prediction"))
    said = {"h", "prediction", "target"}
    assert beyond(others) == [said, {"h", "c", *gates}, said]
    assert beyond(Watch(views=("states",), others=("gates",))) == [{"h"}] * 3
    assert beyond(Watch(lane=0, views=(), others=("update_ratio",)))[0] == set()
    assert beyond(Watch(lane=0, views=("paths",)))[0] == {
        *("paths.nonlinearity", "paths.weight", "example.dh")
    }
    assert beyond(Watch(lane=1, views=("saturation",)))[1] == {
        f"gate.{gate}.{end}" for gate in "ifo" for end in ("low", "high")
    }
    assert beyond(Watch(lane=0, views=("spectrum",)))[0] == {
        *("spectrum.h", "spectral_radius.h", "singular_value.h")
    }
    assert beyond(Watch(lane=0, views=("jacobian",)))[0] == {"jacobian_gain", "jacobian_exact"}
    for alone in ("jacobian_singular", "local_gain", "lyapunov"):
        assert beyond(Watch(lane=0, views=(alone,)))[0] == {alone}
    assert beyond(Watch(lane=2, views=("gates",)))[1:] == [
        set(),
        {"h", "gate.r", "gate.z", "gate.n"},
    ]


def test_norms_are_told_from_what_is_no_norm():
    norms = ["0/dh_norm", "1/dc_norm.q10", "3/dW_hh_norm", "0/grad_norm", "0/history/grad_norm"]
    norms += ["0/source", "0/dW_ih_norm", "1/jacobian_gain", "1/jacobian_singular"]
    norms += ["2/local_gain", "0/paths.cell", "0/paths.weight"]
    others = ["0/loss", "0/clip_factor", "0/horizon", "0/diverged", "1/h", "1/c", "1/gate.f"]
    others += ["0/lyapunov", "0/jacobian_exact", "0/example.dh", "0/gate.i.low", "0/dead"]
    others += ["0/spectrum.h", "0/spectral_radius.h", "0/singular_value.h"]
    others += ["0/prediction", "0/target", "history/iteration", "0/history/loss"]
    assert all(map(is_norm, norms))
    assert not any(map(is_norm, others))
