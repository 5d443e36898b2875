"""The page names no array, constant or cell that the engine does not have."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from app.routes.pages import form_facts
from engine.quantities import CONSTANTS, quantity_of
from engine.recipe import MOST_LANES
from tests.js.make_catalogue import FILE, render

TREE = Path(__file__).parents[2]
JS = TREE / "static" / "js"

READS = re.compile(
    r"\b(?:values|scalar|shape|quantity|withQuantiles|columnTitle)"
    r"\(\s*(?:[^(),]+,\s*[^(),]+,\s*)?([\"`])([^\"`$][^\"`]*)\1"
)
"""An array that is read from a frame, or looked up in the registry, by a name in the source; one
that begins with a placeholder is a variable."""

PLACEHOLDER = re.compile(r"\$\{[^}]*\}")
CONSTANT = re.compile(r"\bconstant\(\"(\w+)\"\)")
LANE_COLOR = re.compile(r"^\s*--lane-(\d+):", re.MULTILINE)


def test_the_fixture_of_node_tests_is_what_the_page_is_told():
    told = json.loads(render())
    assert json.loads(FILE.read_text()) == told, "python -m tests.js.make_catalogue writes it anew"


def test_the_reader_sees_names_of_arrays():
    source = (
        'values(frame, index, "dh_norm"); scalar(state.frame, lane, `spectral_radius.${gate}`)'
        ' shape(frame,\n lane, "h"); values(frame, index, name); quantity("source")'
    )
    names = [found for _, found in READS.findall(source)]
    assert names == ["dh_norm", "spectral_radius.${gate}", "h", "source"]


@pytest.mark.parametrize("script", sorted(JS.rglob("*.js")), ids=lambda script: script.stem)
def test_every_array_and_constant_that_a_module_names_is_the_engines(script: Path):
    source = script.read_text()
    names = {PLACEHOLDER.sub("h", found) for _, found in READS.findall(source)}
    assert [each for each in sorted(names) if quantity_of(each) is None] == []
    assert set(CONSTANT.findall(source)) <= set(CONSTANTS)


def test_there_is_a_colour_for_each_lane():
    tokens = (TREE / "static" / "css" / "tokens.css").read_text()
    lanes = {int(number) for number in LANE_COLOR.findall(tokens)}
    assert lanes == set(range(MOST_LANES))


def test_the_page_is_told_what_hyperparameters_and_their_values_are_called():
    told = form_facts()["catalogue"]["hyperparameters"]
    assert told["learning_rate"]["symbol"] == "η"
    assert told["optimizer"]["labels"]["rmsprop"] == "RMSprop"
    assert told["truncate"].keys() == {"title"}
