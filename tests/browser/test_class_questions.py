"""Questions to a class in real browsers: asked, answered, closed, revealed, and asked back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.classroom import (
    PHONE,
    ClassRoom,
    draw,
    fits,
    go_alone,
    questions,
    step_alone,
    taken,
)
from tests.browser.lab import Lab
from tests.browser.tabs import DESKTOP
from tests.browser.test_access import complaints

CLEARED = "What you gave before counts until you give another."


def fill_the_screen(lecturer: Lab) -> None:
    """Show the answers over the whole screen of a projector, and bring them back."""
    lecturer.page.set_viewport_size({"width": 1920, "height": 1080})
    lecturer.press("Show the answers over the whole screen")
    dialog = lecturer.page.get_by_role("dialog", name="Answers of the class")
    expect(dialog).to_be_visible()
    box = dialog.locator(".vote-picture").bounding_box()
    assert box is not None
    assert box["width"] > 1790
    assert box["height"] > 600
    size = dialog.locator(".vote-picture").evaluate("each => getComputedStyle(each).fontSize")
    assert float(size.removesuffix("px")) >= 22
    assert dialog.evaluate("each => each.scrollHeight <= each.clientHeight")
    lecturer.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(questions(lecturer).locator(".vote-picture")).to_be_visible()
    lecturer.page.set_viewport_size({"width": DESKTOP["width"], "height": DESKTOP["height"]})


def test_a_curve_is_drawn_hidden_until_the_vote_is_closed_and_then_revealed(
    room: ClassRoom,
) -> None:
    lecturer = room.lecturer
    student, phone = room.students({}, PHONE)
    room.ask("Draw the way back")
    draw(student, (0.3, 0.5), (0.9, 0.2))
    draw(phone, (0.9, 0.2), (0.3, 0.7))  # the other way
    for each in (lecturer, student, phone):
        expect(each.page.locator("#gradient-flow")).to_be_hidden()
        expect(questions(each).get_by_text("Lane: LSTM")).to_be_visible()
    taken(student, phone)
    for each in (student, phone):
        assert fits(each)
    expect(questions(lecturer).get_by_text("2 of 2 have answered")).to_be_visible()
    assert "results" not in student.last_heard("question")["question"]
    assert lecturer.page.locator(".vote-round").count() == 0
    lecturer.press("Close the vote")
    for each in (lecturer, student, phone):
        expect(questions(each).get_by_text("2 curves.")).to_be_visible()
    fill_the_screen(lecturer)
    lecturer.press("Reveal")
    expect(questions(student).get_by_text("The median is")).to_be_visible()
    for each in (lecturer, student, phone):
        expect(each.page.locator("#gradient-flow")).to_be_visible()
    truth = lecturer.line(lecturer.read("state.watch.lane"))
    assert student.last_heard("question")["question"]["truth"] == pytest.approx(truth)
    assert len(truth) == 13
    questions(phone).get_by_text("As numbers").click()
    expect(questions(phone).get_by_role("columnheader", name="computed")).to_be_visible()
    assert fits(phone)


def test_a_curve_is_drawn_by_keys_alone_and_counts_until_there_is_another(room: ClassRoom) -> None:
    student = room.student()
    room.ask("Draw the way back")
    handles = questions(student).get_by_role("slider")
    expect(handles).to_have_count(7)
    handles.first.focus()
    keys = student.page.keyboard
    keys.press("ArrowUp")  # puts it where the handle waits, amid the axis
    keys.press("ArrowDown")
    keys.press("End")
    keys.press("PageUp")
    keys.press("PageUp")
    keys.press("Shift+ArrowUp")
    taken(student)
    value = student.last_heard("answered")["value"]
    assert (value[0], value[12]) == (-8.5, -2.4)
    assert value[6] == pytest.approx(-5.45, abs=0.01)
    expect(handles.last).to_be_focused()
    assert handles.last.get_attribute("aria-valuetext") == "0.0040"
    # The page's own keys are left alone by it.
    assert student.read("state.cursor.t") is None
    student.press("Clear")
    expect(questions(student).get_by_text(CLEARED)).to_be_visible()
    assert handles.first.get_attribute("aria-valuetext") == "nothing drawn"
    expect(questions(room.lecturer).get_by_text("1 of 1 have answered")).to_be_visible()
    draw(student, (0.3, 0.3), (0.9, 0.2))
    taken(student)
    room.lecturer.press("Close the vote")
    expect(questions(student).get_by_text("1 curve.")).to_be_visible()
    expect(questions(student).get_by_text("your curve", exact=True)).to_be_visible()


def test_students_ask_back_and_offer_what_they_see(room: ClassRoom) -> None:
    lecturer, student = room.lecturer, room.student()
    before = room.step(student)
    student.press("Ask the lecturer")
    line = student.page.get_by_label("Ask the lecturer", exact=True).last
    line.fill("Why?")
    expect(questions(student).get_by_text("276 left")).to_be_visible()
    line.press("Enter")
    sent = "Sent. The lecturer sees it, without a name."
    expect(questions(student).get_by_text(sent)).to_be_visible()
    lecturer.press("1 from the class")
    expect(questions(lecturer).get_by_text("Why?")).to_be_visible()
    # A student's own run, a step further, with another seed and another panel, is shown to all.
    go_alone(student, before)
    student.field("Seed").fill("5")
    student.field("Seed").press("Enter")
    student.wait("state.recipe.seed === 5 && state.frame !== null")
    at = step_alone(student)
    student.press("Spectrum")
    student.press("Offer my view")
    questions(lecturer).get_by_role("button", name="Show on the projector").click()
    lecturer.wait("state.view.flow === 'spectrum' && state.recipe.seed === 5")
    lecturer.wait(f"state.frame.iteration === {at}")
    questions(lecturer).get_by_role("button", name="Done").click()
    expect(questions(lecturer)).to_be_hidden()
    lecturer.press("Back to my run")
    lecturer.wait(f"state.recipe.seed === 0 && state.frame?.iteration === {before}")
    expect(lecturer.button("Back to my run")).to_be_hidden()


def test_axe_finds_nothing_in_a_vote(room: ClassRoom) -> None:
    phone = room.student(**PHONE)

    def accessible() -> None:
        for lab in (room.lecturer, phone):
            for scheme in ("light", "dark"):
                lab.page.emulate_media(color_scheme=scheme)
                lab.wait(f"state.theme === '{scheme}'")
                lab.drawn()
                assert complaints(lab) == []

    room.ask("Draw the way back")
    draw(phone, (0.3, 0.5), (0.9, 0.2))
    taken(phone)
    phone.press("Ask the lecturer")
    room.lecturer.press("Ask the class")
    accessible()
    room.lecturer.press("Close the vote")
    room.lecturer.press("Reveal")
    expect(questions(phone).get_by_text("The median is")).to_be_visible()
    accessible()
    for lab in (room.lecturer, phone):
        assert fits(lab)


def test_a_lessons_question_is_put_to_the_class_with_its_answer(room: ClassRoom) -> None:
    lecturer = room.lecturer
    student = room.student()
    lecturer.press("Lessons")
    lesson = lecturer.page.get_by_role("region", name="Lesson", exact=True)
    lesson.get_by_role("button", name="Unrolling, and BPTT in four phases").click()
    asked = "How often is Whh used in this forward pass?"
    question = lesson.locator(".lesson-question").filter(has_text=asked)
    question.get_by_role("button", name="Put it to the class …").click()
    form = lecturer.page.get_by_role("form", name="A question to the class")
    expect(form.get_by_label("Options")).to_have_value("once\n12 times\n16 times")
    form.get_by_role("button", name="Put it to the class").click()
    questions(student).get_by_label("12 times").check()
    taken(student)
    lecturer.press("Close the vote")
    lecturer.press("Reveal")
    expect(questions(student).get_by_text("1 of 1 chose what is true")).to_be_visible()
    assert student.last_heard("question")["question"]["truth"] == 1
    # Who follows has the lesson at the same step, and puts nothing to anybody.
    own = student.page.get_by_role("region", name="Lesson", exact=True)
    expect(own.locator(".lesson-question").first).to_be_visible()
    expect(own.get_by_role("button", name="Put it to the class …")).to_have_count(0)
