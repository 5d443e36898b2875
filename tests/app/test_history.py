import numpy as np

from app.stream.history import History
from engine.frame import SCALARS

COLUMNS = len(SCALARS)


def scalars(first: int, count: int, lanes: int = 2) -> np.ndarray:
    """Scalars whose every value is a number of its own."""
    iterations = 1000.0 * np.arange(first, first + count)[:, np.newaxis]
    of_lane = 100.0 * np.repeat(np.arange(lanes), COLUMNS) + np.tile(np.arange(COLUMNS), lanes)
    return iterations + of_lane


def told(history: History) -> tuple[list[int], dict[str, list[float]]]:
    columns = {name: values.tolist() for name, values in history.arrays(0, 10_000).items()}
    return columns.pop("history/iteration"), columns


def test_iterations_that_come_again_replace_what_was_there() -> None:
    history = History(1)
    scalars = np.arange(4.0 * len(SCALARS)).reshape(4, -1)
    history.extend(5, scalars)
    history.extend(7, scalars[:1])
    assert history.arrays(0, 99)["history/iteration"].tolist() == [5, 6, 7]
    assert len(history) == 3


def test_it_tells_every_scalar_of_every_iteration_however_long() -> None:
    history = History(lanes=2)
    first = 0
    for count in [1, 2, 97, 300, 600]:
        history.extend(first, scalars(first, count))
        first += count
    iterations, columns = told(history)
    assert iterations == list(range(1000))
    assert sorted(columns) == sorted(
        f"{lane}/history/{name}" for lane in (0, 1) for name in SCALARS
    )
    assert columns["1/history/clip_factor"] == [1000 * n + 102 for n in range(1000)]
    assert columns["0/history/loss"] == [1000 * n for n in range(1000)]


def test_norms_are_told_as_log10() -> None:
    history = History(lanes=1)
    values = np.ones((2, COLUMNS))
    values[:, SCALARS.index("grad_norm")] = 1e-50, 0
    history.extend(3, values)
    [at] = [history.arrays(0, 10_000)["0/history/grad_norm"]]
    assert at.dtype == np.float32
    assert at.tolist() == [-50, -np.inf]


def test_it_forgets_from_the_beginning_and_goes_on() -> None:
    history = History(lanes=1)
    history.extend(0, scalars(0, 300, lanes=1))
    history.forget(297)
    history.extend(300, scalars(300, 1, lanes=1))
    iterations, columns = told(history)
    assert iterations == [298, 299, 300]
    assert columns["0/history/loss"] == [298_000, 299_000, 300_000]
    history.forget(300)
    assert len(history) == 0
    assert told(history) == ([], {f"0/history/{name}": [] for name in SCALARS})


def test_what_was_handed_out_does_not_change_later() -> None:
    """A message is made of these arrays while the next iterations come in."""
    history = History(lanes=1)
    history.extend(7, scalars(7, 1, lanes=1))
    before = history.arrays(0, 10_000)["history/iteration"]
    history.forget(7)
    history.extend(8, scalars(8, 1, lanes=1))
    assert before.tolist() == [7]


def test_a_part_of_it_can_be_told() -> None:
    history = History(lanes=1)
    history.extend(10, scalars(10, 20, lanes=1))
    assert history.arrays(12, 14)["history/iteration"].tolist() == [12, 13, 14]
    assert history.arrays(12, 14)["0/history/loss"].tolist() == [12_000, 13_000, 14_000]
    assert history.arrays(0, 10)["history/iteration"].tolist() == [10]
    assert history.arrays(30, 40)["history/iteration"].tolist() == []
