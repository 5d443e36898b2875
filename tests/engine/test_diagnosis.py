"""The diagnosis: each rule fires on a recipe made for it, and says nothing of a healthy one."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from app.page.presets import PRESETS
from engine import Experiment, Recipe, Watch
from engine.diagnosis import MOST_FINDINGS, RULES
from engine.diagnosis.forgetting import BOUNDS, bias_for, forgetting
from engine.diagnosis.stuck import stuck
from engine.diagnosis.vitals import Vitals
from engine.diagnosis.words import number
from engine.recent import KEPT, Recent
from engine.recipe import Lane
from engine.snapshot import Snapshot
from engine.views import VIEWS

DIAGNOSIS = Watch(views=("diagnosis",))
SMALL = {"hidden_size": 8}
PATIENT = {
    "task": {"seq_len": 100},
    "batch_size": 16,
    "base": {"cell": "lstm", "forget_bias": -2.0},
    "lanes": [{"name": "patient"}],
}
"""The recipe of lesson 10."""


def recipe(
    base: dict[str, Any], *, seq_len: int = 40, task: str = "adding", batch_size: int = 8
) -> dict[str, Any]:
    return {
        "task": {"name": task, "seq_len": seq_len},
        "batch_size": batch_size,
        "base": {**SMALL, **base},
        "lanes": [{}],
    }


def run(given: dict[str, Any], iteration: int = 0) -> tuple[Experiment, list[list[dict[str, Any]]]]:
    """Return the experiment after an iteration, and what is said of each lane."""
    experiment = Experiment(Recipe.model_validate(given))
    while experiment.iteration < iteration:
        experiment.advance(None)
    frame = experiment.advance(DIAGNOSIS)
    lanes = range(len(experiment.lanes))
    return experiment, [json.loads(frame.text[f"{lane}/diagnosis"]) for lane in lanes]


def first(given: dict[str, Any], iteration: int = 0) -> dict[str, Any]:
    return run(given, iteration)[1][0][0]


def names(given: dict[str, Any], iteration: int = 0) -> list[str]:
    return [finding["name"] for finding in run(given, iteration)[1][0]]


def reach_of(given: dict[str, Any]) -> float:
    return float(Experiment(Recipe.model_validate(given)).advance(None).arrays["0/reach"])


def with_remedy(given: dict[str, Any], finding: dict[str, Any]) -> dict[str, Any]:
    return {**given, "base": {**given["base"], **finding["remedy"]["changes"]}}


HEALTHY = recipe({"cell": "lstm", "forget_bias": 4.0})


def test_a_lane_whose_gradient_arrives_is_healthy():
    said = run(HEALTHY)[1][0]
    assert [each["name"] for each in said] == ["healthy"]
    assert said[0]["severity"] == 0
    assert said[0]["remedy"] is None
    assert f"reach {number(reach_of(HEALTHY), 1)} over 40 timesteps" in said[0]["says"]


def test_the_patient_of_the_lesson_has_shut_forget_gates_and_its_remedy_raises_the_reach():
    """ "28 of 32 forget gates are below 0.4": the first that is said, with this frame's numbers."""
    experiment, [[finding, *others]] = run(PATIENT)
    assert finding["name"] == "forgetting"
    assert others == []
    learner = experiment.lanes[0]
    k = 32 * learner.cell.blocks.index("f")
    f = learner.space(0).gates[:, k : k + 32].mean(axis=(0, 2))
    below = int((f < 0.4).sum())
    assert f.mean() == pytest.approx(finding["numbers"]["gate"])
    assert finding["says"].startswith(f"{below} of 32 forget gates are below 0.4 on average: reach")
    assert number(reach_of(PATIENT), 1) in finding["says"]
    assert finding["remedy"]["changes"] == {"forget_bias": 3.0}
    assert "3 would start them at 0.95" in finding["advice"]
    assert finding["where"] == {"quantity": "gate.f", "layer": 0}
    assert reach_of(PATIENT) < 1e-50
    mended = with_remedy(PATIENT, finding)
    assert reach_of(mended) > 0.01
    assert first(mended)["name"] == "healthy"


