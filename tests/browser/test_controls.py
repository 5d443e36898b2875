"""Presets, undo and redo, the tools of lanes, folds, help, keys and the projector."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from app.page.presets import PRESETS
from tests.browser.lab import PATIENCE, Lab

SMALL = {"task": {"seq_len": 20}, "batch_size": 8, "base": {"hidden_size": 8}}
FORM = "state.form"
LANE_COLOUR = """(canvas) => {
  const lane = getComputedStyle(document.documentElement).getPropertyValue("--lane-1").trim();
  const [red, green, blue] = lane.match(/[0-9a-f]{2}/gi).map((pair) => parseInt(pair, 16));
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] > 250 && data[at] === red && data[at + 1] === green && data[at + 2] === blue) {
      count += 1;
    }
  }
  return count;
}"""


def in_colour_of_lstm(lab: Lab) -> int:
    """How many pixels of the flow canvas are the second lane's colour, as the page is now."""
    lab.drawn()
    canvas = lab.region("Gradient flow").locator("canvas.surface")
    count: int = canvas.evaluate(LANE_COLOUR)
    return count


def set_field(lab: Lab, label: str, value: str, condition: str) -> None:
    lab.field(label).fill(value)
    lab.field(label).press("Enter")
    lab.wait(condition)


def test_undo_and_redo_bring_back_the_very_form_and_recipe(lab: Lab) -> None:
    lab.open(SMALL)
    expect(lab.button("Undo")).to_be_disabled()
    forms = [lab.read(FORM)]
    starts = len(lab.messages("start"))
    set_field(lab, "Learning rate", "0.05", "state.recipe.tweaks.length === 1")
    forms.append(lab.read(FORM))
    expect(lab.button("Undo")).to_have_attribute("title", "Undo: learning rate (Ctrl+Z)")
    lab.button("Undo").click()
    lab.wait("state.form.base.learning_rate === 0.003 && state.drafts.size === 0")
    assert lab.read(FORM) == forms[0]
    assert len(lab.messages("start")) == starts, "a live field was taken back by a restart"
    assert lab.messages("tweak")[-1]["changes"] == {"learning_rate": 0.003}
    lab.button("Redo").click()
    lab.wait("state.form.base.learning_rate === 0.05 && state.drafts.size === 0")
    lab.field("Task").select_option("temporal_order")
    lab.wait("state.task.name === 'temporal_order'")
    forms.append(lab.read(FORM))
    lab.page.get_by_role("button", name="Remove LSTM").click()
    lab.wait("state.lanes.length === 2")
    for back in (2, 1, 0):
        lab.page.locator("body").press("Control+z")
        lab.wait(
            f"state.recipe.task.name === '{forms[back]['task']['name']}' && state.drafts.size === 0"
            f" && state.recipe.lanes.length === 3 && state.form.base.learning_rate"
            f" === {forms[back]['base']['learning_rate']}"
        )
        assert lab.read(FORM) == forms[back]
    expect(lab.button("Undo")).to_be_disabled()
    lab.page.locator("body").press("Control+Shift+z")
    lab.wait("state.form.base.learning_rate === 0.05")
    lab.page.locator("body").press("Control+y")
    lab.wait("state.recipe.task.name === 'temporal_order'")


def test_a_slider_that_is_dragged_is_one_change(lab: Lab) -> None:
    lab.open(SMALL)
    slider = lab.page.locator('[data-path="base.learning_rate"] .slider')
    slider.evaluate(
        """(slider) => {
          for (let step = 1; step <= 30; step += 1) {
            slider.value = String(0.4 + step / 100);
            slider.dispatchEvent(new Event("input", { bubbles: true }));
          }
        }"""
    )
    lab.wait("state.form.base.learning_rate > 0.1 && state.drafts.size === 0")
    lab.button("Undo").click()
    lab.wait("state.form.base.learning_rate === 0.003")
    expect(lab.button("Undo")).to_be_disabled()


def test_another_link_begins_a_new_stack(lab: Lab) -> None:
    lab.open(SMALL)
    set_field(lab, "Batch size B", "4", "state.recipe.batch_size === 4")
    expect(lab.button("Undo")).to_be_enabled()
    lab.page.evaluate("location.hash = '#recipe=' + encodeURIComponent('{\"seed\": 77}')")
    lab.wait("state.recipe.seed === 77")
    expect(lab.button("Undo")).to_be_disabled()


