"""Lessons: files that are read once, and refused with a sentence where they are wrong."""

from pathlib import Path

import pytest

from app.lessons import LessonError, Library
from app.lessons.library import own_folder
from engine import Recipe
from tests.app.live import Live, strict_json

GOOD = """+++
title = "Mine"
summary = "Of my own."
[[steps]]
hint = "look"
answer = "there"
checks = [{ kind = "number", quantity = "reach", lane = 0, above = 0.1 }]
+++
Before.

## Do *it*

Of h_t and W_hh, <script>alert(1)</script> and [a link](http://elsewhere).
"""


def folder(tmp_path: Path, text: str, name: str = "20_mine.md") -> Path:
    (tmp_path / name).write_text(text)
    return tmp_path


def test_there_are_ten_and_a_first_minute() -> None:
    lessons = Library(own_folder()).lessons
    assert len(lessons) == 11
    assert next(iter(lessons)) == "first_minute"
    for lesson in lessons.values():
        Recipe.model_validate(lesson.recipe)
        assert 3 <= len(lesson.steps) <= 6
        for step in lesson.steps:
            assert step.title
            assert step.hint
            assert step.answer
            for check in step.checks:
                # Every option of every question says why it is right, or wrong.
                assert all(check.get("reasons", []))
        assert lesson.end


def test_a_lecturer_s_own_file_is_one_more_and_can_hold_no_script(tmp_path: Path) -> None:
    lesson = Library(own_folder(), folder(tmp_path, GOOD)).lessons["mine"]
    assert lesson.html == "<p>Before.</p>"
    [step] = lesson.steps
    assert 'h<sub><span class="vh">_</span>t</sub>' in step.html
    assert "<script" not in step.html
    assert "<a" not in step.html


def test_a_question_says_why_for_each_option_or_in_general_or_not_at_all(tmp_path: Path) -> None:
    question = 'kind = "question", text = "?", options = ["a", "b"], answer = 1'
    number = 'kind = "number", quantity = "reach", lane = 0, above = 0.1'

    def reasons(more: str) -> list[str]:
        text = GOOD.replace(number, question + more)
        [step] = Library(folder(tmp_path, text)).lessons["mine"].steps
        return list(step.checks[0]["reasons"])

    assert reasons("") == ["", ""]
    assert reasons(', right = "*So.*"') == ["", "<p><em>So.</em></p>"]
    assert reasons(', right = "So.", wrong = "No."') == ["<p>No.</p>", "<p>So.</p>"]
    assert reasons(', wrong = ["No.", ""]') == ["<p>No.</p>", ""]
    with pytest.raises(LessonError, match="wrong has 1 texts for 2 options"):
        reasons(', wrong = ["No."]')


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("reach", "reech"), "there is no quantity 'reech'"),
        ((", above = 0.1", ""), "above or below is needed"),
        (('title = "Mine"\n', ""), "title"),
        (("## Do *it*", "Do it"), "0 sections (##), and its front matter 1 steps"),
        (("+++\nBefore", "Before"), "front matter between two lines +++"),
        (('summary = "Of my own."', "summary = "), "Invalid value"),
        (("lane = 0", "lane = 9"), "lane"),
        (("hint =", 'see = "base.truncat"\nhint ='), "'base.truncat' is none of unrolled-network"),
        (("[[steps]]", "recipe = { batch_size = 0 }\n[[steps]]"), "batch_size is 0"),
        (('kind = "number"', 'kind = "feeling"'), "kind"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(
    tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    with pytest.raises(LessonError, match=r"20_mine\.md") as error:
        Library(folder(tmp_path, GOOD.replace(*change)))
    assert told in str(error.value)


def test_a_file_of_another_name_is_told_how_it_must_be(tmp_path: Path) -> None:
    with pytest.raises(LessonError, match=r"it must be like 20_my_lesson\.md"):
        Library(folder(tmp_path, GOOD, "mine.md"))
    with pytest.raises(LessonError, match="is no folder of lessons"):
        Library(tmp_path / "nowhere")


def test_the_service_hands_them_out_by_name_alone(live: Live) -> None:
    status, _, body = live.get("/api/lessons")
    contents = strict_json(body)
    assert status == 200
    assert contents[0]["title"] == "The first minute"
    status, _, body = live.get("/api/lessons/vanishing")
    assert strict_json(body)["steps"][0]["title"] == "A law without learning"
    for name in ("nothing", "..%2F..%2FREADME", "02_vanishing.md"):
        assert live.get(f"/api/lessons/{name}")[0] == 404
