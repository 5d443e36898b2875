"""What the page does when something goes wrong."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab
from tests.browser.proxy import Proxy
from tests.browser.server import Server

EXPLODES = {
    "task": {"seq_len": 60},
    "batch_size": 8,
    "base": {"hidden_size": 16, "clip": "none", "optimizer": "sgd", "learning_rate": 1.0},
    "lanes": [
        {"cell": "rnn", "nonlinearity": "relu", "spectral_radius": 6.0},
        {"cell": "gru", "learning_rate": 0.01},
    ],
}

SMALL = {"task": {"seq_len": 12}, "batch_size": 4, "base": {"hidden_size": 5}}


@pytest.fixture
def mortal() -> Iterator[Server]:
    server = Server()
    server.start()
    yield server
    server.stop()


def test_a_run_that_explodes_leaves_the_page_alive(lab: Lab) -> None:
    lab.open(EXPLODES)
    lab.button("Play").click()
    lab.wait("state.frame.arrays['0/diverged'].data[0] === 1")
    notice = lab.page.get_by_role("log").get_by_text("RNN ReLU diverged at iteration")
    expect(notice).to_be_visible()
    expect(notice).to_contain_text("Change its learning rate or clipping")
    stood = lab.read("state.frame.iteration")
    lab.wait_for_iteration(stood + 20)
    assert lab.read("state.frame.arrays['1/diverged'].data[0]") == 0
    lab.button("Dismiss").click()
    expect(notice).to_have_count(0)
    lab.wait_for_iteration(lab.read("state.frame.iteration") + 3)
    expect(notice).to_have_count(0)
    assert lab.complaints == []


def test_a_tweak_or_reset_brings_a_diverged_lane_back(lab: Lab) -> None:
    lab.open(EXPLODES)
    lab.button("Play").click()
    lab.wait("state.frame.arrays['0/diverged'].data[0] === 1")
    notice = lab.page.get_by_role("log").get_by_text("RNN ReLU diverged at iteration")
    expect(notice).to_be_visible()
    # Clipped before anything else: one update without it, and the lane is lost again.
    lab.field("Clip gradients").select_option("norm")
    lab.field("Learning rate").fill("0.001")
    lab.wait("state.frame.arrays['0/diverged'].data[0] === 0")
    expect(notice).to_have_count(0)
    lab.button("Reset").click()
    lab.wait("state.frame.iteration === 0")
    lab.button("Step").click()
    lab.wait_for_iteration(1)
    assert lab.read("state.frame.arrays['0/diverged'].data[0]") == 0


def test_a_killed_server_is_missed_and_the_run_resumed(
    mortal: Server, new_lab: Callable[..., Lab]
) -> None:
    lab = new_lab(mortal.url)
    lab.open(SMALL)
    lab.button("Play").click()
    lab.wait_for_iteration(20)
    lab.field("Learning rate").fill("0.02")
    lab.wait("state.recipe.tweaks.length === 1")
    stood, line = lab.rest(), lab.line(0)
    recipe = lab.read("state.recipe")
    losses = lab.read("Array.from(state.history.lanes[1].loss.data.subarray(0, 20))")

    mortal.kill()
    expect(lab.page.get_by_role("log")).to_contain_text("Connection lost")
    expect(lab.status()).to_contain_text("connection lost")
    mortal.start()
    lab.wait("state.connection === 'open' && state.run === 'paused'")
    expect(lab.page.get_by_role("log")).not_to_contain_text("Connection lost")
    assert lab.read("state.frame.iteration") == stood
    assert lab.line(0) == line
    assert lab.read("state.recipe") == recipe
    assert lab.read("Array.from(state.history.lanes[1].loss.data.subarray(0, 20))") == losses
    assert lab.read("state.history.length") == stood + 1
    assert lab.messages("start")[-1]["at"] == stood


def test_a_run_that_played_plays_on_after_a_crash(
    mortal: Server, new_lab: Callable[..., Lab]
) -> None:
    lab = new_lab(mortal.url)
    lab.open(SMALL)
    lab.button("Play").click()
    lab.wait_for_iteration(10)
    mortal.kill()
    lab.wait("state.connection === 'lost'")
    stood = lab.read("state.frame.iteration")
    mortal.start()
    lab.wait_for_iteration(stood + 10)
    expect(lab.button("Play")).to_have_attribute("aria-pressed", "true")
    assert lab.read("state.run") == "playing"
    assert lab.read(
        "state.history.iteration.data.subarray(0, state.history.length)"
        ".every((iteration, index) => iteration === index)"
    )


def test_what_is_changed_while_the_server_is_away_is_not_lost(
    mortal: Server, new_lab: Callable[..., Lab]
) -> None:
    lab = new_lab(mortal.url)
    lab.open(SMALL)
    mortal.kill()
    lab.wait("state.connection !== 'open'")
    lab.field("Clip threshold").fill("0.5")
    expect(lab.button("Try now")).to_be_visible()
    mortal.start()
    # The button is gone where the page has tried by itself already.
    lab.page.evaluate(
        "[...document.querySelectorAll('#notices button')]"
        ".find(({ textContent }) => textContent === 'Try now')?.click()"
    )
    lab.wait("state.recipe.tweaks.length === 1")
    assert lab.read("state.recipe.tweaks[0].changes") == {"clip_threshold": 0.5}


def test_a_view_that_cannot_draw_does_not_stop_the_others(lab: Lab) -> None:
    lab.open(SMALL)
    lab.page.evaluate(
        """() => {
          const canvas = document.getElementById("inside-cell").querySelector("canvas");
          const broken = () => { throw new Error("a broken canvas"); };
          canvas.getContext("2d").setTransform = broken;
        }"""
    )
    lab.button("Play").click()
    lab.wait_for_iteration(20)
    assert lab.failures != []
    assert all("a broken canvas" in failure for failure in lab.failures)
    assert len(lab.failures) == 1
    lab.failures.clear()


@pytest.fixture
def proxies() -> Iterator[tuple[Proxy, Proxy]]:
    proxies = Proxy(), Proxy()
    yield proxies
    for proxy in proxies:
        proxy.stop()


def test_a_connection_that_dies_unnoticed_is_missed_within_ten_seconds(
    proxies: tuple[Proxy, Proxy], new_lab: Callable[..., Lab]
) -> None:
    rests, plays = (
        new_lab(new=True, reduced_motion="reduce", **proxy.options) for proxy in proxies
    )
    behind = dict(zip((rests, plays), proxies, strict=True))
    stood: dict[Lab, int] = {}
    for lab in behind:
        lab.open(SMALL)
        lab.button("Play").click()
        lab.wait_for_iteration(20)
        stood[lab] = lab.rest() if lab is rests else lab.read("state.frame.iteration")
    for proxy in proxies:
        proxy.swallows = True
    began = time.monotonic()
    unaware = set(behind)
    while unaware:
        assert time.monotonic() - began < 10
        for lab in list(unaware):
            if "Connection lost" in (lab.page.get_by_role("log").text_content() or ""):
                behind[lab].swallows = False  # what is asked next is answered
                unaware.remove(lab)
        rests.page.wait_for_timeout(20)
    for lab, iteration in stood.items():
        ends = "paused" if lab is rests else "playing"
        lab.wait(f"state.connection === 'open' && state.run === '{ends}'")
        lab.wait("state.heading === null")
        assert lab.read("state.frame.iteration") >= iteration
        expect(lab.page.get_by_role("log")).not_to_contain_text("Connection lost")


def test_a_connection_that_lives_is_left_alone_however_long_a_run_is_paused(lab: Lab) -> None:
    lab.open(SMALL)
    lab.page.evaluate(
        """() => {
          globalThis.opened = 0;
          const { WebSocket } = globalThis;
          globalThis.WebSocket = class extends WebSocket {
            constructor(...given) { super(...given); globalThis.opened += 1; }
          };
        }"""
    )
    lab.page.wait_for_timeout(12_000)
    assert lab.read("state.connection") == "open"
    assert lab.page.evaluate("opened") == 0
    lab.button("Step").click()
    lab.wait("state.frame.iteration === 1")


def paste(lab: Lab, text: str) -> None:
    """Put a text into the field of one's own text, as a paste does."""
    lab.field("Your own text").evaluate(
        """(field, text) => {
          field.value = text;
          field.dispatchEvent(new InputEvent("input", { inputType: "insertFromPaste" }));
        }""",
        text,
    )