CASES: list[tuple[str, dict[str, Any], int]] = [
    ("forgetting", recipe({"cell": "lstm", "forget_bias": 0.0}), 0),
    ("forgetting", recipe({"cell": "gru"}), 0),
    ("forgetting", recipe({"cell": "mgu"}), 0),
    ("forgetting", recipe({"cell": "coupled_lstm", "forget_bias": 0.0}), 0),
    ("forgetting", recipe({"cell": "gru_reset_before"}), 0),
    ("forgetting", recipe({"cell": "peephole_lstm", "forget_bias": 0.0}), 0),
    ("forgetting", recipe({"cell": "ln_lstm", "forget_bias": -2.0}), 0),
    ("vanishing", recipe({"cell": "rnn"}), 0),
    (
        "vanishing",
        recipe({"cell": "rnn", "spectral_radius": 0.97, "init": "orthogonal"}, seq_len=200),
        0,
    ),
    ("exploding", recipe({"cell": "rnn", "nonlinearity": "relu", "spectral_radius": 2.0}), 0),
    ("truncated", recipe({"cell": "lstm", "truncate": 10}), 0),
    ("truncated", recipe({"cell": "lstm", "truncate": 25}), 0),
    (
        "diverged",
        recipe({"cell": "rnn", "nonlinearity": "relu", "spectral_radius": 2.0, "clip": "none"})
        | {"seed": 1},
        0,
    ),
    ("learning_rate", HEALTHY | {"base": {**HEALTHY["base"], "learning_rate": 0.5}}, 5),
    (
        "learning_rate",
        HEALTHY | {"base": {**HEALTHY["base"], "optimizer": "sgd", "learning_rate": 1e-7}},
        30,
    ),
    (
        "clipping",
        HEALTHY
        | {
            "base": {
                **HEALTHY["base"],
                "optimizer": "sgd",
                "learning_rate": 1e-3,
                "clip_threshold": 0.5,
            }
        },
        60,
    ),
    (
        "dead",
        recipe({"cell": "rnn", "nonlinearity": "relu", "init": "identity", "learning_rate": 0.05}),
        30,
    ),
    ("saturated", recipe({"cell": "rnn", "init": "normal", "init_std": 5.0}), 0),
    (
        "underflow",
        recipe(
            {"cell": "rnn", "init": "normal", "init_std": 0.02, "precision": "float32"},
            seq_len=100,
        ),
        0,
    ),
    ("stuck", recipe({"cell": "rnn", "init_std": 0.05, "init": "normal"}, seq_len=20), 400),
]


@pytest.mark.parametrize(("rule", "given", "iteration"), CASES)
def test_a_rule_fires_on_a_recipe_made_for_it(rule: str, given: dict[str, Any], iteration: int):
    if rule == "diverged":
        given = {**given, "base": {**given["base"], "learning_rate": 1e6, "optimizer": "sgd"}}
        iteration = 5
    assert rule in names(given, iteration)
    # ... and not on the healthy one.
    assert rule not in names(HEALTHY, min(iteration, 60))


def test_every_rule_has_a_case():
    assert {rule.__name__ for rule in RULES} == {rule for rule, _, _ in CASES}


@pytest.mark.parametrize("place", [0, 1, 2, 3, 4])
def test_what_is_advised_against_vanishing_raises_the_reach(place: int):
    _, given, _ = CASES[place]
    finding = first(given)
    assert reach_of(with_remedy(given, finding)) > 100 * reach_of(given)


def test_a_diverged_lane_says_when_and_nothing_else_even_long_after():
    given = recipe({"cell": "rnn", "clip": "none", "optimizer": "sgd", "learning_rate": 1e6})
    given["base"] |= {"nonlinearity": "relu", "spectral_radius": 2.0}
    experiment = Experiment(Recipe.model_validate(given))
    while not (frame := experiment.advance(None)).arrays["0/diverged"]:
        pass
    [[finding]] = run(given, frame.iteration + 2 * KEPT)[1]
    assert finding["says"].startswith(f"Diverged at iteration {frame.iteration}: ")
    assert finding["remedy"]["changes"] == {"clip": "norm", "clip_threshold": 1.0}


