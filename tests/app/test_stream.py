"""The protocol, as a viewer sees it."""

import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from app.stream.outbox import CREDITS
from app.wire import Decoded
from engine import Experiment, Recipe, Watch
from tests.app.live import SMALL, Live, Viewer, wait_until

HEAVY = {"task": {"seq_len": 200}, "batch_size": 32, "base": {"hidden_size": 64}}


def engine_frames(recipe: dict[str, Any], count: int, watch: Watch | None = None) -> list[Any]:
    """What the engine says of the first iterations of a recipe."""
    experiment = Experiment(Recipe.model_validate(recipe))
    return [experiment.advance(watch or Watch()) for _ in range(count)]


def history(frames: list[Decoded], name: str) -> list[float]:
    """A scalar of all iterations that some frames tell of."""
    path = "history/iteration" if name == "iteration" else name.replace("/", "/history/")
    return [value for frame in frames for value in frame.arrays[path].tolist()]


def assert_same_arrays(one: Decoded, other: Decoded) -> None:
    """Bit by bit, but for the history: it depends on what was sent before."""
    names = {name for name in one.arrays if "history" not in name}
    assert names == {name for name in other.arrays if "history" not in name}
    for name in names:
        assert one.arrays[name].tobytes() == other.arrays[name].tobytes(), name


def run_ahead(viewer: Viewer, of: list[Decoded]) -> list[Decoded]:
    """Let a run that plays leave behind a viewer that acknowledges nothing.

    Returns
    -------
    list of Decoded
        The frames that came before and meanwhile; the run is far beyond the last of them.
    """
    frames = list(of)
    while True:
        message = viewer.receive()
        if isinstance(message, Decoded):
            frames.append(message)
        elif "iteration" in message and message["iteration"] > frames[-1].iteration + 3:
            return frames


class TestStarting:
    def test_ready_tells_all_that_a_page_needs(self, viewer: Viewer) -> None:
        viewer.send("start", recipe=SMALL)
        ready = viewer.receive()
        assert isinstance(ready, dict)
        experiment = Experiment(Recipe.model_validate(SMALL))
        assert ready["type"] == "ready"
        assert ready["recipe"] == experiment.recipe.model_dump(mode="json")
        assert ready["task"]["timesteps"] == 8
        assert ready["task"]["baseline"]["loss"] == experiment.task.baseline.loss
        assert ready["example"] == experiment.example(0)
        assert ready["iteration"] == 0
        rnn, lstm, gru = ready["lanes"]
        assert [lane["index"] for lane in ready["lanes"]] == [0, 1, 2]
        assert [lane["cell"] for lane in ready["lanes"]] == ["rnn", "lstm", "gru"]
        assert lstm["gate_names"] == ["i", "f", "g", "o"]
        assert lstm["state_names"] == ["h", "c"]
        assert rnn["state_names"] == ["h"]
        assert gru["gate_names"] == ["r", "z", "n"]
        # W_ih (G·H, D), W_hh (G·H, H), two biases, and the readout of one value.
        assert rnn["parameters"] == 4 * 2 + 4 * 4 + 2 * 4 + 4 + 1
        assert lstm["parameters"] == 4 * (4 * 2 + 4 * 4 + 2 * 4) + 4 + 1
        assert (gru["hidden_size"], gru["num_layers"]) == (4, 1)
        assert lstm["label"] == "LSTM"

    def test_the_first_frame_is_of_the_initial_weights_and_then_it_waits(
        self, viewer: Viewer
    ) -> None:
        frame = viewer.start()
        assert frame.iteration == 0
        [expected] = engine_frames(SMALL, 1)
        assert frame.arrays["1/loss"] == expected.arrays["1/loss"]
        np.testing.assert_array_equal(
            frame.arrays["0/dh_norm"], np.log10(expected.arrays["0/dh_norm"]).astype(np.float32)
        )
        assert frame.arrays["1/gate.f"].shape == (8, 4)
        assert history([frame], "iteration") == [0]
        assert viewer.received_within(0.3) == []

    def test_the_first_demonstration_needs_no_recipe(self, viewer: Viewer) -> None:
        viewer.send("start")
        ready, _ = viewer.until(type="ready")
        assert ready["recipe"] == Recipe().model_dump(mode="json")

    def test_a_start_replaces_the_run(self, viewer: Viewer) -> None:
        viewer.start()
        viewer.send("play")
        viewer.until(type="state", state="playing")
        first = viewer.start({**SMALL, "seed": 5})
        [expected] = engine_frames({**SMALL, "seed": 5}, 1)
        assert first.arrays["0/loss"] == expected.arrays["0/loss"]
        assert viewer.received_within(0.3) == []  # nothing of the old run, which played
        assert [frame.iteration for frame in viewer.step()] == [1]

    def test_a_start_needs_no_acknowledgement_of_the_old_run(self, viewer: Viewer) -> None:
        viewer.acknowledges = False
        viewer.start()
        viewer.step()
        assert viewer.start().iteration == 0

    def test_the_old_run_is_given_up(self, live: Live, viewer: Viewer) -> None:
        viewer.start()
        old = live.parts()
        assert old
        viewer.send("play")
        viewer.start()
        wait_until(lambda: not old & live.parts())

    def test_pace_and_watch_outlive_a_start_as_far_as_they_fit(self, viewer: Viewer) -> None:
        viewer.start()
        viewer.send("pace", iterations_per_second=7)
        viewer.send("watch", lane=2, example=3)
        viewer.send("start", recipe=SMALL)
        ready, _ = viewer.until(type="ready")
        assert (ready["pace"], ready["watch"]["lane"], ready["watch"]["example"]) == (7, 2, 3)
        assert ready["example"] == Experiment(Recipe.model_validate(SMALL)).example(3)
        viewer.send("start", recipe={**SMALL, "lanes": [{}]})
        ready, _ = viewer.until(type="ready")
        assert (ready["pace"], ready["watch"]["lane"], ready["watch"]["example"]) == (7, None, 0)


