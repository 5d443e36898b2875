"""What if: what is drawn against an engine that is computed here, by hand."""

import json
import re
from functools import partial
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from engine import Experiment, Recipe
from tests.browser.lab import Lab
from tests.engine import reference
from tests.engine.reference import STEP, Nudge
from tests.engine.test_what_if import STEPS, holding

SMALL = {"task": {"seq_len": 12}, "batch_size": 4, "base": {"hidden_size": 4}}
LSTM = 1
STUDY = "state.studies.what_if"


def show(lab: Lab, lane: int = LSTM, *, at: int = 5, **view: Any) -> None:
    """Open the page at an iteration with the face open and a lane watched."""
    parts = {
        "recipe": SMALL,
        "view": {"flow": "what_if", **view},
        "watch": {"lane": lane, "layer": 0, "example": 0},
    }
    link = "&".join(f"{name}={quote(json.dumps(part))}" for name, part in parts.items())
    lab.open(at=f"{lab.url}#{link}&at={at}")
    lab.wait(f"state.run === 'paused' && state.frame.iteration === {at}")


def flow(lab: Lab) -> Locator:
    return lab.region("Gradient flow")


def box(lab: Lab, name: str) -> Locator:
    return flow(lab).get_by_role("checkbox", name=name, exact=True)


def sentence(lab: Lab) -> Locator:
    return flow(lab).locator(".what-if-says")


def there(lab: Lab, off: list[str], cut: int | None = None) -> None:
    """Wait for the findings of a choice at the iteration that is shown."""
    lab.wait(
        f"{STUDY}?.status === 'there' && {STUDY}.iteration === state.frame.iteration"
        f" && JSON.stringify({STUDY}.found.off) === JSON.stringify({json.dumps(off)})"
        f" && {STUDY}.found.cut_before === {json.dumps(cut)}"
    )
    lab.drawn()


def drawn(lab: Lab, name: str) -> list[float]:
    found: list[float] = lab.read(
        f"Array.from({STUDY}.arrays['log10_{name}'].data).map((x) => x === -Infinity ? -1e9 : x)"
    )
    return found


def ink(canvas: Locator) -> int:
    """Return how many pixels of a canvas are painted."""
    count: int = canvas.evaluate(
        """(canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
          .data.reduce((sum, value, k) => sum + (k % 4 === 3 && value > 0 ? 1 : 0), 0)"""
    )
    return count


class ByHand:
    """The iteration once more: its forward pass, with paths held fixed, and derivatives of it."""

    def __init__(self, lane: int, iteration: int, monkeypatch: pytest.MonkeyPatch) -> None:
        run = Experiment(Recipe.model_validate(SMALL), lanes=[lane])
        for _ in range(iteration + 1):
            run.advance(None)
        self._run, self._patch = run, monkeypatch
        self._kind = run.lanes[0].cell.name
        self._params = run.lanes[0].params_before

    def _losses(self, off: tuple[str, ...], cut: int | None, **nudge: Any) -> np.ndarray:
        step = partial(STEPS[self._kind], holding(off))
        self._patch.setitem(reference.CELLS, self._kind, step)
        batch, detached = self._run.batch, () if cut is None else (cut - 1,)
        params = nudge.pop("params", self._params)
        assert batch is not None
        output = reference.model_outputs(self._kind, params, batch.x, detached=detached, **nudge)
        return reference.example_losses(self._run.task.loss, output, batch.y, batch.mask)

    def norms(self, state: str, off: tuple[str, ...] = (), cut: int | None = None) -> np.ndarray:
        """Return log10 ‖∂ℓ/∂state_t‖, mean over the batch."""
        T, B, H = 12, 4, 4
        found = np.empty((T + 1, B, H))
        for t, unit in np.ndindex(T + 1, H):
            by = np.zeros((B, H), complex)
            by[:, unit] = STEP
            losses = self._losses(off, cut, nudge=Nudge(state, t, by))
            found[t, :, unit] = losses.imag / STEP.imag
        with np.errstate(divide="ignore"):
            logs = np.log10(np.linalg.norm(found, axis=2).mean(axis=1))
        return np.maximum(logs, -1e9)

    def gradient(self, off: tuple[str, ...] = ()) -> np.ndarray:
        """Return the gradient of all weights."""
        parts = []
        for name, value in self._params.items():
            for place in np.ndindex(value.shape):
                nudged = value.astype(complex)
                nudged[place] += STEP
                losses = self._losses(off, None, params=dict(self._params) | {name: nudged})
                parts.append(losses.mean().imag / STEP.imag)
        return np.array(parts)


