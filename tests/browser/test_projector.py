"""Projector: type for the last row, one or two panels, and one panel over the whole screen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab
from tests.browser.test_inspector import cell, opened
from tests.browser.text_boxes import listen, read

SMALL = {"task": {"seq_len": 30}, "batch_size": 4}
FULL_HD = {"width": 1920, "height": 1080}
PANELS = ["Unrolled network", "Gradient flow", "Inside the cell", "Training", "Prediction"]
LEAST = 22
SUBSCRIPT = 0.75


def shown(lab: Lab) -> list[str]:
    return [name for name in PANELS if lab.region(name).is_visible()]


def expect_shown(lab: Lab, *names: str) -> None:
    for name in PANELS:
        if name in names:
            expect(lab.region(name)).to_be_visible()
        else:
            expect(lab.region(name)).to_be_hidden()


def test_every_text_on_1080_lines_is_large_enough_for_the_last_row(
    new_lab: Callable[..., Lab],
) -> None:
    lab = new_lab(viewport=FULL_HD, reduced_motion="reduce")
    lab.open(SMALL)
    listen(lab)
    lab.page.keyboard.press("p")
    lab.button("Step").click()
    lab.wait_for_iteration(1)
    seen = set()
    for panels in ("12", "34", "5"):
        for key in panels:
            if (
                lab.page.get_by_role("button", name=PANELS[int(key) - 1], exact=True).get_attribute(
                    "aria-pressed"
                )
                == "false"
            ):
                lab.page.keyboard.press(key)
        lab.settled()
        boxes = read(lab)
        seen |= {box.panel for box in boxes}
        small = [
            f"{box.panel} {box.kind} {box.size} {box.text}"
            for box in boxes
            if box.size < (LEAST * SUBSCRIPT if is_subscript(box.kind, box.text) else LEAST)
        ]
        assert small == []
    assert len(seen) >= 6


# The size of each text as it is seen, and whether it is a subscript or a power.
SIZES = """drawer => {
  const texts = document.createTreeWalker(drawer, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    const element = node.parentElement;
    if (node.textContent.trim() === "" || element.closest(".vh, .menu")) continue;
    if (!element.checkVisibility({ checkVisibilityCSS: true })) continue;
    const scale = element.getScreenCTM?.().a ?? 1;
    const small = element.closest(
      "sub, .below, :is(msub, msup, msubsup) > :not(:first-child)") !== null;
    found.push([node.textContent, scale * parseFloat(getComputedStyle(element).fontSize), small]);
  }
  return found;
}"""


@pytest.mark.parametrize("name", ["gru", "peephole_lstm", "ln_lstm"])
def test_circuit_and_equations_are_as_large_as_other_type(
    new_lab: Callable[..., Lab], name: str
) -> None:
    lab = new_lab(viewport=FULL_HD, reduced_motion="reduce")
    recipe = {**SMALL, "lanes": [{"cell": name}]}
    drawer = opened(lab, cell(0, 17, 2), recipe=recipe, projector=True)
    expect(lab.page.locator("html")).to_have_attribute("data-mode", "projector")
    lab.drawn()
    sizes = drawer.evaluate(SIZES)
    assert any("LN" in text for text, _, _ in sizes) == name.startswith("ln_")
    small = [
        f"{size:.1f} {text}"
        for text, size, is_small in sizes
        if size < (LEAST * SUBSCRIPT if is_small else LEAST)
    ]
    assert small == []


def is_subscript(kind: str, text: str) -> bool:
    """Subscripts, whose size goes with that of the symbol before them."""
    return kind == "sub" or (kind in ("canvas", "svg") and text in ("t", "hh", "T", "1"))


def test_one_or_two_panels_are_chosen_by_their_numbers(new_lab: Callable[..., Lab]) -> None:
    lab = new_lab(viewport=FULL_HD)
    lab.open(SMALL)
    assert shown(lab) == PANELS
    lab.page.keyboard.press("4")
    expect_shown(lab, *PANELS)  # not in this mode
    lab.page.keyboard.press("p")
    expect_shown(lab, "Unrolled network", "Gradient flow")
    lab.page.keyboard.press("4")
    expect_shown(lab, "Gradient flow", "Training")
    lab.page.keyboard.press("2")
    expect_shown(lab, "Training")
    lab.page.keyboard.press("4")
    expect_shown(lab, "Training")
    lab.page.get_by_role("group", name="Panels on the screen").get_by_role(
        "button", name="Prediction"
    ).click()
    expect_shown(lab, "Training", "Prediction")
    link = lab.page.evaluate("unrolled.link()")
    lab.page.keyboard.press("p")
    expect_shown(lab, *PANELS)
    lab.open(at=link)
    lab.page.reload()
    expect_shown(lab, "Training", "Prediction")
    expect(lab.page.locator("html")).to_have_attribute("data-mode", "projector")


def test_the_controls_are_a_rail_that_opens(new_lab: Callable[..., Lab]) -> None:
    lab = new_lab(viewport=FULL_HD)
    lab.open(SMALL)
    expect(lab.field("Learning rate")).to_be_visible()
    lab.button("Projector").click()
    expect(lab.field("Learning rate")).to_be_hidden()
    box = lab.region("Controls").bounding_box()
    assert box is not None
    assert box["width"] < 70
    lab.button("Controls").click()
    expect(lab.field("Learning rate")).to_be_visible()


def test_the_rail_names_its_panels_and_a_way_out_and_signs_are_as_large_as_type(
    new_lab: Callable[..., Lab],
) -> None:
    lab = new_lab(viewport=FULL_HD)
    lab.open(SMALL)
    lab.page.keyboard.press("p")
    rail = lab.page.get_by_role("group", name="Panels on the screen")
    names = ["Network", "Flow", "Cell", "Training", "Prediction", "Exit"]
    for name in names:
        text = rail.get_by_text(name, exact=True)
        expect(text).to_be_in_viewport(ratio=1)
        box, column = text.bounding_box(), rail.bounding_box()
        assert box is not None
        assert column is not None
        assert column["x"] <= box["x"]
        assert box["x"] + box["width"] <= column["x"] + column["width"]
    lab.page.keyboard.press("3")  # beside Gradient flow
    signs = [".chart-tools svg", ".tile-enlarge svg", ".fill-screen svg", ".save-menu svg"]
    for sign in signs:
        box = lab.page.locator(f"{sign} >> visible=true").first.bounding_box()
        assert box is not None
        assert box["width"] >= 20, sign
    lab.page.keyboard.press("1")
    box = lab.page.locator(".sweep svg >> visible=true").first.bounding_box()
    assert box is not None
    assert box["width"] >= 20
    rail.get_by_role("button", name="Leave the projector's mode").click()
    expect_shown(lab, *PANELS)
    expect(lab.page.locator("html")).not_to_have_attribute("data-mode", "projector")


def test_a_key_has_the_panel_in_use_fill_the_screen_and_lets_it_go(
    new_lab: Callable[..., Lab],
) -> None:
    lab = new_lab(viewport=FULL_HD)
    lab.open(SMALL)
    lab.region("Training").hover(position={"x": 40, "y": 80})
    lab.page.keyboard.press("f")
    expect_shown(lab, "Training")
    box = lab.region("Training").bounding_box()
    assert box == {"x": 0, "y": 0, **FULL_HD}
    lab.page.keyboard.press("f")
    expect_shown(lab, *PANELS)
    # The focus counts before the pointer.
    lab.region("Gradient flow").get_by_role("button", name="Source", exact=True).focus()
    lab.page.keyboard.press("f")
    expect_shown(lab, "Gradient flow")
    lab.page.keyboard.press("5")
    expect_shown(lab, "Prediction")
    lab.page.keyboard.press("Escape")
    expect_shown(lab, *PANELS)
    lab.page.keyboard.press("p")
    lab.region("Gradient flow").get_by_role("button", name="Gradient flow over the whole").click()
    expect_shown(lab, "Gradient flow")
    lab.button("Back to the other panels").click()
    expect_shown(lab, "Unrolled network", "Gradient flow")
