"""What the chart says of a timestep: every lane, also where a log scale has no place for it."""

from typing import Any

import pytest

from tests.browser.lab import Lab

RNN = {"cell": "rnn", "init": "normal", "init_std": 0.05, "hidden_size": 16}
UNDERFLOW = {
    "task": {"seq_len": 200},
    "batch_size": 4,
    "base": RNN,
    "lanes": [{"precision": "float64"}, {"precision": "float32"}],
}
TRUNCATED = {"task": {"seq_len": 40}, "batch_size": 4, "lanes": [{"cell": "gru"}, {"truncate": 5}]}


WRITTEN = """() => {
  const written = globalThis.written = [];
  const { prototype } = CanvasRenderingContext2D;
  const fillText = prototype.fillText;
  prototype.fillText = function (text, ...rest) {
    written.push(String(text));
    return fillText.call(this, text, ...rest);
  };
}"""


@pytest.mark.parametrize(
    ("recipe", "words"), [(UNDERFLOW, "exactly 0"), (TRUNCATED, "not computed")]
)
def test_the_numbers_at_the_pointer_leave_no_lane_out(
    lab: Lab, recipe: dict[str, Any], words: str
) -> None:
    lab.open(recipe)
    lab.settled()
    plot = lab.region("Gradient flow").locator(".nsewdrag").first.bounding_box()
    assert plot is not None
    lab.page.evaluate(WRITTEN)
    lab.page.mouse.move(plot["x"] + plot["width"] * 0.1, plot["y"] + plot["height"] / 2)
    lab.wait("state.cursor.t !== null")
    at = f"t = {lab.read('state.cursor.t')}"
    lab.wait_until(f"written.some((text) => text.endsWith({at!r}))")
    lab.drawn()
    texts: list[str] = lab.page.evaluate("written")
    begin = max(k for k, text in enumerate(texts) if text.endswith(at))
    told = texts[begin + 1 :]
    lanes = lab.read("state.lanes.length")
    names = [text.strip() for text in told[: 2 * lanes : 2]]
    assert len(set(names)) == lanes, told
    assert words in told[1 : 2 * lanes : 2], told


@pytest.mark.parametrize(
    ("quantity", "words"),
    [
        ("dh_norm", "‖∂ℓ/∂hₜ‖"),
        ("dc_norm", "‖∂ℓ/∂cₜ‖"),
        ("dW_hh_norm", "∂L/∂Wₕₕ by t"),
        ("jacobian_gain", "Jacobian gain"),
    ],
)
def test_the_numbers_at_the_cursor_say_what_they_are(lab: Lab, quantity: str, words: str) -> None:
    lab.open({"task": {"seq_len": 20}, "batch_size": 4})
    lab.page.evaluate(WRITTEN)
    lab.region("Gradient flow").get_by_role("combobox").select_option(quantity)
    lab.page.locator("body").click(position={"x": 2, "y": 2})
    lab.page.keyboard.press("ArrowLeft")
    lab.wait("state.cursor.t !== null")
    at = f"{words}, t = {lab.read('state.cursor.t')}"
    lab.wait_until(f"written.includes({at!r})")
    assert [text for text in lab.page.evaluate("written") if "undefined" in text] == []
