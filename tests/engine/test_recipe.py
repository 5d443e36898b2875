"""The recipe: its defaults, its bounds, and what it says of a bad value."""

from __future__ import annotations

import json
import math
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from engine.cells import CELLS
from engine.initializers import SCHEMES
from engine.optimizers import OPTIMIZERS
from engine.recipe import (
    CHARACTERS,
    TASKS,
    Changes,
    Hyperparameters,
    Lane,
    LiveHyperparameters,
    Recipe,
    Tweak,
)
from engine.schedules import SCHEDULES
from engine.tasks import make

DEFAULT = {
    "seed": 0,
    "task": {"name": "adding", "seq_len": 50, "shortest": None},
    "batch_size": 32,
    "stateful": False,
    "base": {
        "cell": "lstm",
        "nonlinearity": "tanh",
        "gate_nonlinearity": "sigmoid",
        "candidate_nonlinearity": "tanh",
        "hidden_size": 32,
        "num_layers": 1,
        "bidirectional": False,
        "init": "pytorch",
        "init_std": 0.1,
        "spectral_radius": None,
        "forget_bias": 1.0,
        "update_bias": None,
        "optimizer": "adam",
        "learning_rate": 0.003,
        "momentum": 0.0,
        "nesterov": False,
        "weight_decay": None,
        "schedule": "constant",
        "schedule_period": 1000,
        "clip": "norm",
        "clip_threshold": 1.0,
        "gradient_noise": 0.0,
        "orthogonality": 0.0,
        "flossing": 0.0,
        "dropout": 0.0,
        "input_dropout": 0.0,
        "recurrent_dropout": 0.0,
        "zoneout": 0.0,
        "truncate": None,
        "precision": "float64",
    },
    "lanes": [{"cell": "rnn"}, {"cell": "lstm"}, {"cell": "gru"}],
    "tweaks": [],
}

