"""Sequences of unequal lengths: what pads a sequence is absent, in every picture."""

import math
import re

from playwright.sync_api import expect

from tests.browser.lab import Lab
from tests.browser.test_inside_cell import LSTM, canvas, cell, opened, place, tile

T, H = 20, 8
APART = {
    "task": {"seq_len": T, "shortest": 6},
    "batch_size": 8,
    "base": {"hidden_size": H},
}
PANEL = "element => getComputedStyle(element.closest('section')).backgroundColor"
FARTHEST = """canvas => {
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, Math.floor(height / 2));
  let farthest = 0;
  for (let at = 0; at < data.length; at += 4) {
    const [r, g, b, x] = [data[at], data[at + 1], data[at + 2], (at / 4) % width];
    // Of a state: neither the lane's orange nor a grey.
    if (b > r + 40 && b > g + 15) farthest = Math.max(farthest, x);
  }
  return farthest / width;
}"""


def test_what_pads_a_sequence_is_absent(lab: Lab) -> None:
    opened(lab, None, APART)
    length = lab.read("state.example.length")
    assert 6 <= length < T, "the first example of this seed ends early"
    h, forget = lab.line(LSTM, "h"), lab.line(LSTM, "gate.f")
    absent = [t > length for t in range(T + 1)]
    assert [math.isnan(h[t * H]) for t in range(T + 1)] == absent
    assert [math.isnan(forget[t * H]) for t in range(T)] == absent[1:]

    ground = tuple(int(each) for each in re.findall(r"\d+", canvas(lab).evaluate(PANEL)))
    heatmap = place(tile(lab, "forget gate"), "heatmap")
    assert cell(lab, heatmap, length, 0) != ground
    for t in range(length + 1, T + 1):
        assert cell(lab, heatmap, t, 0) == ground, t


def test_no_cell_of_the_unrolled_network_lies_beyond_the_end(lab: Lab) -> None:
    opened(lab, None, {**APART, "lanes": [{"cell": "lstm"}]})
    length = lab.read("state.example.length")
    network = lab.region("Unrolled network").locator("canvas.surface")
    assert 0.3 < network.evaluate(FARTHEST) < 0.2 + 0.8 * (length + 1) / T


def test_each_sequence_is_asked_at_its_own_end_and_the_page_says_so(lab: Lab) -> None:
    opened(lab, None, APART)
    length = lab.read("state.example.length")
    assert len(lab.read("state.example.values")) == length
    answers = [lab.line(lane, "prediction") for lane in range(3)]
    assert all(len(each) == 1 and math.isfinite(each[0]) for each in answers)
    said = lab.region("Unrolled network").locator("[data-subtitle]")
    expect(said).to_contain_text("reach from the end of each sequence to t = 1")
    flow = lab.region("Gradient flow")
    flow.get_by_role("button", name="Source").click()
    lab.wait("'1/source' in state.frame.arrays")
    taught = re.compile(f"1 loss: the loss at timestep {length} teaches")
    expect(flow.get_by_role("img", name=taught)).to_be_visible()


def test_the_inspector_ends_where_the_sequence_does(lab: Lab) -> None:
    opened(lab, {"inspect": [{"lane": LSTM, "t": T, "unit": 0}]}, APART)
    length = lab.read("state.example.length")
    inspector = lab.region("Cell inspector")
    expect(inspector.get_by_role("heading", name=re.compile(f"t = {length}"))).to_be_visible()


def test_four_lanes_that_differ_in_what_they_leave_out(lab: Lab) -> None:
    lanes = [{}, {"dropout": 0.4}, {"recurrent_dropout": 0.4}, {"zoneout": 0.4}]
    base = {"cell": "lstm", "hidden_size": H, "num_layers": 2}
    opened(lab, None, {**APART, "base": base, "lanes": lanes})
    labels = [lab.read(f"state.lanes[{lane}].label") for lane in range(4)]
    assert [label.removeprefix("LSTM · ") for label in labels] == [
        "LSTM",
        "dropout 0.4",
        "recurrent dropout 0.4",
        "zoneout 0.4",
    ]
    losses = [lab.line(lane, "loss")[0] for lane in range(4)]
    assert len(set(losses)) == 4, "each leaves out something else"
    # They have the same weights at first, and the example is read whole.
    first = "state.frame.arrays['{}/history/loss']"
    assert all(lab.read(f"{first.format(lane)} !== undefined") for lane in range(4))
    lab.button("Play").click()
    lab.wait("state.frame.iteration > 20")
    lab.rest()
    assert all(math.isfinite(lab.line(lane, "loss")[0]) for lane in range(4))
