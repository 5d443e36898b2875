"""What somebody does in the lab, done by a browser."""

import math
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.lab import PATIENCE, Lab

SMALL = {"task": {"seq_len": 20}, "batch_size": 8, "base": {"hidden_size": 8}}
"""A recipe that is fast on any machine."""

VIEWS = ["Unrolled network", "Gradient flow", "Inside the cell", "Training", "Prediction"]


def test_a_plain_visit_plays_by_itself_and_asks_nobody_else(lab: Lab) -> None:
    lab.open()
    lab.wait_for_iteration(10)
    lab.plotly_arrived()
    expect(lab.button("Play")).to_have_attribute("aria-pressed", "true")
    expect(lab.status()).to_contain_text("iteration")
    expect(lab.status()).to_contain_text("loss")
    expect(lab.status()).to_contain_text("live")
    assert [lane["label"] for lane in lab.read("state.lanes")] == ["RNN tanh", "LSTM", "GRU"]
    assert lab.complaints == []
    assert lab.hosts == {lab.url.split("/")[2]}


def test_the_page_is_drawn_and_plays_before_plotly_arrives(new_lab: Callable[..., Lab]) -> None:
    lab = new_lab(new=True)
    lab.page.route("**/plotly-*.js", lambda route: None)
    lab.open({"task": {"seq_len": 20}})
    lab.button("Play").click()
    before = lab.picture("Gradient flow")
    lab.wait_for_iteration(10)
    assert lab.picture("Gradient flow") != before
    assert lab.page.evaluate("globalThis.Plotly") is None


def test_it_does_not_play_by_itself_where_motion_is_not_wanted(
    new_lab: Callable[..., Lab],
) -> None:
    lab = new_lab(reduced_motion="reduce")
    lab.open()
    lab.page.wait_for_timeout(500)
    assert lab.read("state.frame.iteration") == 0
    assert lab.messages("play") == []


def test_buttons_and_regions_have_names_and_something_to_show(lab: Lab) -> None:
    lab.open(SMALL)
    for name in ("Play", "Pause", "Step", "Reset", "Share"):
        expect(lab.button(name)).to_be_visible()
        expect(lab.button(name)).to_be_enabled()
    expect(lab.region("Controls")).to_be_visible()
    for name in VIEWS:
        expect(lab.region(name)).to_be_visible()
        expect(lab.region(name).locator("canvas").first).to_be_visible()


def test_the_true_gradients_are_there_before_play(lab: Lab) -> None:
    lab.open(SMALL)
    assert lab.read("state.frame.iteration") == 0
    for lane in range(3):
        norms = lab.line(lane)
        assert len(norms) == 21
        assert all(math.isfinite(norm) for norm in norms)


def test_play_moves_the_gradient_line(lab: Lab) -> None:
    lab.open(SMALL)
    numbers, picture = lab.line(0), lab.picture("Gradient flow")
    lab.button("Play").click()
    lab.wait_for_iteration(20)
    assert lab.line(0) != numbers
    assert lab.picture("Gradient flow") != picture


def test_pause_stands_still_and_step_advances_one_iteration(lab: Lab) -> None:
    lab.open(SMALL)
    lab.button("Play").click()
    lab.wait_for_iteration(5)
    stood = lab.rest()
    lab.button("Step").click()
    lab.wait_for_iteration(stood + 1)
    lab.page.wait_for_timeout(300)
    assert lab.read("state.frame.iteration") == stood + 1
    expect(lab.status()).to_contain_text(f"{stood + 1:,}")


def test_step_while_playing_pauses(lab: Lab) -> None:
    lab.open(SMALL)
    lab.button("Play").click()
    lab.wait_for_iteration(5)
    lab.button("Step").click()
    lab.wait("state.run === 'paused'")
    expect(lab.button("Pause")).to_have_attribute("aria-pressed", "true")


def test_every_iteration_arrives_once(lab: Lab) -> None:
    lab.open(SMALL)
    lab.page.get_by_label("Pace").fill("6")
    lab.button("Play").click()
    lab.wait("state.history.length > 200")
    assert lab.rest() == lab.read("state.history.length") - 1
    assert lab.read(
        "state.history.iteration.data.subarray(0, state.history.length)"
        ".every((iteration, index) => iteration === index)"
    )


def test_the_pace_is_changed_while_it_plays(lab: Lab) -> None:
    lab.open(SMALL)
    lab.page.get_by_label("Pace").fill("1")
    lab.wait("state.pace === 2")
    lab.button("Play").click()
    lab.wait_for_iteration(1)
    now = "[performance.now() / 1000, unrolled.store.state.frame.iteration]"
    began, first = lab.page.evaluate(now)
    lab.page.wait_for_timeout(1500)
    ended, last = lab.page.evaluate(now)
    assert last - first <= 2 * (ended - began) + 2
    assert lab.messages("pace")[-1] == {"type": "pace", "iterations_per_second": 2}


