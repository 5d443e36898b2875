"""A number typed key by key means what it says, and never another number on the way."""

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab

SMALL = {"task": {"seq_len": 20}, "batch_size": 8, "base": {"hidden_size": 8}}
PAUSE = 450
"""Milliseconds between two keys of somebody slow: longer than the page waits for the next."""


def typed(lab: Lab, label: str, text: str, delay: float = 20) -> None:
    field = lab.field(label)
    field.click()
    field.press("Control+a")
    field.press_sequentially(text, delay=delay)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1e-3", 0.001),
        ("0.5", 0.5),
        (",5", 0.5),
        ("0,02", 0.02),
        ("1e−2", 0.01),
        ("\uff10\uff0e\uff12", 0.2),  # in full width
    ],
)
def test_a_learning_rate_is_the_number_that_was_typed(lab: Lab, text: str, number: float) -> None:
    # A busy machine may take the first key for a whole number: with 1 in force, that is no news.
    lab.open({**SMALL, "base": {"hidden_size": 8, "learning_rate": 1.0}})
    typed(lab, "Learning rate", text)
    lab.field("Learning rate").press("Enter")
    lab.wait(f"state.form.base.learning_rate === {number} && state.drafts.size === 0")
    # Nothing else was asked for on the way.
    changes = [message["changes"] for message in lab.messages("tweak")]
    assert changes == [{"learning_rate": number}]
    expect(lab.field("Learning rate")).to_have_value(f"{number:g}")


@pytest.mark.parametrize("text", ["1,000", "1/100", "1 00", "1x5", "1 k", "1e"])
def test_what_is_no_number_is_refused_at_its_field(lab: Lab, text: str) -> None:
    lab.open(SMALL)
    typed(lab, "Clip threshold", text)
    lab.field("Clip threshold").press("Enter")
    error = lab.page.locator("#field-base-clip_threshold-error")
    expect(error).to_have_text(
        "Clip threshold needs a number greater than 0, at most 1,000,000, "
        f"not “{text}”; still running with 1."
    )
    expect(lab.field("Clip threshold")).to_have_value(text)
    assert lab.read("state.recipe.tweaks") == []


def test_a_slow_hand_commits_no_beginning_of_a_number(lab: Lab) -> None:
    lab.open(SMALL)
    typed(lab, "Batch size B", "1,000", delay=PAUSE)
    expect(lab.page.locator("#field-batch_size-error")).to_contain_text("not “1,000”")
    sent = [start["recipe"].get("batch_size") for start in lab.messages("start")]
    assert sent[0] == 8
    assert set(sent[1:]) <= {1, "1,000"}, "only the whole text, and the 1 before its comma"
    lab.field("Batch size B").press("Control+a")
    lab.field("Batch size B").press_sequentially("1 6", delay=PAUSE)
    lab.field("Batch size B").press("Enter")
    expect(lab.page.locator("#field-batch_size-error")).to_contain_text("not “1 6”")


def test_the_inspected_timestep_takes_a_whole_number_alone(lab: Lab) -> None:
    lab.open(SMALL)
    lab.page.keyboard.press("i")
    entry = lab.page.get_by_role("spinbutton", name="Timestep of the inspected cell")
    entry.click()
    entry.press("Control+a")
    entry.press_sequentially("1/2")
    stood = lab.read("state.view.inspect[0].t")
    entry.press("Enter")
    expect(entry).to_have_attribute("aria-invalid", "true")
    told: str = entry.evaluate("(entry) => entry.validationMessage")
    assert told == "Timestep needs a whole number from 1 to 20, not “1/2”."
    assert lab.read("state.view.inspect[0].t") == stood
    entry.press("Control+a")
    entry.press_sequentially("12")
    entry.press("Enter")
    lab.wait("state.view.inspect[0].t === 12")
    expect(entry).not_to_have_attribute("aria-invalid", "true")
    entry.press("ArrowUp")
    lab.wait("state.view.inspect[0].t === 13")


def test_an_iteration_is_a_whole_number(lab: Lab) -> None:
    lab.open(SMALL)
    for iteration in range(1, 4):
        lab.button("Step").click()
        lab.wait_for_iteration(iteration)
    entry = lab.page.get_by_label("Iteration number")
    entry.click()
    entry.press("Control+a")
    entry.press_sequentially("1,5")
    entry.press("Enter")
    expect(lab.region("Training").locator(".time-note")).to_have_text(
        "An iteration is a whole number from 0 on, not “1,5”."
    )
    expect(entry).to_have_value("3")
    assert lab.read("state.past") is None
