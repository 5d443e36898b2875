import json
import struct

import numpy as np

from app.stream.history import History
from app.wire import arrays_of, decode, encode
from engine import Experiment, Recipe, Watch
from engine.frame import SCALARS, Frame
from tests.app.live import SMALL


def over_the_wire(**arrays: np.ndarray) -> dict[str, np.ndarray]:
    named = {name.replace("__", "/"): array for name, array in arrays.items()}
    return decode(encode(0, {}, arrays_of(Frame(0, named)))).arrays


def test_norms_become_log10_in_float32_computed_in_float64() -> None:
    norms = np.array([1e-300, 1e-80, 1e-40, 1.0, 1e200, 0.0, np.inf, np.nan])
    sent = over_the_wire(**{"0__dh_norm": norms, "0__dh_norm.q10": norms, "1__grad_norm": norms[1]})
    for name in ("0/dh_norm", "0/dh_norm.q10"):
        assert sent[name].dtype == np.float32
        assert sent[name].tolist()[:7] == [-300, -80, -40, 0, 200, -np.inf, np.inf]
        assert np.isnan(sent[name][7])
    assert sent["1/grad_norm"].shape == ()
    assert sent["1/grad_norm"] == np.float32(-80)


def test_other_scalars_stay_float64_and_other_arrays_become_float32() -> None:
    sent = over_the_wire(
        **{
            "0__loss": np.float64(0.1),
            "0__horizon": np.float64(np.inf),
            "0__gate.i": np.full((2, 3), 0.1),
            "0__h": np.array([[1e300, -1e300, np.nan]]),
        }
    )
    assert sent["0/loss"].dtype == np.float64
    assert sent["0/loss"].shape == ()
    assert sent["0/loss"] == 0.1
    assert sent["0/horizon"] == np.inf
    assert sent["0/gate.i"].dtype == np.float32
    assert sent["0/gate.i"].shape == (2, 3)
    assert sent["0/h"][0, :2].tolist() == [np.inf, -np.inf]
    assert np.isnan(sent["0/h"][0, 2])


def test_integers_become_int32() -> None:
    sent = over_the_wire(**{"0__target": np.array([5, 7], np.int64)})
    assert sent["0/target"].dtype == np.int32
    assert sent["0/target"].tolist() == [5, 7]


def test_views_of_any_layout_arrive_in_order() -> None:
    array = np.arange(24, dtype=np.float64).reshape(2, 3, 4)
    sent = over_the_wire(**{"0__h": array[:, 1].T, "0__source": array[::-1, 0, ::2]})
    assert sent["0/h"].tolist() == array[:, 1].T.tolist()
    np.testing.assert_allclose(10 ** sent["0/source"], array[::-1, 0, ::2], rtol=1e-6)


def test_history_travels_along() -> None:
    history = History(lanes=1)
    values = np.ones((3, len(SCALARS)))
    values[:, SCALARS.index("grad_norm")] = values[:, SCALARS.index("loss")] = 1e-50, 0, np.nan
    history.extend(3, values)
    sent = decode(encode(5, {}, history.arrays(0, 10_000))).arrays
    assert sent["history/iteration"].tolist() == [3, 4, 5]
    assert sent["history/iteration"].dtype == np.int32
    assert {name for name in sent if name.startswith("0/")} == {
        f"0/history/{name}" for name in SCALARS
    }
    assert sent["0/history/grad_norm"].dtype == np.float32
    np.testing.assert_array_equal(sent["0/history/grad_norm"], np.float32([-50, -np.inf, np.nan]))
    assert sent["0/history/loss"].dtype == np.float64
    np.testing.assert_array_equal(sent["0/history/loss"], [1e-50, 0, np.nan])
    assert sent["0/history/diverged"].tolist() == [1, 1, 1]


def test_no_history_is_an_empty_array() -> None:
    sent = decode(encode(5, {}, History(lanes=1).arrays(0, 10_000))).arrays
    assert sent["history/iteration"].shape == (0,)
    assert sent["0/history/loss"].shape == (0,)


def test_metadata_is_text() -> None:
    text = {"0/diverged": "forward pass: h is not finite from t = 12 on"}
    decoded = decode(encode(120, text, {}))
    assert decoded.iteration == 120
    assert decoded.text == text


def test_a_message_can_be_read_in_place() -> None:
    """Eight bytes of header length, and arrays at multiples of their size, for typed arrays."""
    experiment = Experiment(Recipe.model_validate(SMALL))
    history = History(lanes=3)
    history.extend(0, np.zeros((1, 3 * len(SCALARS))))
    frame = experiment.advance(Watch())
    data = encode(0, {}, arrays_of(frame) | history.arrays(0, 10_000))
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    assert header.pop("__metadata__") == {"iteration": "0"}
    sizes = {"F64": 8, "F32": 4, "I32": 4}
    for described in header.values():
        start, _ = described["data_offsets"]
        assert (8 + length + start) % sizes[described["dtype"]] == 0
    assert set(frame.arrays) < set(header)


def test_a_frame_keeps_its_values_while_the_next_is_computed() -> None:
    experiment = Experiment(Recipe.model_validate(SMALL))
    frame = experiment.advance(Watch())
    at_once = encode(0, {}, arrays_of(frame))
    experiment.advance(Watch(example=1))
    assert encode(0, {}, arrays_of(frame)) == at_once
