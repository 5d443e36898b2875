"""A class in real browsers: it begins, all see what the lecturer sees, and nothing ends it."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import WebSocketRoute, expect

from tests.browser.classroom import (
    LOSSES,
    PHONE,
    SMALL,
    ClassRoom,
    fits,
    questions,
    says,
    taken,
)
from tests.browser.lab import Lab
from tests.browser.server import Server


def test_a_class_goes_on_with_the_run_and_says_how_to_join(lab: Lab) -> None:
    lab.open(SMALL)
    for at in (1, 2, 3):
        lab.press("Step")
        lab.wait_for_iteration(at)
    before = lab.line(0)
    lab.press("Start a class")
    lab.page.wait_for_url("**/room/**")
    lab.wait_for_iteration(3)
    assert lab.read("state.frame.iteration") == 3
    assert lab.line(0) == before
    says(lab, "Nobody has joined yet.")
    lab.press("How students join")
    dialog = lab.page.get_by_role("dialog", name="Join the class")
    expect(dialog.get_by_role("img", name="QR code")).to_be_visible()
    lab.wait_until("document.querySelector('.class-code').naturalWidth > 100")
    expect(dialog).to_contain_text("unrolled class")
    address = lab.page.url.split("#")[0].removeprefix("http://")
    assert address in (dialog.text_content() or "")


def test_everybody_sees_the_lecturer_s_run_panels_cursor_and_time_machine(room: ClassRoom) -> None:
    student = room.student()
    room.lecturer.press("Source")
    room.step(student, times=2)
    # Who comes late is where the class is.
    phone = room.student(**PHONE)
    phone.wait("state.frame.iteration === 2 && state.view.flow === 'source'")
    assert phone.read("state.history.length") == 3
    room.step(student, phone)
    for each in (student, phone):
        assert each.read("[...state.history.iteration.data.slice(0, 4)]") == [0, 1, 2, 3]
        assert each.read(LOSSES) == room.lecturer.read(LOSSES)
    room.lecturer.press("Spectrum")
    room.lecturer.page.locator("body").click(position={"x": 5, "y": 400})
    room.lecturer.page.keyboard.press("ArrowRight")
    for each in (student, phone):
        each.wait("state.view.flow === 'spectrum' && state.cursor.t === 0")
    room.lecturer.page.get_by_role("button", name="Earlier").first.click()
    past = room.lecturer.read("state.past")
    assert past is not None
    for each in (student, phone):
        each.wait(f"state.past === {past} && state.frame.iteration === {past}")
        assert fits(each)


def test_a_class_that_is_slow_to_answer_keeps_its_run(
    room: ClassRoom, new_lab: Callable[..., Lab]
) -> None:
    room.step(times=2)
    room.lecturer.page.goto("about:blank")
    again = new_lab(new=True, reduced_motion="reduce")

    held: list[tuple[WebSocketRoute, str | bytes]] = []

    def hold(connection: WebSocketRoute) -> None:
        server = connection.connect_to_server()
        server.on_message(
            lambda message: (
                connection.send(message) if answers else held.append((connection, message))
            )
        )

    answers = False
    again.page.route_web_socket("**/api/room/**", hold)
    again.page.goto(room.url)
    again.wait_until("globalThis.unrolled !== undefined")
    again.page.wait_for_timeout(3500)
    assert again.read("state.frame") is None
    # What comes meanwhile waits behind what came before it.
    while held:
        connection, message = held.pop(0)
        connection.send(message)
    answers = True
    again.wait("state.frame !== null")
    assert again.read("state.frame.iteration") == 2


def kept_in(folder: Path, text: bytes, lab: Lab) -> None:
    """Wait until a file of the folder holds a text."""

    def holds(file: Path) -> bool:
        # SQLite's journal comes and goes.
        with suppress(FileNotFoundError):
            return text in file.read_bytes()
        return False

    lab.wait_for(lambda: any(holds(file) for file in folder.iterdir()))


def test_a_class_and_its_vote_outlive_the_server(
    tmp_path: Path, new_lab: Callable[..., Lab]
) -> None:
    server = Server(state=str(tmp_path / "classes.sqlite"))
    server.start()
    try:
        room = ClassRoom(new_lab, server.url)
        student = room.student()
        room.step(student, times=3)
        room.ask("Does clipping help?")
        options = student.page.get_by_role("radio")
        options.nth(0).check()
        taken(student)
        kept_in(tmp_path, b"Clipping by norm", student)
        student.page.wait_for_timeout(1500)  # it is kept once a second
        server.kill()
        student.wait("state.connection !== 'open'")
        # An answer that is given meanwhile arrives.
        options.nth(1).check()
        waits = "It is sent as soon as the class is there again."
        expect(questions(student).get_by_text(waits)).to_be_visible()
        server.start()
        for each in (room.lecturer, student):
            each.wait("state.connection === 'open' && state.frame.iteration === 3")
        taken(student)
        expect(options.nth(1)).to_be_checked()
        expect(room.lecturer.button("End the class")).to_be_enabled()  # her page is there too
        expect(questions(room.lecturer).get_by_text("1 of 1 have answered")).to_be_visible()
        room.lecturer.press("Close the vote")
        expect(questions(room.lecturer).locator(".vote-count")).to_have_text(
            ["0 · 0 %", "1 · 100 %", "0 · 0 %"]
        )
        room.step(student)
        assert student.read("state.history.length") == 5
    finally:
        server.stop()