class TestPlaying:
    def test_play_goes_on_until_pause(self, viewer: Viewer) -> None:
        viewer.start()
        viewer.send("play")
        viewer.until(type="state", state="playing")
        frames = viewer.frames_up_to(21)
        paused, more = viewer.pause(frames)
        last = [*frames, *more][-1]
        assert last.iteration == paused["iteration"]  # the last iteration is shown, not skipped
        assert viewer.received_within(0.2) == []

    @pytest.mark.usefixtures("endured")
    def test_a_pause_shows_the_last_iteration_as_if_it_had_been_watched(
        self, viewer: Viewer
    ) -> None:
        viewer.acknowledges = False  # so that most iterations are not watched
        viewer.start()
        viewer.send("play")
        frames = run_ahead(viewer, of=[viewer.next_frame()])
        viewer.send("pause")
        paused, more = viewer.until(type="state", state="paused")
        frames += more
        viewer.send("ack", iteration=frames[-1].iteration)
        shown = viewer.receive()
        assert isinstance(shown, Decoded)
        assert shown.iteration == paused["iteration"] > frames[-1].iteration
        expected = engine_frames(SMALL, shown.iteration + 1)[-1]
        for name in ("0/h", "1/gate.f", "2/prediction"):
            np.testing.assert_array_equal(
                shown.arrays[name], expected.arrays[name].astype(np.float32)
            )

    def test_step_does_one_iteration_and_shows_it(self, viewer: Viewer) -> None:
        viewer.start()
        expected = engine_frames(SMALL, 4)
        for iteration in (1, 2, 3):
            [frame] = viewer.step()
            assert frame.iteration == iteration
            assert frame.arrays["2/loss"] == expected[iteration].arrays["2/loss"]
            assert history([frame], "iteration") == [iteration]

    def test_many_steps_show_at_least_the_last_and_tell_of_all(self, viewer: Viewer) -> None:
        viewer.start()
        frames = viewer.step(200)
        assert frames[-1].iteration == 200
        assert history(frames, "iteration") == list(range(1, 201))

    def test_a_step_can_be_cut_short(self, viewer: Viewer) -> None:
        viewer.start()
        viewer.send("step", iterations=10_000)
        viewer.until(type="state", state="playing")
        viewer.send("pause")
        paused, _ = viewer.until(type="state", state="paused")
        assert paused["iteration"] < 10_000

    @pytest.mark.parametrize("iterations", [1, 3])
    def test_steps_that_wait_for_one_another_are_all_done(
        self, viewer: Viewer, iterations: int
    ) -> None:
        viewer.send("start", recipe=SMALL, at=100)
        for number in range(5):
            viewer.send("step", iterations=iterations, id=number)
        end = 100 + 5 * iterations
        viewer.until(type="state", state="paused", iteration=end)
        viewer.send("step", id="last")
        assert viewer.until(id="last")[0]["iteration"] == end + 1

    def test_a_tweak_comes_after_the_step_that_was_asked_for_before(self, viewer: Viewer) -> None:
        viewer.send("start", recipe=SMALL, at=100)
        viewer.send("step", id=1)
        viewer.send("tweak", changes={"learning_rate": 0.5}, id=2)
        [tweak] = viewer.until(id=2)[0]["recipe"]["tweaks"]
        assert tweak["iteration"] == 102

    def test_a_paced_run_is_not_faster_than_its_pace(self, viewer: Viewer) -> None:
        viewer.start()
        viewer.send("pace", iterations_per_second=20)
        assert viewer.until(type="state")[0]["pace"] == 20
        began = time.monotonic()
        viewer.send("play")
        viewer.until(type="state", state="playing")
        frames = viewer.frames_up_to(15)
        elapsed = time.monotonic() - began
        assert frames[-1].iteration <= 20 * elapsed + 1
        told = history(frames, "iteration")
        assert told == list(range(1, len(told) + 1))

    def test_a_slow_run_hears_at_once(self, viewer: Viewer) -> None:
        """It waits ten seconds for its next iteration, but not to be told something."""
        viewer.start()
        viewer.send("pace", iterations_per_second=0.1)
        viewer.send("play")
        frame = viewer.until(type="state", state="playing")[1]
        assert frame == []
        assert viewer.next_frame().iteration == 1
        began = time.monotonic()
        viewer.send("pace", iterations_per_second=1000)
        message, _ = viewer.until(type="state", pace=1000)
        assert message["iteration"] == 1
        viewer.next_frame()
        assert time.monotonic() - began < 8

    def test_numbers_are_those_of_the_engine_whoever_looks(self, viewer: Viewer) -> None:
        viewer.start()
        viewer.send("play")
        frames = viewer.frames_up_to(100)
        expected = engine_frames(SMALL, frames[-1].iteration + 1)
        for name in ("0/loss", "1/clip_factor", "2/horizon"):
            assert history(frames, name) == [frame.arrays[name] for frame in expected[1:]]


