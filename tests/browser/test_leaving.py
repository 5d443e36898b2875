"""A class that students leave and come back to, and what they keep of it."""

from playwright.sync_api import expect

from tests.browser.classroom import LOSSES, PHONE, ClassRoom, fits, go_alone, says, step_alone
from tests.browser.lab import Lab
from tests.browser.tabs import DESKTOP

FOLLOWS = "You follow the class. Go on alone to try things yourself."
TOGETHER = "The lecturer keeps everybody together now."
PROJECTOR = {"width": 1920, "height": 1080}


def is_locked(lab: Lab) -> bool:
    """Return whether what belongs to the class's run can't be used."""
    inert = [lab.page.locator(part).evaluate("each => each.inert") for part in LOCKED]
    assert len(set(inert)) == 1
    return bool(inert[0])


LOCKED = ("#transport", "#controls")


def test_alone_a_student_goes_on_from_this_moment_and_comes_back(room: ClassRoom) -> None:
    lecturer, student = room.lecturer, room.student()
    at = room.step(student, times=3)
    # What belongs to the class can't be used by who follows ...
    assert is_locked(student)
    for key in (" ", "s", "r", "Control+z"):
        student.page.keyboard.press(key)
    at = room.step(student)
    assert not student.messages("start")
    assert not student.messages("step")
    assert lecturer.read("state.run") == "paused"
    go_alone(student, at)
    assert not is_locked(student)
    assert student.line(0) == lecturer.line(0)
    expect(student.button("Back to the class")).to_be_focused()
    step_alone(student)
    # ... and what belongs to the student's own concerns nobody else.
    assert lecturer.read("state.frame.iteration") == at
    room.step()
    assert student.read(LOSSES) == lecturer.read(LOSSES)
    now = room.step(times=3)
    says(lecturer, "1 student · 1 alone")
    assert student.read("state.frame.iteration") == at + 1
    student.press("Back to the class")
    student.wait(f"state.frame.iteration === {now}")
    assert student.line(0) == lecturer.line(0)
    assert is_locked(student)
    says(student, FOLLOWS)
    says(lecturer, "1 student")
    expect(student.button("Go on alone")).to_be_focused()
    room.step(student)


def test_kept_together_students_come_back_and_at_the_end_they_keep_the_run(
    room: ClassRoom,
) -> None:
    lecturer, student = room.lecturer, room.student()
    go_alone(student, room.step(student))
    lecturer.press("Keep together")
    says(student, TOGETHER)
    alone = student.button("Go on alone")
    expect(alone).to_be_disabled()
    expect(alone).to_have_accessible_description(TOGETHER)  # so that one learns why
    room.step(student)
    lecturer.press("Keep together")
    expect(alone).to_be_enabled()
    at = room.step(student)
    before = student.line(0)
    lecturer.page.once("dialog", lambda dialog: dialog.accept())
    lecturer.press("End the class")
    says(student, "The class is over. This run is yours now.")
    says(lecturer, "The class is over.")
    student.wait("state.run === 'paused' && state.heading === null")
    student.wait(f"state.connection === 'open' && state.frame.iteration === {at}")
    assert student.line(0) == before
    step_alone(student)
    # Nothing is left that would not work.
    expect(lecturer.region("Class").get_by_role("button")).to_have_count(0)
    expect(lecturer.region("Class").get_by_role("link")).to_have_count(0)
    expect(student.region("Class").get_by_role("button")).to_have_count(1)
    expect(student.button("Copy my run\u2019s link")).to_be_visible()


def test_the_bar_of_a_class_fits(room: ClassRoom) -> None:
    lecturer, student = room.lecturer, room.student(viewport=PHONE["viewport"])
    go_alone(student, room.step(student))
    for viewport in (PHONE["viewport"], DESKTOP, PROJECTOR):
        for lab in (student, lecturer):
            lab.page.set_viewport_size(viewport)
            for scheme in ("light", "dark"):
                lab.page.emulate_media(color_scheme=scheme)
                lab.wait(f"state.theme === '{scheme}'")
                lab.drawn()
                assert fits(lab)
                buttons = lab.region("Class").get_by_role("button").all()
                assert len(buttons) >= 2
                for each in buttons:
                    box = each.bounding_box()
                    assert box is not None
                    assert box["x"] >= 0
                    assert box["x"] + box["width"] <= viewport["width"]
