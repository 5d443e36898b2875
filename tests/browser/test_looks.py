"""What the system asks of a page's looks: forced colours, more contrast, paper, and transitions."""

import struct
import zlib
from collections.abc import Callable
from typing import Any, Literal

import pytest
from playwright.sync_api import Locator

from tests.browser.lab import Lab

SMALL = {"task": {"seq_len": 20}, "batch_size": 8, "base": {"hidden_size": 8}}
PAPER = {"width": 718, "height": 1000}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


def pixels(png: bytes) -> list[list[tuple[int, ...]]]:
    """Return the rows of a PNG with eight bits a channel, as browsers write them."""
    width, height, _, kind = struct.unpack(">IIBB", png[16:26])
    size = {2: 3, 6: 4}[kind]
    data = b""
    at = 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += 12 + length
    raw = zlib.decompress(data)
    above = bytearray(width * size)
    rows = []
    for row in range(height):
        start = row * (width * size + 1)
        line = bytearray(raw[start + 1 : start + 1 + width * size])
        for i in range(len(line)):
            left = line[i - size] if i >= size else 0
            corner = above[i - size] if i >= size else 0
            line[i] = (line[i] + _predicted(raw[start], left, above[i], corner)) & 255
        rows.append([tuple(line[i : i + 3]) for i in range(0, len(line), size)])
        above = line
    return rows