class TestTweaking:
    def test_a_tweak_acts_from_the_next_iteration_and_is_in_the_recipe(
        self, viewer: Viewer
    ) -> None:
        viewer.start()
        viewer.step(3)
        viewer.send("tweak", lane=1, changes={"learning_rate": 0.5, "clip": "none"})
        state, _ = viewer.until(type="state")
        tweak = {"iteration": 4, "lane": 1, "changes": {"learning_rate": 0.5, "clip": "none"}}
        assert state["state"] == "paused"
        assert state["recipe"]["tweaks"] == [tweak]
        frames = viewer.step(2)
        told = {**SMALL, "tweaks": [tweak]}
        expected = [frame.arrays["1/loss"] for frame in engine_frames(told, 6)]
        untouched = [frame.arrays["1/loss"] for frame in engine_frames(SMALL, 6)]
        assert history(frames, "1/loss") == expected[4:]
        assert expected[5] != untouched[5]

    def test_before_anything_has_moved_it_acts_on_the_first_update(self, viewer: Viewer) -> None:
        viewer.start()
        viewer.send("tweak", changes={"learning_rate": 0.5}, id=1)
        state, _ = viewer.until(id=1)
        [tweak] = state["recipe"]["tweaks"]
        assert tweak["iteration"] == 0
        again = viewer.receive()
        assert isinstance(again, Decoded)
        assert history([again], "iteration") == [0]
        begun = {**SMALL, "base": {**SMALL["base"], "learning_rate": 0.5}}
        expected = engine_frames(begun, 3)
        assert again.arrays["0/update_norm"] == pytest.approx(
            np.log10(expected[0].arrays["0/update_norm"]), abs=1e-6
        )
        frames = viewer.step(2)
        assert history(frames, "iteration") == [1, 2]
        assert history(frames, "1/loss") == [each.arrays["1/loss"] for each in expected[1:]]

    def test_a_playing_run_goes_on_playing(self, viewer: Viewer) -> None:
        viewer.start()
        viewer.send("play")
        viewer.until(type="state", state="playing")
        viewer.send("tweak", changes={"learning_rate": 0.1}, id=1)
        state, _ = viewer.until(id=1)
        assert (state["type"], state["state"]) == ("state", "playing")
        [tweak] = state["recipe"]["tweaks"]
        assert tweak["iteration"] == state["iteration"] + 1
        assert viewer.next_frame().iteration > state["iteration"]