# Field, smallest and largest value allowed, the nearest value refused on each side.
TINY = math.ulp(0.0)
BOUNDS = [
    ("seed", 0, 2**32 - 1, -1, 2**32),
    ("batch_size", 1, 512, 0, 513),
    ("base.hidden_size", 1, 256, 0, 257),
    ("base.num_layers", 1, 4, 0, 5),
    ("base.init_std", TINY, 10.0, 0.0, math.nextafter(10.0, 11)),
    ("base.spectral_radius", TINY, 10.0, 0.0, math.nextafter(10.0, 11)),
    ("base.forget_bias", -10.0, 10.0, math.nextafter(-10.0, -11), math.nextafter(10.0, 11)),
    ("base.update_bias", -10.0, 10.0, math.nextafter(-10.0, -11), math.nextafter(10.0, 11)),
    ("base.learning_rate", TINY, 1e6, 0.0, math.nextafter(1e6, 2e6)),
    ("base.momentum", 0.0, math.nextafter(1.0, 0), -TINY, 1.0),
    ("base.weight_decay", 0.0, 1.0, -TINY, math.nextafter(1.0, 2)),
    ("base.schedule_period", 1, 1_000_000, 0, 1_000_001),
    ("base.clip_threshold", TINY, 1e6, 0.0, math.nextafter(1e6, 2e6)),
    ("base.gradient_noise", 0.0, 10.0, -TINY, math.nextafter(10.0, 11)),
    ("base.orthogonality", 0.0, 100.0, -TINY, math.nextafter(100.0, 101)),
    ("base.flossing", 0.0, 100.0, -TINY, math.nextafter(100.0, 101)),
    ("base.dropout", 0.0, math.nextafter(1.0, 0), -TINY, 1.0),
    ("base.input_dropout", 0.0, math.nextafter(1.0, 0), -TINY, 1.0),
    ("base.recurrent_dropout", 0.0, math.nextafter(1.0, 0), -TINY, 1.0),
    ("base.zoneout", 0.0, math.nextafter(1.0, 0), -TINY, 1.0),
    ("base.truncate", 1, 2000, 0, 2001),
    ("task.adding.seq_len", 2, 2000, 1, 2001),
    ("task.adding.shortest", 2, 2000, 1, 2001),
    ("task.copy.seq_len", 1, 1980, 0, 1981),
    ("task.temporal_order.seq_len", 2, 2000, 1, 2001),
    ("task.temporal_order.shortest", 2, 2000, 1, 2001),
    ("task.next_char.seq_len", 2, 500, 1, 501),
    ("task.stocks.seq_len", 2, 80, 1, 81),
    ("task.sine.seq_len", 2, 2000, 1, 2001),
    ("task.sine.waves", 1, 3, 0, 4),
    ("task.flip_flop.seq_len", 2, 2000, 1, 2001),
    ("task.flip_flop.bits", 1, 4, 0, 5),
    (
        "task.flip_flop.pulse_probability",
        0.01,
        0.5,
        math.nextafter(0.01, 0),
        math.nextafter(0.5, 1),
    ),
    ("tweaks.0.iteration", 0, 2**31 - 1, -1, 2**31),
    ("tweaks.0.lane", 0, 3, -1, 4),
]
LISTS_OF_VALUES = [
    ("base.cell", ["rnn", "lstm", "gru"]),
    ("base.nonlinearity", ["tanh", "relu", "softsign"]),
    ("base.gate_nonlinearity", ["sigmoid", "hard_sigmoid", "softsign"]),
    ("base.candidate_nonlinearity", ["tanh", "softsign"]),
    (
        "base.init",
        ["pytorch", "xavier_uniform", "xavier_normal", "normal", "orthogonal", "identity"],
    ),
    ("base.optimizer", ["sgd", "rmsprop", "adam", "adamw"]),
    ("base.schedule", ["constant", "step", "cosine", "warmup"]),
    ("base.clip", ["none", "norm", "value"]),
    ("base.precision", ["float64", "float32"]),
    ("task.stocks.symbol", ["GOOG", "AAPL", "AMZN", "FB", "NFLX", "MSFT"]),
]
KNOBS = tuple(Hyperparameters.model_fields)
LIVE = (
    "optimizer",
    "learning_rate",
    "momentum",
    "nesterov",
    "weight_decay",
    "schedule",
    "schedule_period",
    "clip",
    "clip_threshold",
    "gradient_noise",
    "orthogonality",
    "flossing",
    "dropout",
    "input_dropout",
    "recurrent_dropout",
    "zoneout",
    "truncate",
)


def recipe_with(path: str, value: Any) -> dict[str, Any]:
    """Return a small recipe with `value` at a dotted path, cheap enough for every bound."""
    match path.split("."):
        case ["task", name, "shortest"]:
            longest = {"name": name, "seq_len": 2000, "shortest": value}
            return {"batch_size": 1, "base": {"hidden_size": 8}, "task": longest}
        case ["task", name, field]:
            return {"batch_size": 1, "task": {"name": name, field: value}}
        case ["tweaks", _, field]:
            tweak = {"iteration": 0, "changes": {"learning_rate": 0.1}, field: value}
            return {"lanes": [{}] * 4, "tweaks": [tweak]}
        case ["base", field]:
            return {"batch_size": 1, "base": {field: value}}
        case [field]:
            return {field: value}
    raise AssertionError(path)


def value_at(recipe: Recipe, path: str) -> Any:
    """Return what the recipe holds at a dotted path; the kind of task is not a step of it."""
    found: Any = recipe
    for step in path.split("."):
        if isinstance(found, BaseModel) and step in type(found).model_fields:
            found = getattr(found, step)
        elif step.isdecimal():
            found = found[int(step)]
        else:
            assert found.name == step
    return found


def complaints(data: Any) -> list[dict[str, Any]]:
    with pytest.raises(ValidationError) as caught:
        Recipe.model_validate(data)
    return [
        {"field": ".".join(map(str, e["loc"])), "input": e["input"], "message": e["msg"]}
        for e in caught.value.errors()
    ]