def test_the_learning_rate_changes_without_a_restart(lab: Lab) -> None:
    lab.open(SMALL)
    lab.button("Play").click()
    lab.wait_for_iteration(10)
    starts, before = len(lab.messages("start")), lab.read("state.frame.iteration")
    lab.field("Learning rate").fill("0.01")
    lab.wait("state.recipe.tweaks.length === 1")
    lab.wait_for_iteration(before + 20)
    assert len(lab.messages("start")) == starts
    tweak = lab.read("state.recipe.tweaks[0]")
    assert tweak["changes"] == {"learning_rate": 0.01}
    assert tweak["iteration"] >= before
    assert lab.read("state.first.iteration") == 0
    expect(lab.field("Learning rate")).to_have_value("0.01")


def test_a_slider_and_the_arrow_keys_change_the_number(lab: Lab) -> None:
    lab.open(SMALL)
    slider = lab.page.locator('[data-path="base.learning_rate"] .slider')
    slider.fill("0.5")
    low, high = (float(slider.get_attribute(f"data-{end}") or "") for end in ("low", "high"))
    middle = float(f"{math.sqrt(low * high):.2g}")
    expect(lab.field("Learning rate")).to_have_value(f"{middle:g}")
    lab.field("Learning rate").press("ArrowUp")
    lab.wait(f"state.form.base.learning_rate > {middle}")
    lab.wait(f"state.recipe.tweaks.at(-1).changes.learning_rate > {middle}")


def test_letters_on_the_way_to_a_number_are_not_sent(lab: Lab) -> None:
    lab.open(SMALL)
    field = lab.field("Learning rate")
    field.fill("")
    expect(field).to_have_attribute("aria-invalid", "true")
    before = len(lab.messages("tweak"))
    # All in one moment: a busy machine might take the first key for the whole number.
    field.evaluate(
        """(field) => {
          for (const value of ["1", "1e", "1e-", "1e-3"]) {
            field.value = value;
            field.dispatchEvent(new InputEvent("input", { inputType: "insertText" }));
          }
        }"""
    )
    lab.wait("state.form.base.learning_rate === 0.001")
    changes = [message["changes"] for message in lab.messages("tweak")[before:]]
    assert changes == [{"learning_rate": 0.001}]


def test_a_bad_value_is_told_beside_its_field_and_the_run_goes_on(lab: Lab) -> None:
    lab.open(SMALL)
    lab.button("Play").click()
    lab.wait_for_iteration(5)
    field = lab.field("Learning rate")
    field.fill("-1")
    expect(field).to_have_attribute("aria-invalid", "true")
    message = lab.page.locator("#" + (field.get_attribute("aria-describedby") or "").split()[-1])
    expect(message).to_be_visible()
    expect(message).to_contain_text("-1")
    expect(message).to_contain_text("greater than 0")
    beside, above = field.bounding_box(), message.bounding_box()
    assert beside is not None
    assert above is not None
    assert 0 <= above["y"] - beside["y"] < 80
    stood = lab.read("state.frame.iteration")
    lab.wait_for_iteration(stood + 10)
    assert lab.read("state.recipe.tweaks.length") == 0
    field.fill("0.02")
    expect(message).to_be_hidden()
    expect(field).not_to_have_attribute("aria-invalid", "true")


def test_a_decimal_comma_is_a_decimal_point(lab: Lab) -> None:
    lab.open(SMALL)
    field = lab.field("Learning rate")
    field.click()
    field.press("Control+a")
    field.press_sequentially("0,02", delay=30)
    lab.wait("state.recipe.tweaks.length === 1")
    assert lab.read("state.recipe.tweaks[0].changes") == {"learning_rate": 0.02}
    expect(field).to_have_value("0.02")
    expect(lab.page.get_by_role("spinbutton", name="Learning rate")).to_have_attribute(
        "aria-valuenow", "0.02"
    )


@pytest.mark.parametrize("bad", ["abc", "0", "1,000"])
def test_what_is_no_number_for_a_field_is_said_in_words_with_the_value_in_force(
    lab: Lab, bad: str
) -> None:
    lab.open(SMALL)
    field = lab.field("Layers")
    field.fill(bad)
    message = lab.page.locator("#field-base-num_layers-error")
    expect(message).to_contain_text("Layers needs a whole number from 1 to 4, not")
    expect(message).to_contain_text(bad)
    expect(message).to_contain_text("; still running with 1.")
    field.press("Tab")
    expect(message).to_be_visible()
    lab.button("Reset").click()
    expect(message).to_be_hidden()
    expect(field).to_have_value("1")