class TestIds:
    """The answer to a message carries the message's own id."""

    @pytest.mark.parametrize(
        ("type", "fields"),
        [
            ("play", {}),
            ("pause", {}),
            ("step", {}),
            ("step", {"iterations": 3}),
            ("tweak", {"changes": {"clip": "none"}}),
            ("rename", {"lane": 0, "name": "mine"}),
            ("watch", {"example": 1}),
            ("pace", {"iterations_per_second": 9}),
            ("ping", {}),
        ],
    )
    def test_one_state_answers_a_message(
        self, viewer: Viewer, type: str, fields: dict[str, Any]
    ) -> None:
        viewer.start()
        viewer.send(type, **fields, id="mine")
        viewer.send("pause", id="next")  # is answered when all before it has been done
        messages = [viewer.receive()]
        while not isinstance(messages[-1], dict) or messages[-1].get("id") != "next":
            messages.append(viewer.receive())
        messages += viewer.received_within(0.2)
        answers = [each for each in messages if isinstance(each, dict) and each.get("id") == "mine"]
        assert [each["type"] for each in answers] == ["state"]

    def test_a_ready_answers_a_start_and_the_states_of_its_run_have_no_id(
        self, viewer: Viewer
    ) -> None:
        viewer.send("start", recipe=SMALL, at=2, id=5)
        ready, _ = viewer.until(type="ready")
        assert ready["id"] == 5
        paused, _ = viewer.until(type="state", state="paused")
        assert "id" not in paused

    def test_a_step_is_answered_when_it_is_done(self, viewer: Viewer) -> None:
        viewer.start()
        viewer.send("step", id=8)
        answer, [frame] = viewer.until(type="state")
        assert (answer["id"], answer["state"], answer["iteration"]) == (8, "paused", 1)
        assert frame.iteration == 1

    def test_a_step_that_gives_way_to_a_pause_is_answered_too(self, viewer: Viewer) -> None:
        viewer.send("start", recipe=SMALL, at=200)
        viewer.send("step", id=1)
        viewer.send("pause", id=2)
        assert viewer.until(id=1)[0]["type"] == "state"
        assert viewer.until(id=2)[0]["state"] == "paused"

    def test_without_an_id_answers_have_none(self, viewer: Viewer) -> None:
        viewer.start()
        viewer.send("pause")
        assert "id" not in viewer.until(type="state")[0]

    def test_a_ping_is_answered_before_there_is_a_run(self, viewer: Viewer) -> None:
        viewer.send("ping", id=3)
        assert viewer.receive() == {"type": "state", "id": 3}

    def test_a_ping_is_answered_in_the_middle_of_a_replay(self, viewer: Viewer) -> None:
        viewer.send("start", recipe=HEAVY, at=1000)
        viewer.until(type="state", state="replaying")
        viewer.send("ping", id=3)
        answer, frames = viewer.until(id=3)
        assert answer == {"type": "state", "id": 3}
        assert frames == []
        still, frames = viewer.until(type="state", state="replaying")
        assert frames == []
        assert still["iteration"] < 1000