def only_complaint(data: Any) -> dict[str, Any]:
    (complaint,) = complaints(data)
    return complaint


def test_an_empty_recipe_is_the_first_demonstration():
    assert json.loads(Recipe.model_validate({}).model_dump_json()) == DEFAULT


def test_the_full_default_recipe_is_the_empty_one():
    assert Recipe.model_validate(DEFAULT).model_dump() == Recipe().model_dump()


@pytest.mark.parametrize(("path", "least", "most", "below", "above"), BOUNDS)
def test_a_number_is_taken_up_to_its_bounds_and_refused_beyond(path, least, most, below, above):
    for value in (least, most):
        assert value_at(Recipe.model_validate(recipe_with(path, value)), path) == value
    for value in (below, above):
        complaint = only_complaint(recipe_with(path, value))
        assert (complaint["field"], complaint["input"]) == (path, value)
        assert any(character.isdecimal() for character in complaint["message"])


def test_every_number_of_the_recipe_has_its_bounds_tested_here():
    def numbers(model: type[BaseModel], prefix: str) -> set[str]:
        return {
            prefix + name
            for name, field in model.model_fields.items()
            if {int, float} & {field.annotation, *get_args(field.annotation)}
        }

    found = numbers(Recipe, "") | numbers(Hyperparameters, "base.") | numbers(Tweak, "tweaks.0.")
    for kind in TASKS:
        found |= numbers(kind, f"task.{kind.model_fields['name'].default}.")
    assert found == {path for path, *_ in BOUNDS}


@pytest.mark.parametrize(("path", "values"), LISTS_OF_VALUES)
def test_a_choice_takes_its_values_and_names_them_when_it_refuses(path, values):
    for value in values:
        assert value_at(Recipe.model_validate(recipe_with(path, value)), path) == value
    for bad in ["other", "", values[0].swapcase(), None, 1]:
        complaint = only_complaint(recipe_with(path, bad))
        assert (complaint["field"], complaint["input"]) == (path, bad)
        assert all(repr(value) in complaint["message"] for value in values)


@pytest.mark.parametrize("path", [path for path, *_ in BOUNDS])
@pytest.mark.parametrize("bad", [True, False, "3", [3], {}, math.inf, -math.inf, math.nan, 1j])
def test_what_is_no_number_is_refused_where_a_number_belongs(path, bad):
    complaint = only_complaint(recipe_with(path, bad))
    assert complaint["field"] == path
    assert complaint["input"] is bad


@pytest.mark.parametrize("path", [p for p, least, *_ in BOUNDS if isinstance(least, int)])
def test_a_fraction_is_refused_where_a_whole_number_belongs(path):
    assert only_complaint(recipe_with(path, 2.5))["field"] == path


REALS = [
    (path, int(most >= 1))
    for path, least, most, *_ in BOUNDS
    if isinstance(most, float) and least <= int(most >= 1)
]


@pytest.mark.parametrize(("path", "whole"), REALS)
def test_a_whole_number_is_a_real_one(path, whole):
    value = value_at(Recipe.model_validate(recipe_with(path, whole)), path)
    assert (value, type(value)) == (float(whole), float)


@pytest.mark.parametrize("bad", [0, 1, 1.0, "true", None, []])
def test_what_is_neither_true_nor_false_is_refused_where_one_of_them_belongs(bad):
    path = "base.nesterov"
    for value in (True, False):
        assert value_at(Recipe.model_validate(recipe_with(path, value)), path) is value
    complaint = only_complaint(recipe_with(path, bad))
    assert (complaint["field"], complaint["input"]) == (path, bad)


OPTIONAL = ("spectral_radius", "update_bias", "weight_decay", "truncate")


