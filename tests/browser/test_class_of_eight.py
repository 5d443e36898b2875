"""One lecture in real browsers, from the first step to the end of the class: eight students.

Five have laptops, one of these a slow link, and three have phones. What their pages show is held
against what the engine computes here, and what a vote came to against NumPy.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from engine import Experiment, Frame, Recipe
from tests.browser.classroom import (
    LOSSES,
    PHONE,
    SMALL,
    ClassRoom,
    draw,
    fits,
    go_alone,
    questions,
    says,
    step_alone,
    taken,
)
from tests.browser.lab import Lab
from tests.browser.proxy import Proxy

RATE = 100_000
"""Bytes a second of the slow link: a frame takes a good part of a second."""

LSTM = 1

Path = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]
PATHS: list[Path] = [
    ((0.1, 0.30 + 0.05 * each), (0.5, 0.15 + 0.04 * each), (0.99, 0.10 + 0.03 * each))
    for each in range(8)
]


class Lecture:
    """The pages of a lecturer and her eight students."""

    def __init__(self, new_lab: Callable[..., Lab], link: Proxy) -> None:
        self.room = ClassRoom(new_lab, color_scheme="dark")
        self.lecturer = self.room.lecturer
        # Some at a time, as they come; the slow link first, by itself.
        self.slow = self.room.student(new=True, **link.options)
        link.rate = RATE
        self.laptops = [*self.room.students({}, {}), *self.room.students({}, {})]
        self.phones = self.room.students(PHONE, PHONE, PHONE)
        self.alone = self.laptops[0]
        self.students = [*self.laptops, self.slow, *self.phones]

    def all_wait(self, expression: str) -> None:
        for each in self.students:
            each.wait(expression)

    def end(self) -> None:
        self.lecturer.page.once("dialog", lambda dialog: dialog.accept())
        self.lecturer.press("End the class")


@pytest.fixture
def link() -> Iterator[Proxy]:
    link = Proxy()
    yield link
    link.stop()


@pytest.fixture
def lecture(new_lab: Callable[..., Lab], link: Proxy) -> Lecture:
    return Lecture(new_lab, link)


def computed(recipe: dict[str, Any], iteration: int) -> Frame:
    """Return a frame as the engine computes it here and now."""
    experiment = Experiment(Recipe.model_validate(recipe))
    for _ in range(iteration):
        experiment.advance(None)
    return experiment.advance()


def losses(frame: Frame) -> Any:
    return pytest.approx([float(frame.arrays[f"{lane}/loss"]) for lane in range(3)], rel=1e-5)


def norms(frame: Frame, lane: int = LSTM) -> Any:
    return pytest.approx(np.log10(frame.arrays[f"{lane}/dh_norm"]).tolist(), abs=1e-4)


def pixels(lab: Lab) -> str:
    """Return the picture of what a vote came to."""
    canvas = questions(lab).locator(".vote-picture canvas").first
    picture: str = canvas.evaluate("canvas => canvas.toDataURL()")
    return picture


def all_follow(lecture: Lecture) -> int:
    """Step, another panel, the cursor, and the time machine there and back."""
    at = lecture.room.step(*lecture.students, times=3)
    frame = computed(SMALL, at)
    for each in (lecture.lecturer, *lecture.students):
        assert each.read("[...state.history.iteration.data.slice(0, 4)]") == [0, 1, 2, 3]
        assert each.read(LOSSES) == losses(frame)
        assert each.line(LSTM) == norms(frame)
    lecturer = lecture.lecturer
    lecturer.press("Spectrum")
    lecturer.page.locator("body").click(position={"x": 5, "y": 400})
    for _ in range(3):
        lecturer.page.keyboard.press("ArrowRight")
    lecture.all_wait("state.view.flow === 'spectrum' && state.cursor.t === 2")
    lecturer.press("Norms")
    lecturer.press("Earlier frame")
    past = at - 1
    lecture.all_wait(f"state.past === {past} && state.frame.iteration === {past}")
    for each in lecture.students:
        assert each.read(LOSSES) == losses(computed(SMALL, past))
    lecturer.press("Later frame")
    lecture.all_wait(f"state.past === null && state.frame.iteration === {at}")
    says(lecturer, "8 students")
    return at


def one_goes_on_alone(lecture: Lecture, at: int) -> None:
    """The fork has the class's numbers where it began, and then its own."""
    lecturer, alone = lecture.lecturer, lecture.alone
    go_alone(alone, at)
    assert alone.read(LOSSES) == lecturer.read(LOSSES)
    assert alone.line(LSTM) == lecturer.line(LSTM)
    alone.field("Learning rate").fill("0.3")
    alone.field("Learning rate").press("Enter")
    alone.wait("state.recipe.tweaks.length === 1")
    for _ in range(2):
        now = step_alone(alone)
    lecture.room.step(*(each for each in lecture.students if each is not alone), times=2)
    assert lecturer.read(LOSSES) == losses(computed(SMALL, now))
    assert alone.read(LOSSES) == losses(computed(alone.read("state.recipe"), now))
    assert alone.read(LOSSES) != losses(computed(SMALL, now))
    says(lecturer, "8 students · 1 alone")


