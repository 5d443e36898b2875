import json

import pytest
from pydantic import TypeAdapter, field_validator
from pydantic_core import PydanticCustomError

from app.stream.messages import recipe_reader
from app.validation.problems import Refused, problem
from app.validation.reader import Reader
from engine.recipe import Strict
from tests.app.bad_recipes import BAD, Bad
from tests.app.live import strict_json


def refused(text: str | bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        recipe_reader.read(text)
    return caught.value


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_a_problem_names_the_field_the_value_and_what_is_allowed(bad: Bad) -> None:
    [found] = refused(bad.recipe).problems
    bad.check(found)


def test_every_bad_field_has_one_problem_and_good_ones_have_none() -> None:
    text = '{"seed": -1, "batch_size": 0, "base": {"cell": "x", "clip": "norm", "truncate": NaN}}'
    fields = [each["field"] for each in refused(text).problems]
    assert sorted(fields) == ["base.cell", "base.truncate", "batch_size", "seed"]


def test_a_list_whose_items_are_all_bad_is_not_called_short() -> None:
    fields = [each["field"] for each in refused('{"lanes": [{"hidden_size": 0}]}').problems]
    assert fields == ["lanes.0.hidden_size"]


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"nonsense", b'{"seed": 1,}', b"\xff\xfe", b"[" * 5000, b'"\\ud800"', b"1" * 9999],
)
def test_what_is_not_json_is_one_problem_of_the_whole(text: bytes) -> None:
    [found] = refused(text).problems
    assert found["field"] == "recipe"
    assert found["allowed"] == "JSON text"
    assert len(found["message"]) < 600


@pytest.mark.parametrize(
    ("text", "field", "sentence"),
    [
        (
            '{"task": {"name": "next_char", "text": "ab\\ud83dcd ef "}}',
            "task.text",
            "task.text is not whole: its character 3 is half of a pair (U+D83D); "
            "it must be text of whole characters.",
        ),
        (
            '{"lanes": [{}, {"name": "\\udc00"}]}',
            "lanes.1.name",
            "lanes.1.name is not whole: its character 1 is half of a pair (U+DC00); "
            "it must be text of whole characters.",
        ),
        (
            '{"base": {"\\udc00": "\\ud83d"}}',
            "base",
            "base is not whole: its character 1 is half of a pair (U+DC00); "
            "it must be text of whole characters.",
        ),
    ],
)
def test_half_of_a_surrogate_pair_is_refused_where_it_stands(
    text: str, field: str, sentence: str
) -> None:
    [found] = refused(text).problems
    assert (found["field"], found["message"]) == (field, sentence)
    assert found["allowed"] == "text of whole characters"
    assert "\\ud" in found["value"]
    json.dumps(found, ensure_ascii=False).encode()


def test_a_whole_pair_is_one_character() -> None:
    recipe = recipe_reader.read('{"lanes": [{"name": "\\ud83d\\ude00"}]}')
    assert recipe.lanes[0].name == "\U0001f600"


def test_what_is_no_json_is_repeated_in_part() -> None:
    [found] = refused("x" * 1000).problems
    assert found["value"] == "x" * 40 + "…"


def test_json_that_ends_early_says_where() -> None:
    assert "line 2" in refused('{"seed":\n').problems[0]["message"]


@pytest.mark.parametrize(
    ("value", "repeated", "shown"),
    [
        (None, None, "null"),
        (True, True, "true"),
        (2**53, 2**53, "9007199254740992"),
        (2**53 + 1, "9007199254740993", "9007199254740993"),
        (0.1, 0.1, "0.1"),
        (float("nan"), "nan", "nan"),
        (float("-inf"), "-inf", "-inf"),
        ("", "", '""'),
        ("3", "3", '"3"'),
        ("é" * 201, "é" * 200 + "…", '"' + "é" * 200 + '…"'),
        ([1, float("nan")], "[1, NaN]", "[1, NaN]"),
        ({"a": None}, '{"a": null}', '{"a": null}'),
    ],
)
def test_a_value_is_repeated_as_strict_json_can_carry_it(
    value: object, repeated: object, shown: str
) -> None:
    found = problem("a.b", value, "less")
    assert found["value"] == repeated
    assert type(found["value"]) is type(repeated)
    assert found["message"] == f"a.b is {shown}: it must be less."


def test_a_rule_of_the_model_may_say_what_it_allows() -> None:
    """A custom error's context is where the engine can put it in few words."""

    class Odd(Strict):
        number: int

        @field_validator("number")
        @classmethod
        def _odd(cls, value: int) -> int:
            if value % 2 == 0:
                raise PydanticCustomError(
                    "even", "{number} is even", {"number": value, "allowed": "odd"}
                )
            return value

    with pytest.raises(Refused) as caught:
        Reader(TypeAdapter(Odd), "odd").read('{"number": 4}')
    assert caught.value.problems == [
        {"field": "number", "value": 4, "allowed": "odd", "message": "number is 4: 4 is even."}
    ]


def test_a_good_recipe_comes_back_whole() -> None:
    recipe = recipe_reader.read('{"base": {"hidden_size": 7}, "lanes": [{"cell": "gru"}]}')
    assert recipe.lane(0).hidden_size == 7
    assert recipe.lane(0).cell == "gru"
    assert strict_json(recipe.model_dump_json())["batch_size"] == 32