NEXT_CHARACTER = {
    "task": {"name": "next_char", "seq_len": 10},
    "batch_size": 4,
    "base": {"hidden_size": 5},
    "lanes": [{"cell": "gru"}],
}


def complaint(lab: Lab) -> Any:
    return lab.page.locator('[data-path="task.text"] .error')


def test_a_text_that_is_longer_than_the_server_reads_is_refused_at_its_field(lab: Lab) -> None:
    lab.open(NEXT_CHARACTER)
    lab.button("Step").click()
    lab.wait("state.frame.iteration === 1")
    starts = len(lab.messages("start"))
    paste(lab, "the quick fox " * 18_800)  # 263,200 characters
    expect(complaint(lab)).to_contain_text("Your own text is too long: the whole message would")
    expect(complaint(lab)).to_contain_text("reads at most 262,144; still running with")
    assert lab.read("state.connection") == "open"
    assert len(lab.messages("start")) == starts
    lab.button("Step").click()
    lab.wait("state.frame.iteration === 2")
    paste(lab, "the quick brown fox " * 3)
    lab.wait("state.recipe.task.text?.startsWith('the quick brown') && state.frame !== null")
    expect(complaint(lab)).to_be_hidden()


def test_a_text_that_is_too_long_for_the_task_is_refused_at_its_field(lab: Lab) -> None:
    lab.open(NEXT_CHARACTER)
    paste(lab, "the quick fox " * 1000)
    expect(complaint(lab)).to_contain_text("Your own text needs text of at most 10,000 characters")
    assert lab.read("state.connection") == "open"