def _predicted(kind: int, left: int, up: int, corner: int) -> int:
    if kind < 4:
        return (0, left, up, (left + up) // 2)[kind]
    guess = left + up - corner
    return min((left, up, corner), key=lambda each: abs(guess - each))


def luminance(colour: tuple[int, ...]) -> float:
    parts = [each / 255 for each in colour]
    red, green, blue = [c / 12.92 if c <= 0.04 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def strongest(rows: list[list[tuple[int, ...]]]) -> float:
    """Return the highest contrast of any pixel to the ground, which is the most frequent colour."""
    flat = [each for row in rows for each in row]
    counts: dict[tuple[int, ...], int] = {}
    for each in flat:
        counts[each] = counts.get(each, 0) + 1
    ground = max(counts, key=lambda each: counts[each])
    return max(contrast(each, ground) for each in counts)


def seen(locator: Locator) -> float:
    return strongest(pixels(locator.screenshot()))


def opened(new_lab: Callable[..., Lab], **options: Any) -> Lab:
    lab = new_lab(reduced_motion="reduce", **options)
    lab.open(SMALL)
    lab.button("Step").click()
    lab.wait_for_iteration(1)
    lab.drawn()
    return lab


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_control_is_seen_where_the_system_forces_its_colours(
    new_lab: Callable[..., Lab], scheme: Scheme
) -> None:
    lab = opened(new_lab, color_scheme=scheme, forced_colors="active")
    page = lab.page
    for what in (
        '[data-path="base.learning_rate"] .slider',
        ".time-range",
        "#pace",
        ".lane .dot >> nth=0",
        ".presets-open",
        "#field-base-optimizer",
    ):
        assert seen(page.locator(what)) > 3, what
    # The part of a slider before its thumb is told from the rest.
    slider = page.locator("#pace")
    slider.evaluate("(slider) => slider.style.setProperty('--share', '50%')")
    rows = pixels(slider.screenshot())
    middle = rows[len(rows) // 2]
    assert contrast(middle[4], middle[-4]) > 1.5
    for region in ("Unrolled network", "Gradient flow", "Training"):
        assert seen(lab.region(region).locator("canvas.surface").first) > 4.5, region


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_is_pressed_is_told_from_what_is_not_under_forced_colours(
    new_lab: Callable[..., Lab], scheme: Scheme
) -> None:
    lab = opened(new_lab, color_scheme=scheme, forced_colors="active")
    ground = "(button) => getComputedStyle(button).backgroundColor"
    pause, play = lab.button("Pause"), lab.button("Play")
    assert pause.get_attribute("aria-pressed") == "true"
    assert pause.evaluate(ground) != play.evaluate(ground)
    tabs = lab.region("Gradient flow").get_by_role("button", name="Norms", exact=True)
    other = lab.region("Gradient flow").get_by_role("button", name="Source", exact=True)
    assert tabs.evaluate(ground) != other.evaluate(ground)
    for button in (pause, play, tabs, other):
        assert seen(button) > 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_more_contrast_is_given_where_it_is_asked_for(
    new_lab: Callable[..., Lab], scheme: Scheme
) -> None:
    tokens = """(names) => {
      const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
      const style = getComputedStyle(document.documentElement);
      return names.map((name) => {
        context.fillStyle = style.getPropertyValue(name);
        context.fillRect(0, 0, 1, 1);
        return [...context.getImageData(0, 0, 1, 1).data.subarray(0, 3)];
      });
    }"""
    names = ["--panel", "--ink", "--ink-soft", "--line", "--line-strong", "--hue-0", "--hue-1"]
    lab = opened(new_lab, color_scheme=scheme, contrast="more")
    panel, ink, soft, line, strong, *hues = map(tuple, lab.page.evaluate(tokens, names))
    assert contrast(ink, panel) > 18
    assert contrast(soft, panel) > 10
    assert contrast(line, panel) > 3
    assert contrast(strong, panel) > 7
    assert all(contrast(hue, panel) > 4.5 for hue in hues)
    assert lab.read("state.theme") == f"{scheme} more"
    lab.page.emulate_media(contrast="no-preference")
    lab.wait(f"state.theme === '{scheme}'")


CONTRASTS = """async () => {
  const rgb = (color) => {
    const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const ground = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const [red, green, blue, alpha] = rgb(getComputedStyle(at).backgroundColor);
      if (alpha === 255) return [red, green, blue];
    }
    return [255, 255, 255];
  };
  const light = (color) => {
    const [red, green, blue] = color.map((part) => {
      const share = part / 255;
      return share <= 0.04 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const faint = () => [...document.querySelectorAll("button, .status b, h2, label, .notice")]
    .filter((each) => each.checkVisibility() && !each.matches(":disabled, [aria-disabled=true]"))
    .map((each) => {
      const [one, other] = [light(rgb(getComputedStyle(each).color)), light(ground(each))];
      const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
      return [ratio, each.textContent.trim() || each.getAttribute("aria-label")];
    })
    .filter(([ratio]) => ratio < 4.5)
    .map(([ratio, name]) => `${name} ${ratio.toFixed(1)}`);
  const found = [];
  const changes = [
    () => document.querySelector("[data-do=play]").setAttribute("aria-pressed", "true"),
    () => document.querySelector("[data-do=pause]").setAttribute("aria-pressed", "false"),
    () => document.querySelector("[data-do=play]").setAttribute("aria-pressed", "false"),
    () => document.querySelector("[data-do=pause]").setAttribute("aria-pressed", "true"),
    () => document.querySelector(".time-compare").setAttribute("aria-pressed", "true"),
    () => document.querySelector("#theme").click(),
    () => document.querySelector("#projector").click(),
    () => document.querySelector("#theme").click(),
  ];
  for (const change of changes) {
    faint(); // the styles before the change
    change();
    faint();
    const running = document.getAnimations();
    for (const share of [0, 0.25, 0.5, 0.75]) {
      for (const each of running) {
        each.pause();
        each.currentTime = share * each.effect.getComputedTiming().endTime;
      }
      found.push(...faint().map((name) => `${change}, at ${share}: ${name}`));
    }
    for (const each of running) each.finish();
  }
  return found;
}"""


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_text_can_be_read_at_every_moment_of_a_transition(
    new_lab: Callable[..., Lab], scheme: Scheme
) -> None:
    lab = new_lab(color_scheme=scheme)
    lab.open(SMALL)
    assert lab.page.evaluate(CONTRASTS) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_on_paper_nothing_lies_over_the_panels_and_all_is_light(
    new_lab: Callable[..., Lab], scheme: Scheme
) -> None:
    lab = opened(new_lab, color_scheme=scheme)
    lab.settled()
    lab.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert lab.page.locator("html").get_attribute("data-theme") == "light"
    inked = seen(lab.region("Unrolled network").locator("canvas.surface"))
    assert inked > 4.5, "the canvas is drawn anew before the print"
    lab.page.emulate_media(media="print")
    lab.drawn()
    fixed = lab.page.evaluate(
        """() => [...document.querySelectorAll("body *")]
          .filter((each) => ["fixed", "sticky"].includes(getComputedStyle(each).position))
          .filter((each) => each.checkVisibility()).map((each) => each.className)"""
    )
    assert fixed == []
    breaks = lab.page.evaluate(
        "() => [...document.querySelectorAll('.panel')].map((p) => getComputedStyle(p).breakInside)"
    )
    assert breaks == ["avoid"] * 5
    for view in lab.page.locator(".view:visible").all():
        box = view.bounding_box()
        assert box is not None
        assert box["width"] <= PAPER["width"]
    lab.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert lab.page.locator("html").get_attribute("data-theme") == scheme


def test_a_print_of_the_page_has_every_panel_on_some_pages(new_lab: Callable[..., Lab]) -> None:
    lab = opened(new_lab)
    lab.settled()
    pages = lab.page.pdf(format="A4").count(b"/Type /Page\n")
    assert 2 <= pages <= 5
    assert lab.read("state.theme") == "light"
