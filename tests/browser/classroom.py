"""A class in real browsers: a lecturer's page, those of students, and what is done in them."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from playwright.sync_api import Locator, expect

from tests.browser.lab import Lab, fragment

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}
SMALL = {"task": {"seq_len": 12}, "batch_size": 4, "base": {"hidden_size": 6}}
LOSSES = "state.lanes.map((_, lane) => state.frame.arrays[`${lane}/loss`].data[0])"
TAKEN = "Taken. You can change it until the vote is closed."


class ClassRoom:
    """One lecturer's page, and those of students as they come.

    Nothing moves in them by itself: the sweeps of several pages at once would take all the time
    of a processor.

    Parameters
    ----------
    new_lab : callable
        Makes pages.
    url : str, optional
        Of a server other than the tests' usual one.
    **options
        Of the lecturer's page.

    Attributes
    ----------
    lecturer : Lab
        Her page; shows the first frame of a paused run of three lanes.
    url : str
        Where it is, without what follows the `#`.
    """

    def __init__(self, new_lab: Callable[..., Lab], url: str | None = None, **options: Any) -> None:
        self._server = url
        self._new_lab = new_lab
        self.lecturer = self._lab(**options)
        opened = self.lecturer.page.request.post(f"{self.lecturer.url}api/rooms", data={})
        self.url = self.lecturer.url.rstrip("/") + opened.json()["path"]
        self.lecturer.open(at=self.url + fragment(SMALL))

    def _lab(self, **options: Any) -> Lab:
        return self._new_lab(self._server, **{"reduced_motion": "reduce", **options})

    def student(self, **options: Any) -> Lab:
        """Return the page of a student who sees a frame of the class."""
        [student] = self.students(options)
        return student

    def students(self, *options: dict[str, Any]) -> list[Lab]:
        """Return the pages of students who come at the same time."""
        students = [self._lab(**each) for each in options]
        for student in students:
            student.page.goto(f"{self.url}?as=student", wait_until="commit")
        for student in students:
            student.wait("state.frame !== null")
        return students

    def step(self, *students: Lab, times: int = 1) -> int:
        """Advance the class; return the iteration at which it and these students are then."""
        at: int = self.lecturer.read("state.frame.iteration")
        for _ in range(times):
            at += 1
            self.lecturer.press("Step")
            self.all_at(at, *students)
        return at

    def all_at(self, iteration: int, *students: Lab) -> None:
        for each in (self.lecturer, *students):
            each.wait(f"state.frame.iteration === {iteration}")

    def ask(self, ready_made: str) -> None:
        """Put a ready-made question to the class."""
        self.lecturer.press("Ask the class")
        choice = self.lecturer.page.get_by_label("Ready-made questions")
        choice.select_option(label=ready_made)
        questions(self.lecturer).get_by_role("button", name="Put it to the class").click()


def questions(lab: Lab) -> Locator:
    """Return the panel of questions and answers."""
    return lab.region("Questions")


def taken(*labs: Lab) -> None:
    """Wait until the answers of students have arrived."""
    for lab in labs:
        expect(questions(lab).get_by_text(TAKEN)).to_be_visible()


def says(lab: Lab, sentence: str) -> None:
    """Wait until the bar of the class says something."""
    expect(lab.region("Class").get_by_role("status").first).to_have_text(sentence)


def fits(lab: Lab) -> bool:
    """Return whether nothing sticks out of the page to the right."""
    viewport = lab.page.viewport_size
    assert viewport is not None
    wide: int = lab.page.evaluate("document.documentElement.scrollWidth")
    return wide <= viewport["width"]


def go_alone(student: Lab, at: int) -> None:
    """Have a student go on from an iteration of the class in a run of her own."""
    student.press("Go on alone")
    says(student, f"Alone since iteration {at} of the class.")
    student.wait("state.connection === 'open' && state.heading === null")
    student.wait(f"state.run === 'paused' && state.frame.iteration === {at}")


def step_alone(student: Lab) -> int:
    """Advance a student's own run; return where it is then."""
    at: int = student.read("state.frame.iteration") + 1
    student.press("Step")
    student.wait(f"state.frame.iteration === {at}")
    return at


def draw(lab: Lab, *path: tuple[float, float]) -> None:
    """Draw through places that are given as parts of the board's width and height.

    With a finger where the page is a phone's, and else with the mouse.
    """
    area = lab.page.locator(".curve-area")
    area.wait_for()
    lab.drawn()
    box = area.bounding_box()
    assert box is not None
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in path]
    if lab.page.evaluate("navigator.maxTouchPoints > 0"):
        _draw_with_a_finger(lab, places)
        return
    mouse = lab.page.mouse
    mouse.move(*places[0])
    mouse.down()
    for place in places[1:]:
        mouse.move(*place, steps=6)
    mouse.up()


def _draw_with_a_finger(lab: Lab, places: list[tuple[float, float]]) -> None:
    session = lab.page.context.new_cdp_session(lab.page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        at = [{"x": x, "y": y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    touch("touchStart", places[0])
    for (x, y), (to_x, to_y) in pairwise(places):
        for part in range(1, 7):
            touch("touchMove", (x + (to_x - x) * part / 6, y + (to_y - y) * part / 6))
    touch("touchEnd")
    session.detach()
