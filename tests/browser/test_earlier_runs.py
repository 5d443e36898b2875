"""Earlier runs stay in Training as ghosts, with what differed, until they are dismissed."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab

RECIPE: dict[str, Any] = {
    "task": {"seq_len": 12},
    "batch_size": 4,
    "base": {"hidden_size": 6, "learning_rate": 0.003},
    "lanes": [{"cell": "rnn"}, {"cell": "gru"}],
}
LOSSES = "Array.from(state.history.lanes[0].loss.data.slice(0, state.history.length))"
KEPT = "Array.from({0}.history.lanes[0].loss.data.slice(0, {0}.history.length))"


def played(lab: Lab, iterations: int) -> list[float]:
    lab.open(RECIPE)
    for iteration in range(1, iterations + 1):
        lab.button("Step").click()
        lab.wait_for_iteration(iteration)
    losses: list[float] = lab.read(LOSSES)
    return losses


def test_a_reset_keeps_the_run_that_was(lab: Lab) -> None:
    losses = played(lab, 4)
    lab.button("Reset").click()
    lab.wait("state.frame !== null && state.frame.iteration === 0 && state.earlier.length === 1")
    assert lab.read(KEPT.format("state.earlier[0]")) == losses
    ghosts = lab.region("Training").get_by_role("list", name="Earlier runs")
    expect(ghosts.get_by_role("listitem")).to_contain_text(["run 1: same recipe, to 4"])
    training = lab.region("Training")
    training.get_by_role("button", name="Lanes").click()
    expect(ghosts).to_be_hidden()  # there are no lines of theirs
    training.get_by_role("button", name="Curves").click()
    ghosts.get_by_role("button").click()
    expect(ghosts).to_be_hidden()
    assert lab.read("state.earlier.length") == 0


def test_one_button_dismisses_all(lab: Lab) -> None:
    played(lab, 2)
    for count in (1, 2, 3):
        lab.button("Reset").click()
        lab.wait(f"state.frame?.iteration === 0 && state.earlier.length === {count}")
        lab.button("Step").click()
        lab.wait_for_iteration(1)
    ghosts = lab.region("Training").get_by_role("list", name="Earlier runs")
    texts = ghosts.locator(".ghost-name").all_inner_texts()
    assert len(set(texts)) == len(texts) == 3
    ghosts.get_by_role("button", name="Dismiss all").click()
    expect(ghosts).to_be_hidden()
    assert lab.read("state.earlier.length") == 0


def test_two_learning_rates_can_be_compared(lab: Lab) -> None:
    played(lab, 3)
    lab.button("Reset").click()
    lab.wait("state.frame !== null && state.frame.iteration === 0 && state.earlier.length === 1")
    lab.open({**RECIPE, "base": {**RECIPE["base"], "learning_rate": 0.01}})
    ghosts = lab.region("Training").get_by_role("list", name="Earlier runs")
    expect(ghosts.get_by_role("listitem")).to_contain_text(["η 0.003"])


def test_a_fork_leaves_the_branch_that_it_left(lab: Lab) -> None:
    losses = played(lab, 5)
    lab.page.locator("body").click(position={"x": 5, "y": 5})
    for past in (4, 3, 2):
        lab.page.keyboard.press("[")
        lab.wait(f"state.past === {past}")
    lab.region("Training").get_by_role("button", name="Fork from here").click()
    lab.wait("state.past === null && state.earlier.length === 1")
    assert lab.read(KEPT.format("state.earlier[0]")) == losses
    assert lab.read("state.history.length") == 3


def test_the_ghost_is_drawn_where_the_run_was(lab: Lab) -> None:
    losses = played(lab, 6)
    lab.button("Reset").click()
    lab.wait("state.frame !== null && state.frame.iteration === 0 && state.earlier.length === 1")
    traces = lab.page.evaluate(
        """async () => {
          const main = document.querySelector("script[type=module]").src;
          const at = (path) => import(main.replace(/main\\.js$/, path));
          const { ghostsOf, ghostTraces } = await at("panels/training/ghosts.js");
          const { palette } = await at("canvas/palette.js");
          const ghosts = ghostsOf(unrolled.store.state);
          return ghostTraces({ xRange: [0, 10] }, 0, "loss", ghosts, palette());
        }"""
    )
    assert len(traces) == 2
    assert traces[0]["x"] == list(range(7))
    assert traces[0]["y"][0] == pytest.approx(losses[0], rel=1e-5)
