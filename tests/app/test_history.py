import numpy as np

from app.stream.history import History
from engine.frame import SCALARS, Frame


def frame(iteration: int, lanes: int = 2) -> Frame:
    """A frame whose every scalar is a number of its own."""
    return Frame(
        iteration,
        {
            f"{lane}/{name}": np.float64(1000 * iteration + 100 * lane + place)
            for lane in range(lanes)
            for place, name in enumerate(SCALARS)
        },
    )


def told(history: History) -> tuple[list[int], dict[str, list[float]]]:
    columns = {f"{lane}/{name}": values.tolist() for lane, name, values in history.columns()}
    return history.iterations.tolist(), columns


def test_it_tells_every_scalar_of_every_iteration_however_long() -> None:
    history = History(lanes=2)
    for iteration in range(1000):
        history.append(frame(iteration))
    iterations, columns = told(history)
    assert iterations == list(range(1000))
    assert sorted(columns) == sorted(frame(0).arrays)
    assert columns["1/clip_factor"] == [1000 * n + 102 for n in range(1000)]
    assert columns["0/loss"] == [1000 * n for n in range(1000)]


def test_it_forgets_from_the_beginning_and_goes_on() -> None:
    history = History(lanes=1)
    for iteration in range(300):
        history.append(frame(iteration, lanes=1))
    history.forget(298)
    history.append(frame(300, lanes=1))
    iterations, columns = told(history)
    assert iterations == [298, 299, 300]
    assert columns["0/loss"] == [298_000, 299_000, 300_000]
    history.forget(3)
    assert len(history) == 0
    assert told(history) == ([], {f"0/{name}": [] for name in SCALARS})


def test_what_was_handed_out_does_not_change_later() -> None:
    """A message is made of these arrays while the next iterations come in."""
    history = History(lanes=1)
    history.append(frame(7, lanes=1))
    before = history.iterations
    history.forget(1)
    history.append(frame(8, lanes=1))
    assert before.tolist() == [7]