class TestWatching:
    def test_a_paused_run_shows_the_same_iteration_anew(self, viewer: Viewer) -> None:
        viewer.start()
        viewer.step(2)
        viewer.send("watch", lane=1, example=3, views=["gates"])
        state, frames = viewer.until(type="state")
        [frame] = frames or [viewer.next_frame()]  # a frame that takes long comes after it
        assert state["state"] == "paused"
        assert state["watch"] == {
            "lane": 1,
            "layer": 0,
            "example": 3,
            "views": ["gates"],
            "others": [],
        }
        assert state["example"] == Experiment(Recipe.model_validate(SMALL)).example(3)
        watch = Watch(lane=1, example=3, views=("gates",))
        expected = engine_frames(SMALL, 3, watch)[-1]
        assert frame.iteration == 2
        assert history([frame], "iteration") == []  # it has been told of iteration 2
        assert {name for name in frame.arrays if "history" not in name} == set(expected.arrays)
        np.testing.assert_array_equal(
            frame.arrays["1/h"], expected.arrays["1/h"].astype(np.float32)
        )

    def test_looking_changes_no_numbers(self, viewer: Viewer) -> None:
        viewer.start()
        viewer.send("watch", example=1)
        viewer.until(type="state")
        viewer.step(2)
        viewer.send("watch", lane=0, views=[])
        viewer.until(type="state")
        frame = viewer.step()[-1]
        assert frame.iteration == 3
        assert frame.arrays["2/loss"] == engine_frames(SMALL, 4)[-1].arrays["2/loss"]

    def test_a_playing_run_shows_it_from_the_next_frame_on(self, viewer: Viewer) -> None:
        viewer.start()
        viewer.send("play")
        viewer.send("watch", lane=2)
        viewer.until(type="state", watch={**Watch(lane=2).model_dump(mode="json")})
        while True:
            message = viewer.receive()
            if isinstance(message, Decoded) and "2/h" in message.arrays:
                break
        assert "0/h" not in viewer.next_frame().arrays

    def test_views_that_take_long_tell_how_far_they_are(self, viewer: Viewer) -> None:
        long = {"task": {"seq_len": 1500}, "batch_size": 1, "base": {"hidden_size": 64}}
        viewer.send("start", recipe={**long, "lanes": [{"cell": "lstm"}]})
        viewer.until(state="paused")
        # Several, so that they take longer than the second after which that is told.
        slow = ["jacobian_singular", "local_gain", "jacobian", "lyapunov"]
        viewer.send("watch", views=slow, id=5)
        shares = []
        answered = False
        while True:
            message = viewer.receive()
            if isinstance(message, Decoded):
                break
            answered |= message.get("id") == 5
            if "views" in message:
                assert "id" not in message  # the command has an answer of its own
                assert message["state"] == "paused"
                shares.append(message["views"])
        assert answered
        assert "0/jacobian_singular" in message.arrays
        assert shares
        assert shares == sorted(shares)
        assert all(0 < share < 1 for share in shares)


@pytest.mark.usefixtures("endured")
class TestASlowViewer:
    @pytest.mark.parametrize("pace", [None, 50])
    def test_sees_the_newest_and_is_told_of_every_iteration(
        self, viewer: Viewer, pace: float | None
    ) -> None:
        viewer.send("start", recipe=SMALL)
        viewer.send("pace", iterations_per_second=pace)
        viewer.until(type="state", pace=pace)
        viewer.acknowledges = False
        viewer.send("play")
        early = run_ahead(viewer, of=[viewer.next_frame() for _ in range(CREDITS)])
        viewer.send("pause")
        paused, more = viewer.until(type="state", state="paused")
        early += more
        assert len(early) == CREDITS
        viewer.send("ack", iteration=early[-1].iteration)
        newest = viewer.next_frame()
        assert newest.iteration == paused["iteration"] > early[-1].iteration + 3
        told = history([*early, newest], "iteration")
        assert told == list(range(told[0], newest.iteration + 1))
        assert told[0] <= 1
        expected = engine_frames(SMALL, newest.iteration + 1)[told[0] :]
        for name in ("0/loss", "2/horizon"):
            assert history([*early, newest], name) == [frame.arrays[name] for frame in expected]

    def test_that_is_too_far_behind_is_waited_for(self) -> None:
        server = Live(unsent_limit=20)
        try:
            with server.viewer() as viewer:
                viewer.acknowledges = False
                viewer.start()
                viewer.send("play")
                early = viewer.next_frame()
                [session] = server.app.state.sessions
                wait_until(lambda: len(session.run._history) >= 20)
                more = [each for each in viewer.received_within(0.3) if isinstance(each, Decoded)]
                assert more == []
                viewer.acknowledges = True
                viewer.send("ack", iteration=early.iteration)
                late = viewer.next_frame()
                assert late.iteration <= early.iteration + 21
                viewer.next_frame()
        finally:
            server.stop()

    def test_holds_up_nobody_else(self, live: Live, viewer: Viewer) -> None:
        with live.viewer() as slow:
            slow.acknowledges = False
            slow.start()
            slow.send("play")
            viewer.start()
            viewer.step(50)