def test_a_preset_starts_its_recipe_and_says_what_to_look_at(lab: Lab) -> None:
    lab.open(SMALL)
    before = lab.read(FORM)
    preset = next(each for each in PRESETS if each.name == "Clipping decides")
    lab.button("Presets").click()
    menu = lab.page.get_by_role("menu", name="Presets")
    expect(menu.get_by_role("menuitem")).to_have_count(len(PRESETS))
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    lab.page.keyboard.press("c")
    lab.page.keyboard.press("Enter")
    lab.wait("state.task.name === 'temporal_order' && state.run === 'playing'")
    lab.wait_for_iteration(1)
    sent = lab.messages("start")[-1]["recipe"]
    assert sent == preset.recipe
    note = lab.page.locator("#preset-note")
    expect(note).to_contain_text(preset.text)
    lab.button("Got it").click()
    expect(note).to_be_hidden()
    lab.button("Undo").click()
    lab.wait("state.recipe.task.name === 'adding' && state.drafts.size === 0")
    assert lab.read(FORM) == before


def test_two_messages_stand_beside_each_other(lab: Lab) -> None:
    lab.open(SMALL)
    lab.button("Presets").click()
    lab.page.get_by_role("menuitem", name="A gradient that explodes").click()
    lab.wait("state.preset?.name === 'A gradient that explodes' && state.heading === null")
    lab.button("Play").click()
    expect(lab.page.get_by_role("log")).to_contain_text("not clipped diverged")
    note = lab.page.locator("#preset-note").bounding_box()
    told = lab.page.get_by_role("log").bounding_box()
    assert note is not None
    assert told is not None
    assert note["y"] == told["y"]
    assert told["height"] < 60


def test_a_preset_shows_what_its_sentence_is_about_and_leaves_the_space_bar(lab: Lab) -> None:
    lab.open(SMALL)
    for name, quantity, run in (
        ("Forget bias 1, 0 and −2", "dc_norm", "playing"),
        ("Underflow in float32", "dh_norm", "paused"),
    ):
        lab.button("Presets").click()
        lab.page.get_by_role("menuitem", name=name).click()
        preset = next(each for each in PRESETS if each.name == name)
        lab.wait(f"state.preset?.name === '{name}' && state.heading === null")
        lab.wait(f"state.view.quantity === '{quantity}' && state.run === '{run}'")
        lab.wait(f"state.recipe.lanes.length === {len(preset.recipe['lanes'])}")
        expect(lab.button("Presets")).not_to_be_focused()
    assert lab.read("state.frame.iteration") == 0
    lab.page.keyboard.press(" ")
    lab.wait("state.run === 'playing'")
    expect(lab.page.get_by_role("menuitem").first).to_be_hidden()


def test_the_presets_are_reached_and_left_by_keyboard(lab: Lab) -> None:
    lab.open(SMALL)
    lab.button("Presets").focus()
    lab.page.keyboard.press("ArrowDown")
    items = lab.page.get_by_role("menuitem")
    expect(items.first).to_be_focused()
    lab.page.keyboard.press("ArrowUp")
    expect(items.last).to_be_focused()
    lab.page.keyboard.press("Escape")
    expect(items.first).to_be_hidden()
    expect(lab.button("Presets")).to_be_focused()
    assert len(lab.messages("start")) == 1


def test_the_menu_of_presets_shows_all_of_them_and_symbols_have_subscripts(lab: Lab) -> None:
    lab.page.set_viewport_size({"width": 1366, "height": 768})
    lab.open(SMALL)
    lab.button("Presets").click()
    menu = lab.page.get_by_role("menu", name="Presets")
    for item in menu.get_by_role("menuitem").all():
        expect(item).to_be_in_viewport(ratio=1)
    assert menu.evaluate("element => element.scrollHeight <= element.clientHeight")
    exploding = menu.get_by_role("menuitem", name="A gradient that explodes")
    expect(exploding.locator("sub")).to_have_count(1)
    exploding.click()
    note = lab.page.get_by_role("note", name="Preset")
    expect(note.locator("sub").first).to_have_text("hh")
    expect(note).not_to_contain_text("W_hh")


