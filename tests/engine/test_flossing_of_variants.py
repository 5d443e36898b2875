"""Gradient flossing of both directions, other nonlinearities, and passes that leave things out."""

import numpy as np
import pytest

from engine import Experiment, Recipe
from engine.bidirectional import BidirectionalModel
from engine.flossing import flossing_gradient, flossing_penalty
from engine.model import Model
from tests.engine.runs import CELLS

T, B, D, H = 6, 2, 2, 4
CHOSEN = [
    ("rnn", {"nonlinearity": "softsign"}),
    ("lstm", {"gate_nonlinearity": "hard_sigmoid"}),
    ("lstm", {"gate_nonlinearity": "softsign", "candidate_nonlinearity": "softsign"}),
    ("gru", {"gate_nonlinearity": "hard_sigmoid", "candidate_nonlinearity": "softsign"}),
    ("peephole_lstm", {"candidate_nonlinearity": "softsign"}),
]


def check(model: Model) -> None:
    """Hold the gradient against a difference quotient of fourth order along a random direction."""
    rng = np.random.default_rng(0)
    params = model.init(rng, spectral_radius=1.0)
    params = {k: v + 0.2 * rng.standard_normal(v.shape) for k, v in params.items()}
    x = rng.standard_normal((T, B, D))

    def spaces(weights):
        passed = model.forward(weights, x)
        return passed.spaces + passed.reverse_spaces

    gradient = flossing_gradient(model, params, spaces(params), 1)
    assert set(gradient) == {name for name in params if not name.startswith("readout")}
    direction = {k: rng.standard_normal(v.shape) for k, v in params.items()}

    def at(by):
        moved = {k: params[k] + by * direction[k] for k in params}
        return flossing_penalty(model, moved, spaces(moved), 1)

    step = 1e-5
    slope = (8 * (at(step) - at(-step)) - at(2 * step) + at(-2 * step)) / (12 * step)
    expected = sum((gradient[k] * direction[k]).sum() for k in gradient)
    assert slope == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("cell", CELLS)
def test_the_gradient_of_both_halves_is_that_of_their_penalty(cell, layers):
    check(BidirectionalModel(cell, D, H, 1, layers))


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("kind", [Model, BidirectionalModel])
@pytest.mark.parametrize(("cell", "chosen"), CHOSEN)
def test_the_gradient_is_exact_with_other_nonlinearities(cell, chosen, kind, layers):
    check(kind(cell, D, H, 1, layers, **chosen))


@pytest.mark.parametrize(
    "base",
    [{"zoneout": 0.3}, {"recurrent_dropout": 0.3}, {"bidirectional": True}, {}],
    ids=lambda base: next(iter(base), "unequal lengths"),
)
def test_it_is_of_the_first_example_read_whole_as_far_as_it_goes(base):
    def run(flossing):
        shortest = None if base else 4
        recipe = {
            "task": {"seq_len": 9, "shortest": shortest},
            "batch_size": 5,
            "base": {
                "hidden_size": 5,
                "num_layers": 2,
                "optimizer": "sgd",
                "learning_rate": 1.0,
                "clip": "none",
                "flossing": flossing,
                **base,
            },
            "lanes": [{"cell": "rnn"}, {"cell": "lstm"}],
        }
        made = Experiment(Recipe.model_validate(recipe))
        made.advance(None)
        return made

    pulled, plain = run(0.2), run(0.0)
    for ours, theirs in zip(pulled.lanes, plain.lanes, strict=True):
        first = pulled.batch.one(0)
        passed = ours.model.forward(ours.params_before, first.x, slice(-1, None))
        spaces = passed.spaces + passed.reverse_spaces
        expected = flossing_gradient(ours.model, ours.params_before, spaces)
        for name, found in expected.items():
            moved = ours.params[name] - theirs.params[name]
            np.testing.assert_allclose(moved, -0.2 * found, atol=1e-9 * np.abs(found).max())