@pytest.mark.parametrize("path", [*(f"base.{name}" for name in OPTIONAL), "tweaks.0.lane"])
def test_null_stands_for_as_drawn_for_the_default_for_the_whole_and_for_every_lane(path):
    assert value_at(Recipe.model_validate(recipe_with(path, None)), path) is None


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"sed": 0}, "sed"),
        ({"base": {"hidden": 3}}, "base.hidden"),
        ({"lanes": [{"cell": "rnn"}, {"batch_size": 3}]}, "lanes.1.batch_size"),
        ({"task": {"seq_len": 5, "delay": 3}}, "task.adding.delay"),
        ({"task": {"name": "copy", "text": "abc"}}, "task.copy.text"),
        ({"tweaks": [{"iteration": 0, "changes": {"clip": "none"}, "at": 1}]}, "tweaks.0.at"),
        ({"tweaks": [{"iteration": 0, "changes": {"cell": "gru"}}]}, "tweaks.0.changes.cell"),
        ({"tweaks": [{"iteration": 0, "changes": {}}]}, "tweaks.0.changes"),
        ({"tweaks": [{"iteration": 0}]}, "tweaks.0.changes"),
        ({"tweaks": [{"changes": {"clip": "none"}}]}, "tweaks.0.iteration"),
        ({"task": {"name": "adding problem"}}, "task"),
        ({"task": "adding"}, "task"),
        ({"task": None}, "task"),
        ({"base": None}, "base"),
        ({"base": []}, "base"),
        ({"lanes": []}, "lanes"),
        ({"lanes": None}, "lanes"),
        ({"lanes": "rnn"}, "lanes"),
        ({"lanes": {"cell": "rnn"}}, "lanes"),
        ({"lanes": [{}] * 5}, "lanes"),
        ({"lanes": [{"name": "x" * 41}]}, "lanes.0.name"),
        ({"tweaks": [{"iteration": 0, "changes": {"clip": "none"}}] * 1001}, "tweaks"),
        ({"seed": None}, "seed"),
    ],
)
def test_what_does_not_belong_is_refused_by_name(data, field):
    assert field in {complaint["field"] for complaint in complaints(data)}


@pytest.mark.parametrize("data", [None, [], "{}", 3, True])
def test_what_is_no_recipe_at_all_is_refused(data):
    assert only_complaint(data)["field"] == ""


def test_every_bad_field_is_named_at_once():
    bad = {"seed": -1, "batch_size": 0, "base": {"learning_rate": math.nan}, "task": {"seq_len": 1}}
    assert {c["field"] for c in complaints(bad)} == {
        "seed",
        "batch_size",
        "base.learning_rate",
        "task.adding.seq_len",
    }


@pytest.mark.parametrize("name", ["adding", "temporal_order"])
def test_where_the_shortest_sequence_would_be_longer_than_t_all_have_t(name):
    fields = {"name": name, "seq_len": 20, "shortest": 21}
    task = make(Recipe.model_validate({"task": fields}).task)
    assert (task.timesteps, task.shortest) == (20, 20)
    assert set(task.batch(np.random.default_rng(0), 8).lengths) == {20}


@pytest.mark.parametrize(
    ("lanes", "field"),
    [([{"cell": "elman"}], "lanes.0.cell"), ([{}] * 3 + [{"clip": 1}], "lanes.3.clip")],
)
def test_one_bad_lane_is_one_complaint(lanes, field):
    assert only_complaint({"lanes": lanes})["field"] == field


# Lanes


def test_a_lane_takes_from_the_base_what_it_does_not_say_itself():
    recipe = Recipe.model_validate(
        {
            "base": {"cell": "gru", "hidden_size": 7, "clip": "value"},
            "lanes": [{}, {"hidden_size": 9}, {"clip": "none", "cell": "rnn"}],
        }
    )
    knobs = [recipe.lane(i) for i in range(3)]
    assert [k.cell for k in knobs] == ["gru", "gru", "rnn"]
    assert [k.hidden_size for k in knobs] == [7, 9, 7]
    assert [k.clip for k in knobs] == ["value", "value", "none"]
    assert {k.learning_rate for k in knobs} == {0.003}