def test_letters_do_not_empty_a_number_and_arrows_start_from_the_value_in_force(lab: Lab) -> None:
    lab.open(SMALL)
    field = lab.field("Hidden units H")
    field.select_text()
    for key in ("r", "s", " ", "x"):
        field.press(key)
    expect(field).to_have_value("8")
    field.press("Delete")
    expect(field).to_have_value("")
    field.press("ArrowUp")
    expect(field).to_have_value("9")
    lab.wait("state.recipe.base.hidden_size === 9")
    field.fill("777")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.press("Escape")
    expect(field).to_have_value("9")
    expect(field).not_to_have_attribute("aria-invalid", "true")


def test_a_bad_value_of_a_restarting_field_leaves_the_run_as_it_is(lab: Lab) -> None:
    lab.open(SMALL)
    lab.button("Play").click()
    lab.wait_for_iteration(5)
    field = lab.field("Hidden units H")
    field.fill("9999")
    expect(field).to_have_attribute("aria-invalid", "true")
    stood = lab.read("state.frame.iteration")
    lab.wait_for_iteration(stood + 10)
    assert lab.read("state.recipe.base.hidden_size") == 8
    lab.field("Batch size B").fill("4")
    lab.wait("state.recipe.batch_size === 4")
    expect(field).to_have_value("9999")
    field.fill("6")
    lab.wait("state.recipe.base.hidden_size === 6")
    expect(field).not_to_have_attribute("aria-invalid", "true")


def test_a_complaint_is_told_where_it_belongs_in_a_lane(lab: Lab) -> None:
    lab.open(SMALL)
    lab.page.get_by_role("button", name="Own settings of LSTM").click()
    own = lab.page.get_by_role("group", name="Own settings of LSTM")
    own.get_by_label("Hidden units H", exact=True).fill("0")
    expect(own.get_by_label("Hidden units H", exact=True)).to_have_attribute("aria-invalid", "true")
    shared = lab.page.locator("#field-base-hidden_size")
    expect(shared).not_to_have_attribute("aria-invalid", "true")


def test_a_restarting_field_starts_anew_and_plays_on(lab: Lab) -> None:
    lab.open(SMALL)
    lab.button("Play").click()
    lab.wait_for_iteration(10)
    lab.field("Hidden units H").fill("12")
    lab.wait("state.recipe.base.hidden_size === 12 && state.lanes[0].hidden_size === 12")
    lab.wait_for_iteration(5)
    assert lab.messages("start")[-1]["recipe"]["base"]["hidden_size"] == 12
    assert lab.read("state.history.iteration.data[0]") == 0
    expect(lab.button("Play")).to_have_attribute("aria-pressed", "true")


def test_reset_goes_back_to_iteration_0_and_keeps_the_values(lab: Lab) -> None:
    lab.open(SMALL)
    first = lab.line(0)
    lab.button("Play").click()
    lab.wait_for_iteration(10)
    lab.field("Learning rate").fill("0.05")
    lab.wait("state.recipe.tweaks.length === 1")
    lab.button("Reset").click()
    lab.wait("state.frame !== null && state.frame.iteration === 0")
    lab.page.wait_for_timeout(300)
    assert lab.read("state.frame.iteration") == 0
    assert lab.line(0) == first
    assert lab.read("state.recipe.base.learning_rate") == 0.05
    assert lab.read("state.recipe.tweaks") == []


def test_another_task_brings_its_own_fields(lab: Lab) -> None:
    lab.open(SMALL)
    lab.field("Task").select_option("next_char")
    lab.wait("state.task.name === 'next_char'")
    expect(lab.field("Your own text")).to_be_visible()
    lab.field("Your own text").fill("aaaa")
    expect(lab.field("Your own text")).to_have_attribute("aria-invalid", "true")
    lab.field("Task").select_option("adding")
    lab.wait("state.task.name === 'adding'")
    expect(lab.field("Sequence length T")).to_have_value("20")
    expect(lab.field("Your own text")).to_have_count(0)