def test_the_help_of_a_field_that_has_the_focus_hides_no_other_field(lab: Lab) -> None:
    lab.open(SMALL)
    lab.field("Optimizer").focus()
    lab.page.keyboard.press("Tab")
    expect(lab.field("Learning rate")).to_be_focused()
    tip = lab.page.get_by_role("tooltip")
    expect(tip).to_contain_text("Size of an update")
    box, column = tip.bounding_box(), lab.region("Controls").bounding_box()
    assert box is not None
    assert column is not None
    assert box["x"] >= column["x"] + column["width"]
    field = lab.field("Learning rate").bounding_box()
    assert field is not None
    assert abs(box["y"] - field["y"]) < 40


def test_a_tip_that_the_mouse_rests_on_leaves_the_field_that_is_used(lab: Lab) -> None:
    lab.open(SMALL)
    tip = lab.page.get_by_role("tooltip")
    lab.page.locator(".lane-reach").first.hover()
    expect(tip).to_contain_text("Reach")
    lab.field("Learning rate").focus()
    expect(tip).not_to_contain_text("Reach")
    lab.button("Own settings of LSTM").hover()
    expect(tip).to_contain_text("What this lane has for itself")
    lab.button("Own settings of LSTM").click()
    expect(tip).to_be_hidden()


def test_all_lanes_show_their_horizon_or_none_does(lab: Lab) -> None:
    lab.open(SMALL)
    shown = """() => [...document.querySelectorAll(".lane-reach")].map((reach) => {
      const line = reach.getBoundingClientRect();
      return [...reach.children].filter((part) => part.checkVisibility()
        && part.getBoundingClientRect().top < line.bottom - 3).length;
    })"""
    assert lab.page.evaluate(shown) == [2, 2, 2]
    long = {"name": "a lane with a long name of its own", "cell": "lstm"}
    lab.open(SMALL | {"lanes": [{"cell": "rnn"}, long, {"cell": "gru"}]})
    lab.wait_until("document.querySelector('.without-horizon') !== null")
    assert lab.page.evaluate(shown) == [1, 1, 1]


OVERLAPS = """() => [...document.querySelectorAll(".lane-own .field-line")].flatMap((line) => {
  const boxes = [...line.children].filter((each) => each.checkVisibility()).map((each) => {
    const whole = document.createRange();
    whole.selectNodeContents(each);
    const { left, right, top, bottom } = (each.matches("label") ? whole : each)
      .getBoundingClientRect();
    return { text: each.textContent, left, right, top, bottom };
  });
  return boxes.flatMap((one, k) => boxes.slice(k + 1)
    .filter((other) => one.right > other.left + 0.5 && other.right > one.left + 0.5
      && one.bottom > other.top + 1 && other.bottom > one.top + 1)
    .map((other) => `${one.text} ${other.text}`));
})"""


def test_the_tags_of_a_lanes_own_field_leave_its_label(lab: Lab) -> None:
    lab.open(SMALL)
    for iteration in range(1, 13):
        lab.button("Step").click()
        lab.wait_for_iteration(iteration)
    lab.button("Own settings of LSTM").click()
    field = lab.page.locator('.lane-own [data-path="lanes.1.truncate"]')
    field.get_by_role("spinbutton").fill("5")
    field.get_by_role("spinbutton").press("Enter")
    expect(field.locator(".tag.live")).to_have_text("from 13")
    expect(field.locator(".tag.inherit")).to_be_visible()
    assert lab.page.evaluate(OVERLAPS) == []
    height = field.locator(".field-line").evaluate("(line) => line.offsetHeight")
    assert height < 30, "one line"