def test_the_lines_and_the_sentence_are_those_of_an_engine_computed_by_hand(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    show(lab)
    box(lab, "c").check()
    there(lab, ["c"])
    hand = ByHand(LSTM, 5, monkeypatch)
    for name, state in (("dh_norm", "h"), ("dc_norm", "c")):
        np.testing.assert_allclose(drawn(lab, name), hand.norms(state, ("c",)), atol=1e-5)
        np.testing.assert_allclose(drawn(lab, f"{name}.real"), hand.norms(state), atol=1e-5)
    np.testing.assert_allclose(drawn(lab, "dh_norm.real"), lab.line(LSTM), atol=1e-5)
    real, what_if = hand.gradient(), hand.gradient(("c",))
    lengths = np.linalg.norm(real), np.linalg.norm(what_if)
    cosine = real @ what_if / lengths[0] / lengths[1]
    said = sentence(lab).inner_text()
    assert said.startswith("Iteration 5, without c: ")
    assert f"cosine {cosine:.2f}" in said
    assert f"length ×{lengths[1] / lengths[0]:.2g}" in said


def test_a_box_and_the_slider_ask_again_and_the_link_keeps_them(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    show(lab)
    expect(sentence(lab)).to_contain_text("Switch a path off")
    box(lab, "all gates").check()
    there(lab, ["gates"])
    for gate in "ifgo":
        expect(box(lab, gate)).to_be_checked()
    box(lab, "f").uncheck()
    there(lab, ["i", "g", "o"])
    box(lab, "cut before t").check()
    there(lab, ["i", "g", "o"], 6)
    slider = flow(lab).get_by_role("slider", name="Timestep before which the gradient is cut")
    slider.press("ArrowRight")
    there(lab, ["i", "g", "o"], 7)
    hand = ByHand(LSTM, 5, monkeypatch)
    expected = hand.norms("h", ("i", "g", "o"), 7)
    np.testing.assert_allclose(drawn(lab, "dh_norm"), expected, atol=1e-5)
    assert (expected[:7] == -1e9).all()
    expect(sentence(lab)).to_contain_text("nothing of the gradient arrives at the first input")
    assert "%22cut%22:7" in lab.page.evaluate("() => unrolled.link()")


def test_it_is_marked_as_not_the_real_gradient_wherever_it_is_drawn(lab: Lab) -> None:
    show(lab, off=["c"])
    there(lab, ["c"])
    canvas = flow(lab).locator(".flow-face:not(.away) canvas.surface")
    expect(canvas).to_have_attribute("aria-label", re.compile(r"^What if, not the real gradient\."))
    caption = flow(lab).locator("table caption")
    expect(caption).to_contain_text("not the real gradient")
    marked = ink(canvas)
    box(lab, "c").uncheck()
    expect(caption).to_have_count(0)
    lab.drawn()
    # The hatching and the words over it are gone, and the lines alone are left.
    assert ink(canvas) < marked / 2


def test_another_iteration_at_rest_is_computed_and_a_playing_one_on_request(lab: Lab) -> None:
    show(lab, off=["c"])
    there(lab, ["c"])
    again = flow(lab).get_by_role("button", name="compute again")
    expect(again).to_be_hidden()
    lab.press("Step")
    lab.wait_for_iteration(6)
    there(lab, ["c"])
    expect(sentence(lab)).to_contain_text("Iteration 6, without c")
    lab.press("Play")
    lab.wait_for_iteration(12)
    assert lab.read(f"{STUDY}.iteration") == 6
    again.click()
    lab.wait(f"{STUDY}.iteration > 6 && {STUDY}.status === 'there'")
    lab.rest()
    there(lab, ["c"])


def test_a_screen_reader_gets_a_table_and_a_cell_its_own_paths(lab: Lab) -> None:
    show(lab, 2, off=["carry"])
    there(lab, ["carry"])
    rows = flow(lab).locator("table tbody tr")
    expect(rows).to_have_count(2 + 6)
    expect(rows.nth(1)).to_contain_text("of all weights, before clipping")
    flow(lab).get_by_role("button", name="RNN tanh", exact=True).click()
    expect(box(lab, "W")).to_have_count(0)
    names = flow(lab).locator(".what-if-paths label").all_inner_texts()
    assert [name.replace("\n", "") for name in names] == ["Whh"]


def test_two_choices_in_one_frame_of_the_screen_both_hold(lab: Lab) -> None:
    show(lab)
    flow(lab).locator(".what-if").evaluate(
        """(face) => {
          for (const path of ["gates", "f"]) face.querySelector(`[data-path="${path}"]`).click();
        }"""
    )
    there(lab, ["i", "g", "o"])
    for name, ticked in {"i": True, "f": False, "g": True, "o": True, "c": False}.items():
        expect(box(lab, name)).to_be_checked(checked=ticked)
