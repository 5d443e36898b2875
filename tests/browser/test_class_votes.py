"""Answers that are changed, given again, counted, or looked at after a reload, in real browsers."""

from __future__ import annotations

import csv
import io

from playwright.sync_api import expect

from tests.browser.classroom import ClassRoom, questions, taken

AGAIN = "This is what you gave before. Change it, or give it again: nothing counts yet."


def test_a_choice_is_changed_kept_through_a_reload_and_counted(room: ClassRoom) -> None:
    lecturer, student = room.lecturer, room.student()
    lecturer.press("Ask the class")
    form = questions(lecturer)
    form.get_by_role("button", name="Put it to the class").click()
    expect(form.get_by_text("Write the question.")).to_be_visible()
    form.get_by_label("Question", exact=True).fill("Which <b>vanishes</b>, h_t or c_t?")
    form.get_by_label("Options").fill("this\n\nthat")
    form.get_by_role("button", name="Put it to the class").click()
    asked = questions(student).locator(".vote-text")
    expect(asked).to_have_text("Which <b>vanishes</b>, ht or ct?")
    assert asked.locator("sub").all_text_contents() == ["t", "t"]
    assert asked.locator("b").count() == 0
    student.page.get_by_label("this", exact=True).check()
    taken(student)
    student.page.get_by_label("that", exact=True).check()
    taken(student)
    student.page.reload()
    expect(student.page.get_by_label("that", exact=True)).to_be_checked()
    lecturer.press("Close the vote")
    expect(questions(student).get_by_text("1 · 100 %")).to_be_visible()
    mine = questions(student).get_by_text("● your answer")
    expect(mine).to_be_visible()
    student.page.reload()
    expect(mine).to_be_visible()
    lecturer.press("Reveal")
    expect(questions(lecturer).get_by_text("Choose the option that is true.")).to_be_visible()
    form.get_by_label("True:").select_option(label="this")
    lecturer.press("Reveal")
    expect(questions(student).get_by_text("0 of 1 chose what is true (0 %).")).to_be_visible()
    lecturer.press("Done")
    expect(questions(student)).to_be_hidden()


def test_after_the_discussion_all_vote_again(room: ClassRoom) -> None:
    lecturer = room.lecturer
    keeps, changes = room.students({}, {})
    room.ask("Does clipping help?")
    for each in (keeps, changes):
        each.page.get_by_role("radio").nth(1).check()
    taken(keeps, changes)
    lecturer.press("Close the vote")
    expect(questions(keeps).get_by_text("2 · 100 %")).to_be_visible()
    lecturer.press("Vote again")
    expect(questions(lecturer).get_by_text("0 of 2 have answered again")).to_be_visible()
    for each in (keeps, changes):
        expect(questions(each).get_by_text(AGAIN)).to_be_visible()
        expect(each.page.get_by_role("radio").nth(1)).to_be_checked()
    keeps.press("Give it again")
    taken(keeps)
    expect(keeps.button("Give it again")).to_be_hidden()
    changes.page.get_by_role("radio").nth(0).check()
    taken(changes)
    lecturer.press("Close the vote")
    counts = questions(lecturer).locator(".vote-round").nth(1).locator(".vote-count")
    expect(counts).to_have_text(["1 · 50 %", "1 · 50 %", "0 · 0 %"])


def test_a_number_is_voted_on_again_after_a_question_that_was_folded_away(room: ClassRoom) -> None:
    lecturer, student = room.lecturer, room.student()
    room.ask("Twice as long")
    expect(student.page.get_by_role("radio")).to_have_count(4)
    student.press("Fold the question away")
    expect(student.page.get_by_role("radio").first).to_be_hidden()
    # A question that comes while another is folded away is seen.
    room.ask("Does clipping help?")
    expect(student.page.get_by_role("radio")).to_have_count(3)
    expect(student.page.get_by_role("radio").first).to_be_visible()
    student.press("Fold the question away")
    room.ask("0.9, a hundred times")
    entry = student.page.get_by_label("Your number")
    entry.fill("1,000")
    entry.press("Enter")
    expect(questions(student).get_by_text("not “1,000”")).to_be_visible()
    entry.fill("-90")
    entry.press("Enter")
    taken(student)
    lecturer.press("Close the vote")
    expect(questions(student).get_by_text("1 answer: median −90.0 decades")).to_be_visible()
    lecturer.press("Vote again")
    asks = questions(student).get_by_role("heading", name="The lecturer asks again")
    expect(asks).to_be_visible()
    student.page.get_by_label("Your number").fill("−4,58")
    student.page.get_by_label("Your number").press("Enter")
    taken(student)
    lecturer.press("Close the vote")
    # What the ready-made question holds to be true stands there already.
    lecturer.press("Reveal")
    expect(questions(student).get_by_text("Before the discussion")).to_be_visible()
    expect(questions(student).get_by_text("The median is 85.4 decades too low.")).to_be_visible()
    expect(questions(student).get_by_text("The median is right.")).to_be_visible()
    with lecturer.page.expect_download() as saved:
        lecturer.page.get_by_role("link", name="Save the record").click()
    rows = list(csv.DictReader(io.StringIO(saved.value.path().read_text())))
    assert [(row["round"], float(row["answer"])) for row in rows] == [("1", -90), ("2", -4.58)]
