"""Lessons in a real browser: each is solved by the page alone, and no step is given for nothing."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, expect

from app.lessons.library import Library, own_folder
from tests.browser.lab import Lab
from tests.browser.test_access import complaints

LESSONS = Library(own_folder()).lessons
PHONE = {"width": 390, "height": 844}


def region(lab: Lab) -> Locator:
    return lab.page.get_by_role("region", name="Lesson", exact=True)


def begin(lab: Lab, title: str) -> None:
    lab.button("Lessons").click()
    region(lab).get_by_role("button", name=title.replace("_", "")).click()
    lab.wait("state.view.lesson !== null && state.frame !== null && state.heading === null")


def step(lab: Lab, number: int) -> Locator:
    return region(lab).locator(".lesson-step").nth(number)


def reason(part: Locator) -> str:
    """Why the chosen option is right, or wrong, as HTML."""
    return part.locator(".lesson-verdict > :last-child").inner_html()


def stray(lab: Lab, *, back: bool = False) -> None:
    """Change what no lesson asks for, the learning rate, by its field; or change it back."""
    entry = lab.page.locator('[data-path="base.learning_rate"] .entry')
    now = lab.read("state.form.base.learning_rate")
    wanted = now / 1.25 if back else now * 1.25
    entry.fill(f"{wanted:.6g}")
    entry.press("Enter")
    lab.wait(f"Math.abs(state.form.base.learning_rate / {wanted} - 1) < 1e-4")
    lab.wait("state.drafts.size === 0 && state.heading === null && state.frame !== null")


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=lambda lesson: lesson.name)
def test_each_is_solved_by_the_page_and_refuses_what_is_wrong(lab: Lab, lesson: Any) -> None:
    lab.page.emulate_media(reduced_motion="reduce")
    lab.open()
    begin(lab, lesson.title)
    for number, each in enumerate(lesson.steps):
        part = step(lab, number)
        expect(part).to_have_attribute("aria-current", "step")
        # What the page shows before anything is done ends no step.
        lab.page.wait_for_timeout(400)
        expect(part).to_have_attribute("data-is", "due")
        [question] = [check for check in each.checks if check["kind"] == "question"] or [None]
        if question is None:
            stray(lab)
            lab.page.wait_for_timeout(400)
            expect(part).to_have_attribute("data-is", "due")
            if not any(check["kind"] == "same" for check in each.checks):
                stray(lab, back=True)
            part.get_by_role("button", name="Show me").click()
        else:
            options = part.get_by_role("radio")
            wrong = (question["answer"] + 1) % len(question["options"])
            options.nth(wrong).check()
            verdict = part.locator(".lesson-verdict")
            expect(verdict).to_contain_text("Not that one.")
            assert reason(part) == question["reasons"][wrong]
            expect(part).to_have_attribute("data-is", "due")
            options.nth(question["answer"]).check()
            expect(verdict).to_contain_text("Right.")
            assert reason(part) == question["reasons"][question["answer"]]
        expect(part).to_have_attribute("data-is", "done", timeout=60_000)
    expect(region(lab).get_by_role("button", name="Next lesson")).to_be_visible()
    expect(region(lab).locator(".lesson-conclusion")).to_be_visible()
    assert region(lab).locator(".lesson-conclusion").inner_html() == lesson.end


def test_a_lesson_begins_with_the_usual_view_and_the_list_with_the_first(lab: Lab) -> None:
    view = quote(json.dumps({"flow": "spectrum", "story": "landscape", "diagnosis": True}))
    lab.open(at=f"{lab.url}#view={view}")
    begin(lab, LESSONS["diagnosis"].title)
    now = [lab.read(f"state.view.{name}") for name in ("flow", "story", "diagnosis")]
    assert now == ["norms", "curves", False]
    body = region(lab).locator(".lesson-body")
    body.evaluate("element => element.scrollTo(0, element.scrollHeight)")
    assert body.evaluate("element => element.scrollTop") > 0
    lab.button("All lessons").click()
    expect(region(lab).get_by_role("button", name="The first minute")).to_be_in_viewport()
    assert body.evaluate("element => element.scrollTop") == 0


def test_the_first_visit_offers_a_minute_and_no_later_one(new_lab: Callable[..., Lab]) -> None:
    lab = new_lab(new=True)
    lab.open()
    offer = lab.page.get_by_role("note", name="First visit")
    expect(offer).to_be_visible()
    offer.get_by_role("button", name="Show me").click()
    expect(region(lab).get_by_role("heading", name="The first minute")).to_be_visible()
    lab.open()
    expect(offer).to_be_hidden()


def test_who_wants_no_lesson_is_not_asked_again(new_lab: Callable[..., Lab]) -> None:
    lab = new_lab(new=True)
    lab.open()
    lab.button("No, thanks").click()
    expect(lab.page.get_by_role("note", name="First visit")).to_be_hidden()
    lab.open()
    expect(lab.page.get_by_role("note", name="First visit")).to_be_hidden()


def test_a_link_leads_to_the_step_and_progress_stays_in_the_browser(lab: Lab) -> None:
    lab.open()
    begin(lab, LESSONS["cell_state"].title)
    step(lab, 0).get_by_role("button", name="Show me").click()
    expect(step(lab, 0)).to_have_attribute("data-is", "done")
    link = lab.page.evaluate("unrolled.link()")
    lab.page.goto("about:blank")
    lab.open(at=link)
    expect(step(lab, 1)).to_have_attribute("aria-current", "step")
    expect(step(lab, 0)).to_have_attribute("data-is", "done")
    lab.page.keyboard.press("Tab")
    region(lab).get_by_role("button", name="Close the lesson").click()
    expect(region(lab)).to_be_hidden()
    expect(lab.button("Lessons")).to_be_focused()


@pytest.mark.parametrize(
    "viewport", [{"width": 1366, "height": 768}, PHONE], ids=["laptop", "phone"]
)
def test_a_lesson_stands_beside_the_lab_and_axe_finds_nothing(
    new_lab: Callable[..., Lab], viewport: dict[str, int]
) -> None:
    lab = new_lab(viewport=viewport)
    lab.open()
    begin(lab, LESSONS["vanishing"].title)
    lab.drawn()
    box = region(lab).bounding_box()
    assert box is not None
    panels = lab.page.locator(".bench > .panel")
    if viewport is not PHONE:
        for panel in panels.all():
            place = panel.bounding_box()
            assert place is not None
            assert place["x"] + place["width"] <= box["x"]
    else:
        transport = lab.page.locator("#transport").bounding_box()
        assert transport is not None
        assert box["y"] + box["height"] <= transport["y"] + 1
        assert box["height"] < 0.5 * PHONE["height"]
    assert lab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # Nor does a button that is on its way to another colour count.
    lab.wait_until("document.getAnimations().length === 0")
    assert complaints(lab) == []


def test_on_a_phone_a_step_brings_up_what_it_is_about(new_lab: Callable[..., Lab]) -> None:
    lab = new_lab(viewport=PHONE, reduced_motion="reduce")
    lab.open()
    begin(lab, LESSONS["truncation"].title)

    def in_sight(place: Locator) -> None:
        top, bottom = (lab.page.locator(each).bounding_box() for each in ("header.bar", "#lesson"))
        assert top is not None
        assert bottom is not None
        lab.wait_until(
            "document.scrollingElement.scrollTop > 0 && !document.getAnimations().length"
        )
        box = place.bounding_box()
        assert box is not None
        assert top["y"] + top["height"] <= box["y"]
        assert box["y"] + min(box["height"], 100) <= bottom["y"]

    in_sight(lab.field("Truncate BPTT after"))
    step(lab, 0).get_by_role("button", name="Show me").click()
    expect(step(lab, 0)).to_have_attribute("data-is", "done")
    in_sight(lab.region("Gradient flow"))


def test_what_a_step_is_about_is_on_the_page(lab: Lab) -> None:
    lab.open()
    for each in LESSONS.values():
        for place in {step.see for step in each.steps} - {None}:
            known = lab.page.locator(f'[id="{place}"], [data-path="{place}"]')
            assert known.count() >= 1, (each.name, place)


def test_lessons_that_can_not_be_loaded_say_so_and_come_when_asked_again(lab: Lab) -> None:
    lab.open()
    away = "**/api/lessons*"
    lab.page.route(away, lambda route: route.abort())
    lab.button("Lessons").click()
    missing = region(lab).get_by_role("alert")
    expect(missing).to_contain_text("The lessons could not be loaded")
    lab.page.unroute(away)
    missing.get_by_role("button", name="Try again").click()
    expect(region(lab).get_by_role("button", name="The first minute")).to_be_visible()
    lab.page.route("**/api/lessons/*", lambda route: route.abort())
    region(lab).get_by_role("button", name="The first minute").click()
    expect(missing).to_contain_text("This lesson could not be loaded")
    lab.page.unroute("**/api/lessons/*")
    missing.get_by_role("button", name="Try again").click()
    expect(region(lab).get_by_role("heading", name="The first minute")).to_be_visible()