OTHER_VALUE = {
    "cell": "gru",
    "nonlinearity": "relu",
    "gate_nonlinearity": "hard_sigmoid",
    "candidate_nonlinearity": "softsign",
    "hidden_size": 5,
    "num_layers": 2,
    "bidirectional": True,
    "init": "identity",
    "init_std": 0.02,
    "spectral_radius": 0.5,
    "forget_bias": -1.0,
    "update_bias": 2.0,
    "optimizer": "sgd",
    "learning_rate": 0.5,
    "momentum": 0.9,
    "nesterov": True,
    "weight_decay": 0.0,
    "schedule": "cosine",
    "schedule_period": 7,
    "clip": "value",
    "clip_threshold": 0.25,
    "gradient_noise": 0.3,
    "orthogonality": 0.1,
    "flossing": 0.2,
    "dropout": 0.1,
    "input_dropout": 0.1,
    "recurrent_dropout": 0.1,
    "zoneout": 0.1,
    "truncate": 10,
    "precision": "float32",
}


@pytest.mark.parametrize("knob", KNOBS)
def test_two_lanes_can_differ_in_exactly_one_knob(knob):
    recipe = Recipe.model_validate({"lanes": [{}, {knob: OTHER_VALUE[knob]}]})
    one, two = recipe.lane(0).model_dump(), recipe.lane(1).model_dump()
    assert {name for name in KNOBS if one[name] != two[name]} == {knob}
    assert two[knob] == OTHER_VALUE[knob]


@pytest.mark.parametrize("knob", KNOBS)
def test_a_lane_can_override_the_base_with_a_value_that_is_the_default(knob):
    default = DEFAULT["base"][knob]
    recipe = Recipe.model_validate(
        {"base": {knob: OTHER_VALUE[knob]}, "lanes": [{}, {knob: default}]}
    )
    assert getattr(recipe.lane(0), knob) == OTHER_VALUE[knob]
    assert getattr(recipe.lane(1), knob) == default
    again = Recipe.model_validate_json(recipe.model_dump_json())
    assert getattr(again.lane(1), knob) == default


def test_the_hyperparameters_a_lane_starts_with_carry_no_name():
    recipe = Recipe.model_validate({"lanes": [{"name": "mine", "cell": "gru"}]})
    assert set(recipe.lane(0).model_dump()) == set(KNOBS)


@pytest.mark.parametrize("bad", [3, -1, 4])
def test_a_tweak_of_a_lane_that_is_not_there_is_refused(bad):
    tweak = {"iteration": 0, "lane": bad, "changes": {"learning_rate": 1.0}}
    complaint = only_complaint({"tweaks": [tweak]})
    assert (complaint["field"], complaint["input"]) == ("tweaks.0.lane", bad)


@pytest.mark.parametrize("knob", KNOBS)
def test_only_what_can_be_changed_live_can_be_tweaked(knob):
    tweak = {"iteration": 3, "changes": {knob: OTHER_VALUE[knob]}}
    if knob in LIVE:
        (made,) = Recipe.model_validate({"tweaks": [tweak]}).tweaks
        assert made.changes.overrides == {knob: OTHER_VALUE[knob]}
    else:
        assert only_complaint({"tweaks": [tweak]})["field"] == f"tweaks.0.changes.{knob}"


def test_live_in_the_schema_is_what_can_be_tweaked():
    marked = {
        name
        for name, field in Hyperparameters.model_fields.items()
        if (field.json_schema_extra or {}).get("live")
    }
    assert marked == set(LIVE) == set(LiveHyperparameters.model_fields)


# Cost