def test_lanes_come_and_go(lab: Lab) -> None:
    lab.open(SMALL)
    add = lab.page.get_by_role("button", name="lane", exact=True)
    add.click()
    lab.wait("state.lanes.length === 4")
    expect(add).to_be_disabled()
    assert lab.read("state.recipe.lanes[3]") == lab.read("state.recipe.lanes[2]")
    remove = lab.page.get_by_role("button", name="Remove")
    for left in (3, 2, 1):
        remove.first.click()
        lab.wait(f"state.lanes.length === {left}")
        expect(remove).to_have_count(left)
    expect(remove).to_be_disabled()
    assert [lane["label"] for lane in lab.read("state.lanes")] == ["GRU"]


def test_the_heading_says_the_one_thing_that_differs(lab: Lab) -> None:
    lanes = [{"cell": "rnn"}, {"cell": "rnn", "spectral_radius": 1.5}]
    lab.open({**SMALL, "lanes": lanes})
    heading = lab.page.locator("#lanes legend")
    expect(heading).to_contain_text("only spectral radius of W_hh differs", ignore_case=True)


def test_a_lane_has_settings_of_its_own_and_a_way_back(lab: Lab) -> None:
    lab.open(SMALL)
    lab.page.get_by_role("button", name="Own settings of GRU").click()
    own = lab.page.get_by_role("group", name="Own settings of GRU")
    rate, hidden = (
        own.get_by_label("Learning rate", exact=True),
        own.get_by_label("Hidden units H", exact=True),
    )
    back = own.get_by_role("button", name="Hidden units H: back to the shared value")
    expect(hidden).to_have_value("8")
    expect(back).to_be_hidden()
    hidden.fill("5")
    lab.wait("state.lanes[2].hidden_size === 5 && state.lanes[1].hidden_size === 8")
    rate.fill("0.5")
    lab.wait("state.recipe.tweaks.length === 1")
    assert lab.read("state.recipe.tweaks[0].lane") == 2
    back.click()
    lab.wait("state.lanes[2].hidden_size === 8")
    assert lab.read("state.recipe.lanes[2]") == {"cell": "gru", "learning_rate": 0.5}
    expect(back).to_be_hidden()


def test_keys_play_step_and_reset_but_not_in_a_field(lab: Lab) -> None:
    lab.open(SMALL)
    lab.page.keyboard.press("s")
    lab.wait("state.frame.iteration === 1")
    lab.page.keyboard.press(" ")
    lab.wait("state.run === 'playing'")
    lab.page.keyboard.press(" ")
    lab.wait("state.run === 'paused'")
    lab.page.keyboard.press("r")
    lab.wait("state.frame.iteration === 0")
    starts = len(lab.messages("start"))
    lab.page.get_by_role("button", name="Own settings of GRU").click()
    lab.page.get_by_label("Name", exact=True).press_sequentially("s r")
    lab.page.wait_for_timeout(200)
    assert lab.messages("play") == [{"type": "play"}]
    assert len(lab.messages("start")) == starts


def test_a_tab_reaches_every_button_and_field(lab: Lab) -> None:
    lab.open(SMALL)
    lab.drawn()
    reached = set()
    for _ in range(60):
        lab.page.keyboard.press("Tab")
        reached.add(lab.page.evaluate("document.activeElement.textContent.trim()"))
        reached.add(lab.page.evaluate("document.activeElement.id"))
    assert {"Play", "Pause", "Step", "Reset", "Share", "pace", "theme"} <= reached
    assert {"field-task-name", "field-base-learning_rate", "field-batch_size"} <= reached