class TestLeaving:
    def test_frees_its_place(self, live: Live) -> None:
        with live.viewer() as viewer:
            viewer.start(HEAVY)
            viewer.send("play")
            viewer.until(type="state", state="playing")
            assert live.parts()
        wait_until(lambda: not live.parts())
        wait_until(lambda: not live.app.state.sessions)

    def test_frees_it_in_the_middle_of_a_replay(self, live: Live) -> None:
        with live.viewer() as viewer:
            viewer.send("start", recipe=SMALL, at=1_000_000)
            viewer.until(type="state", state="replaying")
        wait_until(lambda: not live.parts())

    def test_frees_it_without_a_goodbye(self, live: Live) -> None:
        with live.viewer() as viewer:
            viewer.start()
            viewer.send("play")
            viewer.websocket.socket.shutdown(2)
            wait_until(lambda: not live.parts())


class TestResuming:
    def test_gives_the_same_bits(self, live: Live) -> None:
        with live.viewer() as viewer:
            viewer.start()
            frames = viewer.step(5)
            viewer.send("tweak", lane=None, changes={"learning_rate": 0.03, "optimizer": "sgd"})
            viewer.until(type="state")
            frames += viewer.step(7)
            recipe = viewer.recipe()
            [after] = viewer.step()
        with live.viewer() as viewer:
            again = viewer.start(recipe, at=12)
            assert again.iteration == frames[-1].iteration == 12
            assert_same_arrays(again, frames[-1])
            assert history([again], "iteration") == list(range(13))
            assert history([again], "1/loss")[1:] == history(frames, "1/loss")
            assert_same_arrays(viewer.step()[0], after)

    def test_tells_how_far_the_replay_is(self, viewer: Viewer) -> None:
        viewer.send("start", recipe=HEAVY, at=1000)
        ready, _ = viewer.until(type="ready")
        assert ready["iteration"] == 1000
        told = [viewer.until(type="state", state="replaying")[0] for _ in range(4)]
        assert {each["of"] for each in told} == {1000}
        assert all(one["iteration"] < other["iteration"] for one, other in pairwise(told[1:]))

    def test_a_new_start_ends_a_replay_at_once(self, live: Live, viewer: Viewer) -> None:
        viewer.send("start", recipe=SMALL, at=1_000_000)
        viewer.until(type="state", state="replaying")
        wait_until(lambda: len(live.app.state.sessions) == 1)  # what came before has left
        old = live.parts()
        assert old
        frame = viewer.start({**SMALL, "seed": 3})
        assert frame.iteration == 0
        assert not old & live.parts()
        assert viewer.received_within(0.6) == []  # no more progress of the old one

    def test_what_is_asked_during_a_replay_is_done_after_it(self, viewer: Viewer) -> None:
        viewer.send("start", recipe=SMALL, at=300)
        viewer.send("tweak", changes={"learning_rate": 0.5})
        viewer.send("step", iterations=2)
        state, _ = viewer.until(type="state", state="paused", iteration=302)
        [tweak] = state["recipe"]["tweaks"]
        assert tweak["iteration"] == 301


class TestRenaming:
    def test_a_lane_has_another_name_and_the_run_goes_on(self, viewer: Viewer) -> None:
        viewer.start()
        viewer.step(2)
        viewer.send("rename", lane=1, name="mine")
        state, frames = viewer.until(type="state")
        assert state["iteration"] == 2
        assert state["labels"] == ["RNN tanh", "mine", "GRU"]
        assert state["recipe"]["lanes"][1] == {"cell": "lstm", "name": "mine"}
        assert frames == []
        [frame] = viewer.step()
        assert frame.arrays["1/loss"] == engine_frames(SMALL, 4)[-1].arrays["1/loss"]
        viewer.send("rename", lane=1, name=None)
        state, _ = viewer.until(type="state")
        assert state["labels"] == ["RNN tanh", "LSTM", "GRU"]
        assert state["recipe"]["lanes"] == [{"cell": "rnn"}, {"cell": "lstm"}, {"cell": "gru"}]

    @pytest.mark.parametrize(
        ("fields", "field"),
        [({"lane": 3, "name": "x"}, "lane"), ({"lane": 0, "name": "x" * 41}, "name")],
    )
    def test_no_such_lane_and_no_longer_name(
        self, viewer: Viewer, fields: dict[str, Any], field: str
    ) -> None:
        viewer.start()
        viewer.send("rename", **fields)
        error, _ = viewer.until(type="error")
        assert error["field"] == field


