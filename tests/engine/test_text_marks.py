"""Names and texts that turn what stands beside them."""

from __future__ import annotations

import unicodedata

import pytest
from pydantic import ValidationError

from engine.recipe import Lane, Recipe
from engine.tasks import NextChar
from engine.text_marks import escaped, is_mark, isolated, legible
from tests.engine.runs import experiment

DIRECTIONS = {"LRM", "RLM", "ALM", "LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}
HEBREW, ARABIC = "\u05e9\u05dc\u05d5\u05dd", "\u0634\u0628\u0643\u0629"


def test_marks_are_control_characters_separators_and_all_that_say_a_direction():
    for code in range(0x110000):
        character = chr(code)
        category = unicodedata.category(character)
        turns = unicodedata.bidirectional(character) in DIRECTIONS - {"LRM", "RLM", "ALM"}
        named = character in "\u200e\u200f\u061c"
        wanted = category in ("Cc", "Zl", "Zp") or turns or named
        assert is_mark(character) == wanted, f"U+{code:04X}"


@pytest.mark.parametrize("text", ["LSTM · η 0.01", "größer", "神経 🧠", "👩\u200d🔬", ""])
def test_a_text_that_turns_nothing_stays_as_it_is(text):
    assert isolated(text) == legible(text) == escaped(text) == text


@pytest.mark.parametrize("text", [HEBREW, ARABIC, f"net {HEBREW} 2", "\U0001e900"])
def test_a_text_from_right_to_left_is_isolated(text):
    assert isolated(text) == legible(text) == f"\u2068{text}\u2069"


def test_every_letter_from_right_to_left_is_known():
    for code in range(0x110000):
        if unicodedata.bidirectional(chr(code)) in ("R", "AL") and not is_mark(chr(code)):
            assert isolated(chr(code)) != chr(code), f"U+{code:04X}"


def test_marks_are_escaped_or_left_out():
    assert escaped("a\u202eb\n") == "a\\u202eb\\u000a"
    assert legible("a\u202eb\u2069c\u0007") == "abc"


@pytest.mark.parametrize(
    "character", ["\u202e", "\u2066", "\u2069", "\u200f", "\u061c", "\n", "\x7f"]
)
def test_a_lane_may_not_be_called_what_turns_its_neighbours(character):
    with pytest.raises(ValidationError) as caught:
        Recipe.model_validate({"lanes": [{}, {"name": f"mine{character}"}]})
    (error,) = caught.value.errors()
    assert error["loc"] == ("lanes", 1, "name")
    assert f"it holds U+{ord(character):04X}," in error["msg"]
    with pytest.raises(ValidationError):
        experiment().rename(1, f"mine{character}")


@pytest.mark.parametrize("name", [HEBREW, "größer, η × 10", "👩\u200d🔬", "x" * 40])
def test_a_lane_may_be_called_anything_else(name):
    assert Lane(name=name).name == name
    assert experiment().rename(1, name).lanes[1].name == name


def test_the_title_of_an_example_is_legible_whatever_the_text():
    task = NextChar(3, f"{HEBREW}\u202e{HEBREW}\u202e")
    one_hot = task._one_hot[task._codes[[3, 4, 5]]][:, None]
    batch = type("Batch", (), {"x": one_hot, "y": task._codes[[4, 5, 6]][:, None]})
    title = task._show(batch, 0)["title"]  # type: ignore[arg-type]
    assert title == f"after “\u2068{HEBREW[3]}{HEBREW[0]}\u2069”: “\u2068{HEBREW[1]}\u2069”"