def test_half_a_character_is_refused_at_its_field_and_forgotten_with_a_good_text(
    mortal: Server, new_lab: Callable[..., Lab]
) -> None:
    lab = new_lab(mortal.url)
    lab.open(NEXT_CHARACTER)
    # Playwright would mend it on the way.
    lab.field("Your own text").evaluate(
        """(field) => {
          field.value = "ab\\ud83dcd ef ".repeat(12);
          field.dispatchEvent(new InputEvent("input", { inputType: "insertFromPaste" }));
        }"""
    )
    expect(complaint(lab)).to_have_text(
        "Your own text is not whole: its character 3 is half of a pair (U+D83D); "
        "it must be text of whole characters; still running with none."
    )
    expect(lab.page.locator(".notice.problem")).to_have_count(0)
    paste(lab, "a good text, and another one " * 3)
    lab.wait("state.recipe.task.text?.startsWith('a good') && state.frame !== null")
    expect(complaint(lab)).to_be_hidden()
    lab.button("Play").click()
    lab.wait_for_iteration(40)
    stood = lab.rest()
    mortal.kill()
    lab.wait("state.connection === 'lost'")
    mortal.start()
    lab.wait("state.connection === 'open' && state.run === 'paused'")
    assert lab.read("state.frame.iteration") == stood
    assert lab.messages("start")[-1]["at"] == stood


def test_a_refused_start_leaves_a_run_that_plays_playing(lab: Lab) -> None:
    lab.open(SMALL)
    lab.button("Play").click()
    lab.wait_for_iteration(5)
    lab.field("Batch size B").fill("0")
    lab.page.keyboard.press("Enter")
    expect(lab.page.locator('[data-path="batch_size"] .error')).to_contain_text("Batch size B")
    stood = lab.read("state.frame.iteration")
    lab.wait_for_iteration(stood + 20)
    expect(lab.button("Play")).to_have_attribute("aria-pressed", "true")
    lab.button("Reset").click()
    lab.wait("state.frame.iteration === 0 && state.run === 'paused'")


def test_a_page_whose_link_is_no_longer_valid_says_so_until_it_is(
    new_lab: Callable[..., Lab],
) -> None:
    server = Server(token="first-" + 20 * "x")
    server.start()
    try:
        lab = new_lab(server.url)
        lab.open(at=f"{server.url}?token=first-{20 * 'x'}")
        server.kill()
        server.set(token="other-" + 20 * "x")
        server.start()
        notice = lab.page.get_by_text("This page is not let in any more.")
        expect(notice).to_contain_text("Open the link that the lecturer gave you")
        expect(lab.status()).to_contain_text("not let in")
        # The link is opened in another tab: this one goes on by itself.
        tab = lab.page.context.new_page()
        tab.goto(f"{server.url}?token=other-{20 * 'x'}")
        tab.close()
        expect(notice).to_have_count(0)
        lab.wait("state.connection === 'open'")
    finally:
        server.stop()
