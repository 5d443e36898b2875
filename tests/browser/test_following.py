"""Pages of a class that are loaded again, and what a student finds under her thumb."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.classroom import LOSSES, PHONE, ClassRoom, fits, go_alone, says, step_alone
from tests.browser.lab import Lab


def test_a_lecturer_s_reload_brings_the_class_back_to_where_it_was(room: ClassRoom) -> None:
    """Its address is written once in a while, and is behind a run that plays."""
    lecturer, student = room.lecturer, room.student()
    stale = lecturer.page.url
    at = room.step(student, times=4)
    lecturer.region("Gradient flow").get_by_role("button", name="Spectrum").click()
    lecturer.region("Inside the cell").get_by_role("button", name="GRU").click()
    student.wait("state.view.flow === 'spectrum' && state.watch.lane === 2")
    losses = lecturer.read(LOSSES)
    lecturer.page.evaluate(f"history.replaceState(null, '', {stale!r})")
    lecturer.page.reload()
    for each in (lecturer, student):
        each.wait(
            f"state.frame.iteration === {at} && state.run === 'paused'"
            " && state.view.flow === 'spectrum' && state.watch.lane === 2"
            f" && ({LOSSES}).every((loss, lane) => loss === {losses}[lane])"
        )
    at = room.step(student)
    assert student.read("state.history.length") == at + 1
    # And so it does where its address was typed.
    lecturer.page.goto("about:blank")
    lecturer.page.goto(room.url)
    lecturer.wait(f"state.frame.iteration === {at}")
    at = room.step(student)
    assert student.read("state.history.length") == at + 1


def test_a_student_s_reload_keeps_the_run_she_has_alone(
    room: ClassRoom, new_lab: Callable[..., Lab]
) -> None:
    student = room.student()
    at = room.step(student)
    go_alone(student, at)
    for _ in range(2):
        now = step_alone(student)
    losses, mine = student.read(LOSSES), student.line(1)
    student.wait_until(f"location.hash.includes('at={now}')")
    student.page.reload()
    student.wait(f"state.frame.iteration === {now} && state.heading === null")
    assert student.read(LOSSES) == losses
    says(student, f"Alone since iteration {at} of the class.")
    ahead = room.step()
    student.press("Back to the class")
    student.wait(f"state.frame.iteration === {ahead}")
    # The link to the own run is kept, and needs no class.
    student.page.evaluate(
        "() => { document.execCommand = () => false;"
        " Object.defineProperty(navigator, 'clipboard', { value: undefined }); }"
    )
    student.press("Copy my run\u2019s link")
    link = student.page.get_by_label("Link to this run").input_value()
    assert "/room/" not in link
    at_home = new_lab(reduced_motion="reduce")
    at_home.open(at=link)
    at_home.wait(f"state.frame.iteration === {now}")
    assert at_home.line(1) == mine
    # Back in the class she stays there, however often the page is loaded.
    student.page.reload()
    student.wait(f"state.frame.iteration === {ahead}")
    expect(student.button("Go on alone")).to_be_enabled()


def test_the_bar_leaves_a_phone_its_screen_and_its_thumb(room: ClassRoom) -> None:
    student = room.student(**PHONE)
    at = room.step(student)
    bar = student.region("Class").bounding_box()
    assert bar is not None
    assert bar["height"] <= 0.15 * PHONE["viewport"]["height"]
    # The way back is where the way out was: whoever taps twice must not have done something else.
    before = student.button("Go on alone").bounding_box()
    go_alone(student, at)
    expect(student.button("Back to the class")).to_be_visible()
    other = student.button("Copy my run\u2019s link").bounding_box()
    assert before is not None
    assert other is not None
    x, y = before["x"] + before["width"] / 2, before["y"] + before["height"] / 2
    assert not (
        other["x"] <= x <= other["x"] + other["width"]
        and other["y"] <= y <= other["y"] + other["height"]
    )
    assert fits(student)
    student.press("Ask the lecturer")
    asked = student.page.get_by_role("textbox", name="Ask the lecturer")
    # Below 16 px a phone enlarges the page as soon as something is typed.
    assert asked.evaluate("field => parseFloat(getComputedStyle(field).fontSize)") >= 16


def test_a_student_whose_network_was_gone_follows_again(room: ClassRoom) -> None:
    student = room.student()
    room.step(student)
    student.page.context.set_offline(True)
    student.page.evaluate("dispatchEvent(new Event('online'))")
    student.page.context.set_offline(False)
    room.step(student)
    assert not student.messages("start")
