"""Both directions with inputs dropped, states held and sequences of unequal lengths."""

import numpy as np
import pytest

from engine import Experiment, Recipe, Watch
from engine.bidirectional import BidirectionalModel
from engine.cells import CELLS, Masks
from engine.losses import LOSSES

T, B, D, H, OUT = 7, 3, 2, 4, 2
LENGTHS = np.array([7, 4, 5])


def drawn(model, rng, what):
    """Return masks of all layers of both halves, in the order in which each reads."""
    layers, masks = len(model.cells), []
    for k, cell in enumerate([*model.cells, *model.reverse_cells]):
        given = {}
        if what in ("dropped", "all"):
            timesteps = 1 if k % layers == 0 else T
            given["input"] = (rng.random((timesteps, cell.input_size, B)) > 0.3) / 0.7
            given["hidden"] = (rng.random((H, B)) > 0.3) / 0.7
        if what in ("held", "all"):
            given |= {f"hold_{state}": rng.random((T, H, B)) < 0.4 for state in "hc"}
        mask = Masks(**given)
        lengths = LENGTHS if what in ("padded", "all") else None
        masks.append(mask.padded(lengths, T, reverse=k >= layers))
    return masks


def network(name, layers, rng):
    model = BidirectionalModel(name, D, H, OUT, layers)
    model.reads_ends = True
    params = {k: v + 0.3 * rng.standard_normal(v.shape) for k, v in model.init(rng).items()}
    return model, params, rng.standard_normal((T, B, D))


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("what", ["dropped", "held", "padded", "all"])
def test_the_gradient_is_that_of_the_loss(name, layers, what):
    rng = np.random.default_rng(3)
    model, params, x = network(name, layers, rng)
    masks = drawn(model, rng, what)
    y, at_ends = rng.standard_normal((T, B, OUT)), np.zeros((T, B), bool)
    at_ends[LENGTHS - 1, range(B)] = True

    def loss(weights):
        return LOSSES["mse"](model.forward(weights, x, masks=masks).output, y, at_ends).loss

    passed = model.forward(params, x, masks=masks)
    doutput = LOSSES["mse"](passed.output, y, at_ends).doutput
    grads = model.backward(params, passed, doutput).params
    direction = {k: rng.standard_normal(v.shape) for k, v in params.items()}
    expected = sum((grads[k] * direction[k]).sum() for k in params)

    def quotient(step):
        ends = (
            loss({k: params[k] + sign * step * direction[k] for k in params}) for sign in (1, -1)
        )
        return -np.subtract(*reversed(list(ends))) / (2 * step)

    # Richardson's: the error of a central difference is of even powers of its step.
    step = 2e-5
    found = (4 * quotient(step / 2) - quotient(step)) / 3
    assert found == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("layers", [1, 2])
def test_a_padded_sequence_is_read_as_if_it_were_alone(name, layers):
    model, params, x = network(name, layers, np.random.default_rng(5))
    masks = drawn(model, np.random.default_rng(6), "padded")
    together = model.forward(params, x, masks=masks)
    for b, length in enumerate(LENGTHS):
        alone = model.forward(params, x[:length, b : b + 1])
        np.testing.assert_allclose(
            together.output[length - 1, :, b], alone.output[-1, :, 0], rtol=1e-12, atol=1e-14
        )
        for whole, part in zip(together.reverse, alone.reverse, strict=True):
            np.testing.assert_allclose(
                whole.h[T - length :, b], part.h[:, 0], rtol=1e-12, atol=1e-14
            )


def recipe(**base):
    return {
        "task": {"seq_len": 12, "shortest": 4},
        "batch_size": 6,
        "base": {"hidden_size": 5, "bidirectional": True, **base},
        "lanes": [{"cell": "rnn"}, {"cell": "lstm"}, {"cell": "gru"}],
    }


def test_reach_and_norms_of_the_reverse_half_are_those_of_each_sequence_alone():
    run = Experiment(Recipe.model_validate(recipe()))
    frame = run.advance(Watch(views=()))
    lengths = run.batch.lengths
    assert len(set(lengths.tolist())) > 1
    for index, learner in enumerate(run.lanes):
        norms, ends = np.full((13, 6), np.nan), []
        for b, length in enumerate(lengths.tolist()):
            one = run.batch.one(b)
            passed = learner.model.forward(learner.params_before, one.x, slice(length - 1, length))
            value = LOSSES["mse"](passed.output, one.y[-1:], one.mask[-1:])
            grads = learner.model.backward(learner.params_before, passed, value.doutput)
            [reverse] = grads.reverse
            flow = np.linalg.norm(reverse.dh[:, 0], axis=-1)
            norms[: length + 1, b] = flow[::-1]  # of t = 1 … T + 1
            joint = (
                flow
                if reverse.dc is None
                else np.hypot(flow, np.linalg.norm(reverse.dc[:, 0], axis=-1))
            )
            ends.append((joint[1], joint[length]))
        shown = frame.arrays[f"{index}/dh_norm.reverse"]
        there = [row[~np.isnan(row)] for row in norms]
        means = [each.mean() if each.size else np.nan for each in there]
        np.testing.assert_allclose(shown, means, rtol=1e-9)
        first, last = np.mean(ends, axis=0)
        assert frame.arrays[f"{index}/reach.reverse"] == pytest.approx(first / last, rel=1e-9)


def test_masks_of_both_halves_follow_from_the_iteration_alone():
    leaves_out = {
        "num_layers": 2,
        "dropout": 0.3,
        "input_dropout": 0.2,
        "recurrent_dropout": 0.3,
        "zoneout": 0.2,
    }
    run, again = (Experiment(Recipe.model_validate(recipe(**leaves_out))) for _ in range(2))
    for _ in range(3):
        run.advance(None)
        again.advance(Watch(views=("gates", "paths")))
    for learner, other in zip(run.lanes, again.lanes, strict=True):
        for name, value in learner.params.items():
            np.testing.assert_array_equal(value, other.params[name])
        forward, reverse = learner.masks[:2], learner.masks[2:]
        assert len(reverse) == 2
        for here, there in zip(forward, reverse, strict=True):
            np.testing.assert_array_equal(here.input, there.input[::-1])
            assert (here.hidden != there.hidden).any()
            assert (here.hold_h != there.hold_h).any()