def test_a_run_of_four_deep_lstms_over_two_thousand_timesteps_is_refused():
    complaint = only_complaint(
        {
            "task": {"name": "adding", "seq_len": 2000},
            "batch_size": 1,
            "base": {"hidden_size": 250, "num_layers": 4},
            "lanes": [{"cell": "lstm"}] * 4,
        }
    )
    assert complaint["field"] == "base.hidden_size"
    assert complaint["input"] == 250
    assert "2.5 GB of memory, and at most 400 MB is allowed" in complaint["message"]
    for lever in ("seq_len", "batch_size", "hidden_size", "num_layers", "number of lanes"):
        assert lever in complaint["message"]


def test_a_run_that_would_take_too_long_over_an_iteration_is_refused():
    base = {"cell": "rnn", "hidden_size": 256, "precision": "float32"}
    wide = {"task": {"seq_len": 25}, "batch_size": 512, "base": base}
    Recipe.model_validate({**wide, "lanes": [{}] * 2})
    complaint = only_complaint({**wide, "lanes": [{}] * 4})
    assert complaint["field"] == "base.hidden_size"
    assert "13 thousand million multiply-adds in each iteration" in complaint["message"]
    assert "at most 10 is allowed: lower seq_len" in complaint["message"]


def test_the_cost_is_that_of_all_lanes_and_names_the_costliest():
    recipe = {"task": {"seq_len": 200}, "batch_size": 64, "base": {"hidden_size": 64}}
    Recipe.model_validate({**recipe, "lanes": [{"cell": "lstm"}]})
    Recipe.model_validate({**recipe, "lanes": [{"cell": "lstm", "num_layers": 3}]})
    four = [{"cell": "lstm"}] * 3
    complaint = only_complaint({**recipe, "lanes": [*four, {"cell": "lstm", "num_layers": 3}]})
    assert complaint["field"] == "lanes.3.hidden_size"
    assert complaint["input"] == 64
    complaint = only_complaint({**recipe, "batch_size": 160, "lanes": four})
    assert complaint["field"] == "base.hidden_size"


def test_the_cost_counts_what_the_task_reads_and_says_when_it_is_wider_than_the_network():
    text = "".join(map(chr, range(200, 200 + CHARACTERS))) * 6
    wide = {"task": {"name": "next_char", "seq_len": 500, "text": text}, "batch_size": 16}
    wide["base"] = {"hidden_size": 2}
    wide["lanes"] = [{}]
    Recipe.model_validate(wide)
    complaint = only_complaint({**wide, "batch_size": 200})
    # Fewer hidden units would not help: the field to change is one that does.
    assert complaint["field"] == "batch_size"
    assert complaint["input"] == 200


@pytest.mark.parametrize(("batch_size", "field"), [(1, "task.seq_len"), (64, "batch_size")])
def test_a_run_of_one_unit_that_costs_too_much_is_refused_at_what_can_be_lower(batch_size, field):
    task = {"name": "copy", "seq_len": 1980}
    recipe = {"task": task, "batch_size": batch_size, "base": {"hidden_size": 1}, "lanes": [{}] * 4}
    assert only_complaint(recipe)["field"] == field


def test_a_lane_that_lowers_its_own_cost_is_not_charged_for_the_base():
    dear = {"batch_size": 512, "base": {"hidden_size": 256}}
    assert complaints(dear)
    Recipe.model_validate({**dear, "lanes": [{"hidden_size": 8}]})


# Text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "0 characters"),
        ("ab" * 20, "at least 41"),
        ("a" * 60, "1 distinct"),
        ("".join(map(chr, range(200, 200 + CHARACTERS + 1))), f"2 to {CHARACTERS}"),
    ],
)
def test_a_text_that_cannot_be_learnt_is_refused_before_the_run(text, says):
    complaint = only_complaint({"task": {"name": "next_char", "text": text}})
    assert complaint["field"] == "task.text"
    assert complaint["input"] == text
    assert says in complaint["message"]