def test_a_duplicate_is_the_same_network_right_after_it(lab: Lab) -> None:
    lab.open(SMALL)
    lab.button("Hide GRU").click()
    lab.button("Duplicate RNN tanh").click()
    lab.wait("state.lanes.length === 4 && state.frame !== null")
    assert [lane["cell"] for lane in lab.read("state.lanes")] == ["rnn", "rnn", "lstm", "gru"]
    assert lab.line(0) == lab.line(1)
    assert lab.line(0) != lab.line(2)
    alike = lab.page.get_by_text("identical to RNN tanh until a setting differs")
    expect(alike).to_be_visible()
    expect(lab.page.locator("#lane-own-1")).to_be_visible()
    lab.page.locator('[data-path="lanes.1.learning_rate"] .entry').fill("0.1")
    lab.wait("state.recipe.tweaks.length === 1")
    expect(alike).to_be_hidden()
    assert lab.read("state.view.hidden") == [3]
    expect(lab.page.get_by_role("button", name="Duplicate GRU")).to_be_disabled()


def test_a_hidden_lane_leaves_the_chart_and_the_run_goes_on(lab: Lab) -> None:
    lab.open(SMALL)
    lab.button("Play").click()
    lab.wait_for_iteration(3)
    lab.wait_for(lambda: in_colour_of_lstm(lab) > 0)
    hide = lab.button("Hide LSTM")
    expect(hide).to_have_attribute("aria-pressed", "false")
    hide.click()
    expect(hide).to_have_attribute("aria-pressed", "true")
    stood = lab.read("state.frame.iteration")
    lab.wait_for_iteration(stood + 3)
    assert in_colour_of_lstm(lab) == 0
    hide.click()
    lab.wait_for_iteration(lab.read("state.frame.iteration") + 2)
    lab.wait_for(lambda: in_colour_of_lstm(lab) > 0)
    assert len(lab.messages("start")) == 1


def test_a_name_is_a_label_and_costs_no_run(lab: Lab) -> None:
    lab.open(SMALL)
    lab.button("Step").click()
    lab.wait_for_iteration(1)
    lab.button("Rename LSTM").click()
    field = lab.page.get_by_role("textbox", name="Name of LSTM")
    expect(field).to_be_focused()
    field.fill("with gates")
    field.press("Enter")
    lab.wait("state.lanes[1].label === 'with gates'")
    expect(lab.button("Rename with gates")).to_be_focused()
    expect(lab.status()).to_contain_text("with gates")
    expect(lab.region("Inside the cell").get_by_text("with gates").first).to_be_visible()
    assert lab.read("state.frame.iteration") == 1
    assert len(lab.messages("start")) == 1
    assert lab.read("state.recipe.lanes[1]") == {"cell": "lstm", "name": "with gates"}
    lab.page.wait_for_url("**with%20gates**")
    lab.button("Undo").click()
    lab.wait("state.lanes[1].label === 'LSTM'")
    assert lab.read("state.recipe.lanes[1]") == {"cell": "lstm"}
    lab.button("Rename GRU").click()
    lab.page.get_by_role("textbox", name="Name of GRU").fill("nothing")
    lab.page.keyboard.press("Escape")
    lab.page.wait_for_timeout(200)
    assert lab.read("state.lanes[2].label") == "GRU"


def test_a_name_from_right_to_left_stands_isolated_in_all_texts(lab: Lab) -> None:
    name = "\u05e9\u05dc\u05d5\u05dd"
    lanes = [{"cell": "rnn"}, {"cell": "lstm", "name": name}]
    lab.open({**SMALL, "lanes": lanes})
    lab.button("Step").click()
    lab.wait_for_iteration(1)
    lab.settled()
    texts = lab.page.evaluate(
        """() => [...document.querySelectorAll('body *')].flatMap((element) => [
          ...[...element.childNodes].filter(({ nodeType }) => nodeType === 3)
            .map(({ data }) => data),
          ...['title', 'aria-label'].map((name) => element.getAttribute(name) ?? ''),
        ])"""
    )
    found = [text for text in texts if name in text]
    assert len(found) > 10
    assert [text for text in found if f"\u2068{name}\u2069" not in text] == []
    assert lab.read("state.recipe.lanes[1].name") == name


def test_characters_that_nobody_sees_are_left_out_of_a_name(lab: Lab) -> None:
    lab.open({**SMALL, "lanes": [{"cell": "rnn"}, {"cell": "lstm", "name": "from\u202e a link"}]})
    lab.wait("state.lanes[1].label === 'from a link'")
    expect(lab.page.locator(".notice.problem")).to_have_count(0)
    lab.button("Rename from a link").click()
    field = lab.page.get_by_role("textbox", name="Name of from a link")
    field.fill("\u2067typed\u200f")
    field.press("Enter")
    lab.wait("state.lanes[1].label === 'typed'")
    assert lab.read("state.recipe.lanes[1].name") == "typed"