class TestDiverging:
    @pytest.fixture
    def exploding(self) -> dict[str, Any]:
        blows_up = {"cell": "rnn", "optimizer": "sgd", "learning_rate": 1e6, "clip": "none"}
        return {**SMALL, "lanes": [{**blows_up, "nonlinearity": "relu"}, {"cell": "lstm"}]}

    def test_inf_and_nan_arrive_as_data_and_the_others_run_on(
        self, viewer: Viewer, exploding: dict[str, Any]
    ) -> None:
        viewer.start(exploding)
        frames = viewer.step(60)
        last = frames[-1]
        assert last.arrays["0/diverged"] == 1
        assert not np.isfinite(last.arrays["0/loss"])
        assert last.text["0/diverged"]
        assert "1/diverged" not in last.text
        assert np.isfinite(history(frames, "1/loss")).all()
        assert 1.0 in history(frames, "0/diverged")

    def test_a_tweak_brings_it_back(self, viewer: Viewer, exploding: dict[str, Any]) -> None:
        viewer.start(exploding)
        viewer.step(60)
        viewer.send("tweak", lane=0, changes={"learning_rate": 1e-3, "clip": "norm"})
        viewer.until(type="state")
        [frame] = viewer.step()
        assert frame.arrays["0/diverged"] == 0
        assert np.isfinite(frame.arrays["0/loss"])


class TestManyViewers:
    @pytest.fixture
    def narrow(self) -> Iterator[Live]:
        server = Live(max_runs=1)
        yield server
        server.stop()

    def test_one_too_many_is_told_so_and_may_come_again(self, narrow: Live) -> None:
        with narrow.viewer() as first:
            first.start()
            with narrow.viewer() as second:
                refusal = second.receive()
                assert isinstance(refusal, dict)
                assert refusal["type"] == "error"
                assert refusal["allowed"] == "at most 1 viewers at a time"
                assert second.is_closed_with() == 1013
            assert first.step()[0].iteration == 1
        wait_until(lambda: not narrow.app.state.sessions)
        with narrow.viewer() as third:
            assert third.start().iteration == 0

    def test_one_address_does_not_take_all_places(self) -> None:
        server = Live(max_runs=3, max_runs_per_client=1)
        try:
            with server.viewer() as first, server.viewer() as second:
                first.start()
                second.send("start")
                refusal = second.receive()
                assert isinstance(refusal, dict)
                assert refusal["allowed"] == "at most 1 viewers of one address at a time"
                assert second.is_closed_with() == 1013
        finally:
            server.stop()

    def test_runs_are_apart(self, live: Live) -> None:
        with live.viewer() as one, live.viewer() as other:
            one.start()
            other.start({**SMALL, "seed": 1})
            mine, theirs = one.step(20), other.step(20)
        assert history(mine, "0/loss") == [
            frame.arrays["0/loss"] for frame in engine_frames(SMALL, 21)[1:]
        ]
        assert history(mine, "0/loss") != history(theirs, "0/loss")

    def test_a_heavy_run_leaves_the_server_responsive(self, live: Live, viewer: Viewer) -> None:
        viewer.start(HEAVY)
        viewer.send("play")
        viewer.until(type="state", state="playing")
        reader = threading.Thread(target=viewer.received_within, args=(2,))
        reader.start()
        waits: list[float] = []
        while reader.is_alive() or len(waits) <= 5:
            began = time.monotonic()
            assert live.get("/healthz")[0] == 200
            waits.append(time.monotonic() - began)
        assert max(waits) < 2
        assert len(waits) > 5


def test_the_state_says_what_an_iteration_of_each_lane_takes_while_it_plays(
    viewer: Viewer,
) -> None:
    viewer.start(SMALL)
    viewer.send("play")
    said, _ = viewer.until(type="state", state="playing")
    later, _ = viewer.until(type="state", state="playing")
    assert later["iteration"] > said["iteration"]
    assert len(later["milliseconds"]) == len(said["milliseconds"])
    assert all(value > 0 for value in later["milliseconds"])