def test_a_sudden_norm_of_an_unclipped_lane_asks_for_clipping():
    """Of the preset *Clipping decides*: the lane that is thrown back again and again."""
    [preset] = [each for each in PRESETS if each.name == "Clipping decides"]
    clipped, thrown = run(preset.recipe, 230)[1]
    assert thrown[0]["name"] == "exploding"
    assert thrown[0]["remedy"]["changes"]["clip"] == "norm"
    assert clipped[0]["name"] == "clipping"
    assert clipped[0]["remedy"] is None, "a larger threshold would throw it back too"


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_something_true_is_said_of_every_preset(preset: Any):
    experiment, said = run(preset.recipe)
    labels = [lane.label for lane in experiment.lanes]
    by_lane = dict(zip(labels, said, strict=True))
    for label, findings in by_lane.items():
        assert 1 <= len(findings) <= MOST_FINDINGS
        severities = [each["severity"] for each in findings]
        assert severities == sorted(severities, reverse=True), label
        assert len({each["name"] for each in findings}) == len(findings)
        for each in findings:
            Lane.model_validate((each["remedy"] or {"changes": {}})["changes"])
            assert each["says"].endswith(".")
            assert "nan" not in each["says"].lower()
    expected = {
        "Vanishing against gates": {"RNN tanh": "vanishing", "GRU": "forgetting"},
        "A gradient that explodes": {"not clipped": "exploding", "clipped": "exploding"},
        "Identity ReLU against tanh": {"IRNN": "healthy", "tanh": "vanishing"},
        "Orthogonal against normal": {"RNN tanh · orthogonal": "healthy"},
        "Truncated BPTT: 5, 20, whole": {"GRU · truncated 5": "truncated"},
        "Two LSTM layers": {"LSTM · 2 layers": "forgetting"},
    }
    for label, name in expected.get(preset.name, {}).items():
        assert by_lane[label][0]["name"] == name


def test_a_rising_reach_is_told_as_such():
    finding = first({"base": {"forget_bias": -2.0}, "lanes": [{}]}, 40)
    assert "It is rising: it was" in finding["says"]


def test_alike_lanes_are_judged_alike_whichever_started_lower():
    """Of the preset: a reach of 10⁻¹² that rises is no lesser fault than one of 10⁻⁵."""
    [preset] = [each for each in PRESETS if each.name == "Forget bias 1, 0 and −2"]
    experiment, said = run(preset.recipe, 91)
    assert [each[0]["name"] for each in said] == ["forgetting"] * 3
    assert [each[0]["severity"] for each in said] == [2, 2, 2]
    assert said[2][0]["numbers"]["reach"] < 1e-6 * said[0][0]["numbers"]["reach"]
    # Once something is learned it is but a note.
    vitals = Vitals(experiment.lanes[0])
    assert not vitals.learns
    assert vitals.loss_share > 0.95
    vitals.__dict__["loss_share"] = 0.5
    finding = forgetting(vitals)
    assert finding is not None
    assert finding.severity == 1


def test_a_loss_far_above_the_baseline_is_a_problem_though_clipping_bounds_the_update():
    [preset] = [each for each in PRESETS if each.name == "A gradient that explodes"]
    _, [_, [clipped, *others]] = run(preset.recipe, 60)
    assert (clipped["name"], clipped["severity"], others) == ("exploding", 2, [])
    experiment, _ = run(preset.recipe, 60)
    median = np.median(experiment.lanes[1].recent.columns()["loss"][-50:])
    assert f"is {number(median, 3)}, against a baseline of 0.167" in clipped["says"]
    experiment, _ = run(HEALTHY, 30)
    vitals = Vitals(experiment.lanes[0])
    assert stuck(vitals) is None
    vitals.__dict__["loss_share"] = 20.0
    finding = stuck(vitals)
    assert finding is not None
    assert finding.severity == 2
    assert "median loss of the last 31 iterations is 3.33" in finding.says