def test_the_knob_that_differs_is_marked_where_it_is_set(lab: Lab) -> None:
    lab.open({**SMALL, "lanes": [{"cell": "lstm"}, {"cell": "lstm", "learning_rate": 0.1}]})
    expect(lab.page.locator("#lanes legend")).to_contain_text("only learning rate differs")
    marks = lab.region("Controls").locator(".unlike:visible")
    expect(marks).to_have_count(1)
    assert marks.first.locator("xpath=ancestor::*[@data-path][1]").get_attribute("data-path") == (
        "base.learning_rate"
    )
    # Where a lane has a value of its own, that it can be given back says so.
    lab.page.get_by_role("button", name=re.compile("Own settings")).last.click()
    own = lab.page.locator(".lane-own .inherit:visible")
    expect(own).to_have_count(1)
    assert own.locator("xpath=ancestor::*[@data-path][1]").get_attribute("data-path") == (
        "lanes.1.learning_rate"
    )


@pytest.mark.parametrize("label", ["Learning rate", "Clip gradients", "Clip threshold"])
def test_what_acts_at_once_is_in_sight_without_scrolling(lab: Lab, label: str) -> None:
    lab.open({})
    lab.button("Pause").click()
    expect(lab.field(label)).to_be_in_viewport(ratio=1)
    label_box = lab.page.locator("#field-base-init").locator("xpath=..").locator("label")
    height = label_box.evaluate("(label) => label.getBoundingClientRect().height")
    line = label_box.evaluate("(label) => parseFloat(getComputedStyle(label).lineHeight)")
    assert height < 1.5 * line, "the label is broken into two lines"


def test_rare_fields_are_folded_until_one_has_news(lab: Lab) -> None:
    lab.open(SMALL)
    decay = lab.field("Weight decay")
    expect(decay).to_be_hidden()
    fold = lab.region("Controls").locator('.group > .more[data-fold="training"]')
    expect(fold.locator("summary")).to_contain_text("weight decay, schedule")
    fold.locator("summary").click()
    expect(decay).to_be_visible()
    lab.page.reload()
    lab.wait("state.frame !== null")
    expect(decay).to_be_visible()
    fold.locator("summary").click()
    expect(decay).to_be_hidden()
    lab.page.reload()
    lab.wait("state.frame !== null")
    expect(decay).to_be_hidden()
    lab.open({**SMALL, "seed": 1, "base": {"hidden_size": 8, "weight_decay": 0.01}})
    expect(decay).to_be_visible()


def test_help_lists_the_keys_and_gives_the_focus_back(lab: Lab) -> None:
    lab.open(SMALL)
    lab.button("Help").focus()
    lab.page.keyboard.press("Enter")
    dialog = lab.page.get_by_role("dialog", name="Keys and marks")
    expect(dialog).to_be_visible()
    for key in ("space", "s", "r", "[", "?", "p", "Ctrl Z"):
        expect(dialog.locator("kbd", has_text=re.compile(f"^{re.escape(key)}$"))).to_be_visible()
    for mark in ("ribbon", "horizon", "ghost", "live", "restarts"):
        expect(dialog.locator("dt", has_text=re.compile(f"^{mark}$"))).to_be_visible()
    cursor = lab.read("state.cursor")
    for key in ("s", "ArrowLeft", "p", "]"):
        lab.page.keyboard.press(key)
    lab.page.wait_for_timeout(200)
    assert lab.read("state.frame.iteration") == 0
    assert lab.read("state.cursor") == cursor
    assert lab.read("state.theme") == "light"
    lab.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(lab.button("Help")).to_be_focused()
    lab.page.locator("body").press("?")
    expect(dialog).to_be_visible()
    lab.page.keyboard.press("?")
    expect(dialog).to_be_hidden()