def all_draw(lecture: Lecture) -> list[list[float | None]]:
    """Draw with the mouse on laptops and a finger on phones; return what the server has taken."""
    lecture.room.ask("Draw the way back")
    for student, path in zip(lecture.students, PATHS, strict=True):
        expect(questions(student).get_by_text("Lane: LSTM")).to_be_visible()
        expect(student.page.locator("#gradient-flow")).to_be_hidden()
        draw(student, *path)
    taken(*lecture.students)
    for each in lecture.students:
        assert fits(each)
        assert "results" not in each.last_heard("question")["question"]
    expect(questions(lecture.lecturer).get_by_text("8 of 8 have answered")).to_be_visible()
    return [each.last_heard("answered")["value"] for each in lecture.students]


def all_see_what_the_class_drew(lecture: Lecture, drawn: list[list[float | None]]) -> None:
    """All curves come when the vote is closed, with median and quartiles, and no names."""
    lecture.lecturer.press("Close the vote")
    curves = np.array(drawn, float)
    known = ~np.isnan(curves).all(axis=0)
    quartiles = np.nanquantile(curves[:, known], (0.25, 0.5, 0.75), axis=0)
    assert known.sum() >= 10
    for each in (lecture.lecturer, *lecture.students):
        expect(questions(each).get_by_text("8 curves.")).to_be_visible()
        [result] = each.last_heard("question")["question"]["results"]
        assert sorted(map(str, result["curves"])) == sorted(map(str, drawn))
        for name, numbers in zip(("low", "median", "high"), quartiles, strict=True):
            assert np.array(result[name], float)[known] == pytest.approx(numbers)


def the_true_curve_is_drawn(lecture: Lecture) -> None:
    before = {each: pixels(each) for each in (lecture.lecturer, *lecture.students)}
    at = lecture.lecturer.read("state.frame.iteration")
    lecture.lecturer.press("Reveal")
    for each, picture in before.items():
        expect(questions(each).get_by_text("The median is")).to_be_visible()
        assert each.last_heard("question")["question"]["truth"] == norms(computed(SMALL, at))
        each.drawn()
        assert pixels(each) != picture
        expect(each.page.locator("#gradient-flow")).to_be_visible()


def a_student_s_view_is_shown_to_all(lecture: Lecture) -> None:
    """It is put on the lecturer's page, which everybody sees; then she goes back to her run."""
    lecturer, alone = lecture.lecturer, lecture.alone
    lecturer.press("Done")
    alone.press("Source")
    alone.press("Offer my view")
    lecturer.press("1 from the class")
    questions(lecturer).get_by_role("button", name="Show on the projector").click()
    at, theirs = alone.read("state.frame.iteration"), alone.read(LOSSES)
    shown = f"state.recipe.tweaks.length === 1 && state.frame?.iteration === {at}"
    lecturer.wait(f"{shown} && state.view.flow === 'source'")
    assert lecturer.read(LOSSES) == theirs
    follower = lecture.phones[0]
    follower.wait(f"{shown} && state.view.flow === 'source'")
    assert follower.read(LOSSES) == theirs
    expect(questions(lecturer)).to_be_hidden()


def the_lecturer_has_her_run_again(lecture: Lecture, at: int) -> None:
    lecture.lecturer.press("Back to my run")
    back = f"state.recipe.tweaks.length === 0 && state.frame?.iteration === {at}"
    for each in (lecture.lecturer, *lecture.students):
        if each is not lecture.alone:
            each.wait(back)
            assert each.read(LOSSES) == losses(computed(SMALL, at))


def one_comes_back(lecture: Lecture, at: int) -> None:
    lecture.alone.press("Back to the class")
    lecture.alone.wait(f"state.recipe.tweaks.length === 0 && state.frame?.iteration === {at}")
    assert lecture.alone.read(LOSSES) == losses(computed(SMALL, at))
    says(lecture.lecturer, "8 students")


def all_are_kept_together(lecture: Lecture) -> int:
    lecture.lecturer.press("Keep together")
    for each in lecture.students:
        expect(each.button("Go on alone")).to_be_disabled()
    return lecture.room.step(*lecture.students)


def all_keep_the_run(lecture: Lecture, at: int) -> None:
    lecture.end()
    frame = computed(SMALL, at)
    for each in lecture.students:
        says(each, "The class is over. This run is yours now.")
        each.wait("state.connection === 'open' && state.run === 'paused'")
        each.wait(f"state.heading === null && state.frame?.iteration === {at}")
        assert each.read(LOSSES) == losses(frame)
        assert fits(each)
    says(lecture.lecturer, "The class is over.")
    # Each has a run of its own.
    step_alone(lecture.slow)
    step_alone(lecture.phones[0])
    assert lecture.slow.read(LOSSES) == losses(computed(SMALL, at + 1))
    assert lecture.phones[1].read("state.frame.iteration") == at


def test_a_lecture_with_eight_students(lecture: Lecture) -> None:
    at = all_follow(lecture)
    one_goes_on_alone(lecture, at)
    drawn = all_draw(lecture)
    all_see_what_the_class_drew(lecture, drawn)
    the_true_curve_is_drawn(lecture)
    at = lecture.lecturer.read("state.frame.iteration")
    a_student_s_view_is_shown_to_all(lecture)
    the_lecturer_has_her_run_again(lecture, at)
    one_comes_back(lecture, at)
    at = all_are_kept_together(lecture)
    all_keep_the_run(lecture, at)
    for each in (lecture.lecturer, *lecture.students):
        assert each.complaints == []