def test_the_theme_is_switched_and_remembered(lab: Lab) -> None:
    lab.open(SMALL)
    lab.page.get_by_role("button", name="Switch to the dark theme").click()
    expect(lab.page.locator("html")).to_have_attribute("data-theme", "dark")
    lab.wait("state.theme === 'dark'")
    lab.page.reload()
    expect(lab.page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_system_that_is_dark_gets_a_dark_page(new_lab: Callable[..., Lab]) -> None:
    lab = new_lab(color_scheme="dark")
    lab.open(SMALL)
    expect(lab.page.locator("html")).to_have_attribute("data-theme", "dark")


def test_help_is_shown_to_whoever_points_at_a_field(lab: Lab) -> None:
    lab.open(SMALL)
    lab.page.locator("label", has_text="Clip threshold").first.hover()
    tip = lab.page.get_by_role("tooltip")
    expect(tip).to_be_visible()
    expect(tip).to_contain_text("Largest global norm")
    expect(lab.field("Clip threshold")).to_have_accessible_description(
        lab.page.locator("#field-base-clip_threshold-help").inner_text()
        or lab.page.locator("#field-base-clip_threshold-help").text_content()
        or ""
    )


def test_help_stays_in_the_column_of_the_controls_and_goes_once_it_is_read(lab: Lab) -> None:
    lab.open(SMALL)
    tip = lab.page.get_by_role("tooltip")
    for path in ("#field-base-clip_threshold", "#field-base-optimizer"):
        lab.page.locator(path).hover()
        expect(tip).to_be_visible()
        box, column = tip.bounding_box(), lab.region("Controls").bounding_box()
        assert box is not None
        assert column is not None
        assert box["x"] + box["width"] <= column["x"] + column["width"]
        lab.page.mouse.move(1000, 5)
        expect(tip).to_be_hidden()
    lab.field("Clip threshold").focus()
    lab.page.keyboard.press("Tab")
    expect(tip).to_be_visible()
    lab.page.keyboard.press("Enter")
    expect(tip).to_be_hidden()


def test_each_lane_is_named_in_its_menu_and_says_what_its_reach_is(lab: Lab) -> None:
    lab.open({**SMALL, "lanes": [{"cell": "lstm"}, {"cell": "gru", "truncate": 4}]})
    expect(lab.page.get_by_role("combobox", name="Cell of LSTM")).to_have_value("lstm")
    expect(lab.page.get_by_role("button", name="Remove GRU")).to_be_visible()
    horizon = lab.page.locator(".lane-reach")
    expect(horizon.last).to_contain_text("(truncated)")
    expect(horizon.first).not_to_contain_text("(truncated)")
    expect(horizon.first).to_have_attribute(
        "data-tip", re.compile("above 1 % .*20\\+: up to the first")
    )
    expect(horizon.first).to_have_accessible_description(re.compile("above 1 %"))


def test_the_status_line_names_the_loss_of_each_lane(lab: Lab) -> None:
    lab.open(SMALL)
    expect(lab.status()).to_contain_text("iteration 0")
    for lane, (label, letter) in enumerate([("RNN tanh", "R"), ("LSTM", "L"), ("GRU", "G")]):
        loss = lab.line(lane, "loss")[0]
        # The name is read, the letter is seen.
        text = f"{label} {letter}{loss:.2g}"[:-1]
        expect(lab.status()).to_contain_text(text, timeout=PATIENCE)


def test_the_status_line_changes_a_few_times_a_second_and_is_not_read_aloud(lab: Lab) -> None:
    lab.open(SMALL)
    expect(lab.status()).to_have_attribute("aria-live", "polite")
    lab.button("Play").click()
    lab.wait_for_iteration(20)
    lab.page.evaluate(
        """() => {
          globalThis.changes = 0;
          globalThis.since = document.timeline.currentTime;
          const iteration = document.querySelector(".status-iteration b");
          new MutationObserver(() => { globalThis.changes += 1; })
            .observe(iteration, { childList: true });
        }"""
    )
    before = lab.read("state.frame.iteration")
    lab.page.wait_for_timeout(2000)
    lab.wait_for_iteration(before + 10)
    lab.wait_until("changes >= 1")
    # In the time of the screen's frames: a frame may come late, but not twice in a beat.
    changes, seconds = lab.page.evaluate(
        "[changes, (document.timeline.currentTime - since) / 1000]"
    )
    assert 1 <= changes <= 4 * seconds + 1
    expect(lab.status()).to_have_attribute("aria-live", "off")


def test_the_iteration_is_the_last_to_go_from_the_header(lab: Lab) -> None:
    cells = [{"cell": cell} for cell in ("rnn", "lstm", "gru", "mgu")]
    lab.open({"batch_size": 4, "base": {"hidden_size": 4}, "lanes": cells})
    lab.page.set_viewport_size({"width": 1366, "height": 768})
    lab.page.evaluate(
        """() => {
          const [at, of] = document.querySelectorAll(".status-iteration :is(b, span)");
          at.textContent = "123,456";
          of.textContent = " of 123,457";
        }"""
    )
    boxes = lab.page.evaluate(
        """() => [".status", ".status-iteration", ".status-losses", ".status-connection"]
          .map((name) => document.querySelector(name).getBoundingClientRect())
          .map(({ left, right }) => [left, right])"""
    )
    (left, right), *parts = boxes
    ends = [end for part in parts for end in part]
    assert ends == sorted(ends)
    assert left <= ends[0]
    assert ends[-1] <= right + 0.5
    losses = lab.page.locator(".status-losses")
    whole = losses.evaluate(
        """(node) => [...node.querySelectorAll(".status-lane")]
          .map((lane) => [lane.getBoundingClientRect(), node.getBoundingClientRect()])
          .filter(([lane, line]) => lane.top < line.bottom - 2)
          .every(([lane, line]) => lane.right <= line.right + 0.5)"""
    )
    assert whole, "a lane that has no room goes as a whole"