@pytest.mark.parametrize("bound", BOUNDS)
@pytest.mark.parametrize("timesteps", [10, 50, 200])
def test_the_bias_that_is_proposed_is_not_what_is_complained_of(bound: float, timesteps: int):
    """ "Below 0.9": a bias of 2, which starts the gates at 0.88, would be no remedy."""
    bias, opened = bias_for(timesteps, above=bound)
    assert opened > bound
    assert opened == pytest.approx(1 / (1 + np.exp(-bias)))
    assert (bias, opened) >= bias_for(timesteps)


def test_it_changes_no_number_and_costs_no_frame_that_does_not_ask():
    one, other = (Experiment(Recipe.model_validate(PATIENT)) for _ in range(2))
    for _ in range(3):
        watched, plain = one.advance(DIAGNOSIS), other.advance(None)
        assert set(plain.text) == set()
        for name, array in plain.arrays.items():
            assert np.array_equal(array, watched.arrays[name], equal_nan=True)
    assert [name for name, view in VIEWS.items() if view.seldom] == ["diagnosis"]
    assert DIAGNOSIS.often.views == ()


def test_a_frame_computed_again_and_a_run_that_was_restored_say_the_same():
    experiment = Experiment(Recipe.model_validate(HEALTHY))
    for _ in range(30):
        experiment.advance(None)
    kept = experiment.snapshot()
    snapshot = Snapshot(kept.iteration, kept.drawn_from, kept.arrays, kept.lost)
    said = experiment.advance(DIAGNOSIS).text
    assert experiment.frame(DIAGNOSIS).text == said
    again = Experiment(Recipe.model_validate(HEALTHY))
    again.restore(snapshot)
    assert again.advance(DIAGNOSIS).text == said


def test_a_tweak_begins_a_new_past():
    experiment = Experiment(Recipe.model_validate(HEALTHY))
    for _ in range(5):
        experiment.advance(None)
    assert len(experiment.lanes[0].recent.columns()["loss"]) == 5
    experiment.tweak(None, {"learning_rate": 0.001})
    experiment.advance(None)
    assert experiment.lanes[0].recent.columns()["iteration"].tolist() == [5]


def test_the_recent_keep_the_last_hundred_and_what_led_to_a_divergence():
    recent = Recent()
    scalars = dict.fromkeys(("loss", "grad_norm", "clip_factor", "reach", "update_norm"), 1.0)
    for iteration in range(2 * KEPT):
        recent.note(iteration, {**scalars, "diverged": float(iteration >= KEPT)})
    assert recent.columns()["iteration"].tolist() == list(range(1, KEPT + 1))
    assert recent.columns()["diverged"].sum() == 1


def test_a_bias_that_is_proposed_keeps_a_thousandth_over_all_timesteps():
    assert [bias_for(T)[0] for T in (10, 50, 100, 200)] == [1, 2, 3, 4]
    bias, opened = bias_for(100)
    assert opened == pytest.approx(1 / (1 + np.exp(-bias)))
    assert opened**100 > 1e-3 > (1 / (1 + np.exp(1 - bias))) ** 100


@pytest.mark.parametrize(
    ("value", "digits", "said"),
    [
        (0.6, 2, "0.60"),
        (2.13e-9, 1, "2·10⁻⁹"),
        (9.96e-5, 2, "1.0·10⁻⁴"),
        (1284.0, 2, "1,284"),
        (0.0, 2, "0"),
        (-2.0, 1, "−2"),
        (float("inf"), 2, "∞"),
        (1e-320, 1, "1·10⁻³²⁰"),
    ],
)
def test_numbers_read_as_on_the_page(value: float, digits: int, said: str):
    assert number(value, digits) == said