def test_a_text_of_one_window_two_characters_or_the_most_is_taken():
    for text in ["ab" * 20 + "a", "".join(map(chr, range(200, 200 + CHARACTERS)))]:
        recipe = Recipe.model_validate({"task": {"name": "next_char", "text": text}})
        assert recipe.task.text == text


def test_a_text_has_at_most_ten_thousand_characters():
    Recipe.model_validate({"task": {"name": "next_char", "text": "ab" * 5000}})
    found = only_complaint({"task": {"name": "next_char", "text": "ab" * 5000 + "a"}})
    assert found["field"] == "task.next_char.text"


# JSON

floats = st.floats(1e-12, 10.0)
live = {
    "optimizer": st.sampled_from(["sgd", "rmsprop", "adam", "adamw"]),
    "learning_rate": floats,
    "momentum": st.floats(0, 0.99),
    "nesterov": st.booleans(),
    "weight_decay": st.none() | st.floats(0, 1),
    "schedule": st.sampled_from(["constant", "step", "cosine", "warmup"]),
    "schedule_period": st.integers(1, 10**6),
    "clip": st.sampled_from(["none", "norm", "value"]),
    "clip_threshold": floats,
    "gradient_noise": st.floats(0, 10),
    "orthogonality": st.floats(0, 100),
    "flossing": st.floats(0, 100),
    "dropout": st.floats(0, 0.99),
    "input_dropout": st.floats(0, 0.99),
    "recurrent_dropout": st.floats(0, 0.99),
    "zoneout": st.floats(0, 0.99),
    "truncate": st.none() | st.integers(1, 50),
}
knobs = live | {
    "cell": st.sampled_from(["rnn", "lstm", "gru"]),
    "nonlinearity": st.sampled_from(["tanh", "relu", "softsign"]),
    "gate_nonlinearity": st.sampled_from(["sigmoid", "hard_sigmoid", "softsign"]),
    "candidate_nonlinearity": st.sampled_from(["tanh", "softsign"]),
    "hidden_size": st.integers(1, 32),
    "num_layers": st.integers(1, 4),
    "bidirectional": st.booleans(),
    "init": st.sampled_from(["pytorch", "xavier_uniform", "normal", "orthogonal", "identity"]),
    "init_std": floats,
    "spectral_radius": st.none() | floats,
    "forget_bias": st.floats(-10, 10),
    "update_bias": st.none() | st.floats(-10, 10),
    "precision": st.sampled_from(["float64", "float32"]),
}
some_task = st.one_of(
    st.fixed_dictionaries({}, optional={"name": st.just("adding"), "seq_len": st.integers(2, 60)}),
    st.fixed_dictionaries({"name": st.just("copy")}, optional={"seq_len": st.integers(1, 60)}),
    st.fixed_dictionaries(
        {"name": st.just("temporal_order")}, optional={"seq_len": st.integers(2, 60)}
    ),
    st.fixed_dictionaries(
        {"name": st.just("next_char"), "seq_len": st.integers(2, 9)},
        optional={"text": st.none() | st.text(min_size=10, max_size=40).map("ab".__add__)},
    ),
    st.fixed_dictionaries({"name": st.just("stocks")}, optional={"symbol": st.just("AAPL")}),
    st.fixed_dictionaries({"name": st.just("sine")}, optional={"waves": st.integers(1, 3)}),
    st.fixed_dictionaries({"name": st.just("flip_flop")}, optional={"bits": st.integers(1, 4)}),
)
some_recipe = st.fixed_dictionaries(
    {"lanes": st.lists(st.fixed_dictionaries({}, optional=knobs), min_size=1, max_size=4)},
    optional={
        "seed": st.integers(0, 2**32 - 1),
        "task": some_task,
        "batch_size": st.integers(1, 64),
        "base": st.fixed_dictionaries({}, optional=knobs),
        "tweaks": st.lists(
            st.fixed_dictionaries(
                {
                    "iteration": st.integers(0, 10**7),
                    "lane": st.none() | st.just(0),
                    "changes": st.fixed_dictionaries({}, optional=live).filter(bool),
                }
            ),
            max_size=3,
        ),
    },
)


