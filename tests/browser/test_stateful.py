"""A run that carries its state from batch to batch, as the page shows it."""

import re
from typing import Any

from playwright.sync_api import expect

from engine import Experiment, Recipe, Watch
from tests.browser.lab import Lab

TEXT = "0123456789abcdefghijklmnopqrstuvwxyz"
RECIPE: dict[str, Any] = {
    "task": {"name": "next_char", "seq_len": 4, "text": TEXT},
    "batch_size": 2,
    "base": {"hidden_size": 6},
    "lanes": [{"cell": "lstm"}],
}


def first_state(lab: Lab) -> list[float]:
    state: list[float] = lab.read("Array.from(state.frame.arrays['0/h'].data.slice(0, 6))")
    return state


def test_the_state_is_carried_on_and_the_text_moves_on_with_it(lab: Lab) -> None:
    lab.open(RECIPE)
    field = lab.field("Carry the state")
    expect(field).to_be_visible()
    field.select_option("true")
    lab.wait("state.recipe.stateful === true && state.frame.text.example !== undefined")
    assert lab.read("state.example.characters") == TEXT[:4]
    assert not any(first_state(lab))
    lab.button("Step").click()
    lab.wait_for_iteration(1)
    assert lab.read("state.example.characters") == TEXT[4:8]
    experiment = Experiment(Recipe.model_validate({**RECIPE, "stateful": True}))
    experiment.advance(None)
    engine = experiment.advance(Watch(lane=0, views=("states",))).arrays["0/h"][0]
    assert max(abs(a - b) for a, b in zip(first_state(lab), engine, strict=True)) < 1e-6
    network = lab.region("Unrolled network").locator("canvas.surface")
    expect(network).to_have_attribute(
        "aria-label", re.compile("begun with the state that iteration 0 ended in")
    )
    lab.drawn()
    lab.page.keyboard.press("[")
    lab.wait("state.past === 0")
    assert lab.read("state.example.characters") == TEXT[:4]
    expect(network).not_to_have_attribute("aria-label", re.compile("begun with"))


def test_a_task_without_a_series_has_no_state_to_carry(lab: Lab) -> None:
    lab.open({**RECIPE, "stateful": True})
    task = lab.page.locator('[data-path="task.name"] select')
    task.select_option("adding")
    lab.wait("state.recipe.task.name === 'adding' && state.frame !== null && !state.heading")
    assert lab.read("state.recipe.stateful") is False
    expect(lab.field("Carry the state")).to_be_hidden()
