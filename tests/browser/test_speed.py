"""How fast the page is: read, and printed."""

from collections.abc import Callable
from statistics import median
from typing import Any

import pytest

from tests.browser.lab import Lab

WATCH = """() => {
  window.measured = { tasks: [], animated: 0, frames: 0, from: performance.now() };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.measured.tasks.push(duration);
  }).observe({ type: "longtask" });
  let last = null;
  const count = () => {
    const { frame } = unrolled.store.state;
    window.measured.animated += 1;
    if (frame !== last) window.measured.frames += 1;
    last = frame;
    requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
}"""

TWEAK = """async (rate) => {
  const state = () => unrolled.store.state;
  const drawn = () => new Promise((done) => requestAnimationFrame(done));
  const entry = document.querySelector('[data-path="base.learning_rate"] .entry');
  const before = state().recipe.tweaks.length;
  const begun = performance.now();
  entry.value = String(rate);
  entry.dispatchEvent(new Event("change"));
  for (;;) {
    await drawn();
    const { recipe, frame } = state();
    const tweak = recipe.tweaks[before];
    if (tweak !== undefined && frame.iteration >= tweak.iteration) break;
  }
  return performance.now() - begun;
}"""


def test_the_page_is_drawn_and_plays_before_plotly_arrives(new_lab: Callable[..., Lab]) -> None:
    lab = new_lab(new=True)
    lab.page.route("**/plotly-*.js", lambda route: None)
    lab.open({"task": {"seq_len": 20}})
    lab.button("Play").click()
    before = lab.picture("Gradient flow")
    lab.wait_for_iteration(10)
    assert lab.picture("Gradient flow") != before
    assert lab.page.evaluate("globalThis.Plotly") is None


def test_frame_rate_and_long_tasks(
    new_lab: Callable[..., Lab], capsys: pytest.CaptureFixture[str]
) -> None:
    lab = new_lab(new=True)
    lab.open({"task": {"seq_len": 100}})
    lab.plotly_arrived()
    lab.page.wait_for_timeout(1500)
    lab.button("Play").click()
    lab.wait_for_iteration(30)
    lab.page.evaluate(WATCH)
    lab.page.wait_for_timeout(4000)
    measured: dict[str, Any] = lab.page.evaluate(
        "({ ...window.measured, seconds: (performance.now() - window.measured.from) / 1000 })"
    )
    animated = measured["animated"] / measured["seconds"]
    drawn = measured["frames"] / measured["seconds"]
    longest = max(measured["tasks"], default=0)
    with capsys.disabled():
        print(
            f"\n3 lanes, T = 100, H = 32: the page at {animated:.0f} frames/s, "
            f"{drawn:.0f} iterations/s drawn, {len(measured['tasks'])} tasks over 50 ms, "
            f"the longest {longest:.0f} ms"
        )
    # Far below what a machine with nothing else to do reaches: CI is busy.
    assert animated > 12
    assert drawn > 2
    assert longest < 1000


def test_a_tweak_is_on_the_screen_soon(
    new_lab: Callable[..., Lab], capsys: pytest.CaptureFixture[str]
) -> None:
    lab = new_lab(new=True)
    lab.open({"task": {"seq_len": 50}})
    lab.plotly_arrived()
    lab.page.wait_for_timeout(1500)
    lab.button("Play").click()
    lab.wait_for_iteration(20)
    times = []
    for step in range(9):
        times.append(lab.page.evaluate(TWEAK, 0.001 * (step + 5)))
        lab.page.wait_for_timeout(150)
    with capsys.disabled():
        print(
            f"\ntweak to changed frame: median {median(times):.0f} ms, longest {max(times):.0f} ms"
        )
    assert median(times) < 500