def test_keys_do_what_the_help_says_and_leave_controls_their_own(lab: Lab) -> None:
    lab.open(SMALL)
    body = lab.page.locator("body")
    body.press("ArrowRight")
    lab.wait("state.cursor.t === 0")
    body.press("ArrowRight")
    lab.wait("state.cursor.t === 1")
    body.press("ArrowDown")
    lab.wait("state.cursor.unit === 0")
    for iteration in (1, 2):
        body.press("s")
        lab.wait(f"state.frame.iteration === {iteration}")
    body.press("[")
    lab.wait("state.frame.iteration === 1 && state.past === 1")
    body.press("l")
    lab.wait("state.past === null && state.frame.iteration === 2")
    # The arrows of a slider and of a menu are theirs; a slider has no use for letters.
    pace = lab.page.get_by_label("Pace")
    pace.focus()
    pace.press("ArrowLeft")
    lab.wait("state.pace === 30")
    lab.page.locator("#field-base-optimizer").press("ArrowRight")
    lab.page.wait_for_timeout(200)
    assert lab.read("state.cursor.t") == 1
    pace.press("s")
    lab.wait("state.frame.iteration === 3")
    # A button is pressed by space, and nothing else happens.
    plays = len(lab.messages("play"))
    lab.button("Step").press(" ")
    lab.wait("state.frame.iteration === 4")
    assert len(lab.messages("play")) == plays


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_the_projector_enlarges_and_still_fits_and_is_remembered(
    new_lab: Callable[..., Lab], size: tuple[int, int]
) -> None:
    width, height = size
    lab = new_lab(viewport={"width": width, "height": height})
    lab.open(SMALL)
    text = "parseFloat(getComputedStyle(document.body).fontSize)"
    before = lab.page.evaluate(text)
    lab.button("Projector").click()
    expect(lab.button("Projector")).to_have_attribute("aria-pressed", "true")
    lab.wait("state.theme === 'light projector'")
    assert lab.page.evaluate(text) >= 1.25 * before
    assert lab.page.evaluate(text) >= 22 * height / 1080
    fold = lab.button("Controls")
    expect(fold).to_have_attribute("aria-expanded", "false")
    lab.drawn()
    overflow = """() => {
      const root = document.documentElement;
      const status = document.querySelector("#status");
      const left = (node) => node.getBoundingClientRect().left;
      const cut = left(status.firstElementChild) - left(status);
      return [root.scrollWidth, root.scrollHeight, cut];
    }"""
    wide, high, cut = lab.page.evaluate(overflow)
    assert wide <= width
    assert high <= height
    assert cut >= 0
    for name in ("Play", "Share", "Help", "Undo"):
        expect(lab.button(name)).to_be_in_viewport(ratio=1)
    lab.page.reload()
    expect(lab.page.locator("html")).to_have_attribute("data-mode", "projector")
    lab.wait("state.theme === 'light projector'")
    lab.page.locator("body").press("p")
    lab.wait("state.theme === 'light'")


def test_the_controls_fold_to_give_the_charts_their_room(lab: Lab) -> None:
    lab.open(SMALL)

    def width() -> float:
        box = lab.region("Gradient flow").bounding_box()
        assert box is not None
        return box["width"]

    lab.drawn()
    before = width()
    lab.button("Controls").click()
    expect(lab.field("Learning rate")).to_be_hidden()
    lab.wait_for(lambda: width() > before + 80)
    lab.button("Controls").click()
    expect(lab.field("Learning rate")).to_be_visible()
    lab.wait_for(lambda: width() == before)


def test_a_tap_on_a_name_says_what_it_is(new_lab: Callable[..., Lab]) -> None:
    options: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
    lab = new_lab(**options, is_mobile=True)
    lab.open(SMALL)
    lab.button("Controls").tap()
    label = lab.page.locator('[data-path="base.clip_threshold"] label')
    label.tap()
    tip = lab.page.get_by_role("tooltip")
    expect(tip).to_contain_text("Largest global norm", timeout=PATIENCE)
    expect(lab.field("Clip threshold")).not_to_be_focused()
    label.tap()
    expect(tip).to_be_hidden()
    lab.button("Presets").tap()
    expect(lab.page.get_by_role("menu", name="Presets")).to_be_visible()
    lab.drawn()
    box = lab.page.get_by_role("menu", name="Presets").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