@settings(deadline=None, max_examples=60)
@given(some_recipe)
def test_a_recipe_survives_json_with_all_it_determines(data):
    recipe = Recipe.model_validate(data)
    text = recipe.model_dump_json()
    for again in (Recipe.model_validate_json(text), Recipe.model_validate(json.loads(text))):
        assert again.model_dump() == recipe.model_dump()
        assert [again.lane(i) for i in range(len(again.lanes))] == [
            recipe.lane(i) for i in range(len(recipe.lanes))
        ]
        assert [t.changes.overrides for t in again.tweaks] == [
            t.changes.overrides for t in recipe.tweaks
        ]


@settings(deadline=None, max_examples=60)
@given(some_recipe)
def test_a_recipe_says_of_its_lanes_what_was_given_and_no_more(data):
    dumped = json.loads(Recipe.model_validate(data).model_dump_json())
    assert dumped["lanes"] == data["lanes"]
    assert [t["changes"] for t in dumped["tweaks"]] == [
        t["changes"] for t in data.get("tweaks", [])
    ]


def test_a_recipe_cannot_be_changed_under_a_run():
    recipe = Recipe.model_validate({})
    with pytest.raises(ValidationError):
        recipe.seed = 3
    with pytest.raises(ValidationError):
        recipe.base.learning_rate = 1.0
    assert isinstance(recipe.lanes, tuple)
    assert isinstance(recipe.tweaks, tuple)


def test_json_numbers_that_are_no_numbers_are_refused():
    for word in ("NaN", "Infinity", "-Infinity", "1e999"):
        with pytest.raises(ValidationError) as caught:
            Recipe.model_validate_json(f'{{"base": {{"learning_rate": {word}}}}}')
        assert "learning_rate" in str(caught.value)


def test_the_schema_titles_and_groups_every_control():
    for model in (Hyperparameters, Lane, Changes, Recipe, *TASKS):
        for name, field in model.model_fields.items():
            assert field.title, (model, name)
    for name, field in Hyperparameters.model_fields.items():
        assert field.description, name
        assert field.json_schema_extra["group"] in {"network", "training"}, name


def test_symbols_are_unambiguous_and_phrases_have_one_place_for_the_value():
    extras = {name: field.json_schema_extra for name, field in Hyperparameters.model_fields.items()}
    symbols = [extra["symbol"] for extra in extras.values() if "symbol" in extra]
    assert len(symbols) == len(set(symbols))
    assert extras["learning_rate"]["phrase"].format(0.01) == "η 0.01"
    for name, extra in extras.items():
        for key in ("phrase", "phrase_one"):
            assert extra.get(key, "{}").count("{}") == 1, name


@pytest.mark.parametrize(
    ("field", "with_it", "without"),
    [
        ("forget_bias", {"lstm", "coupled_lstm"}, {"rnn", "gru", "mgu", "gru_reset_before"}),
        ("update_bias", {"gru", "gru_reset_before"}, {"rnn", "lstm", "mgu", "coupled_lstm"}),
    ],
)
def test_the_bias_of_a_gate_matters_to_the_cells_that_have_the_gate(field, with_it, without):
    cells = set(Hyperparameters.model_fields[field].json_schema_extra["when"]["cell"])
    assert cells >= with_it
    assert not cells & without


def test_choices_are_those_of_the_registries_with_their_titles():
    facts = Hyperparameters.model_json_schema()["properties"]
    for field, registry in (("cell", CELLS), ("optimizer", OPTIMIZERS)):
        assert facts[field]["enum"] == list(registry)
        assert facts[field]["labels"] == {name: kind.title for name, kind in registry.items()}
    assert facts["init"]["enum"] == list(SCHEMES)
    assert facts["schedule"]["enum"] == list(SCHEDULES)
