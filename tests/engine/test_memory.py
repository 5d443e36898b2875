"""What a lane holds on to, and what an iteration takes and gives back."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from engine.bptt_cost import kept, scratch
from engine.cells import DroppingWorkspace, HoldingWorkspace
from engine.experiment import Experiment
from tests.engine.runs import CELLS, experiment

T, B, H, D = 200, 32, 64, 2


def lane(cell: str, layers: int = 1) -> Experiment:
    base = {"cell": cell, "hidden_size": H, "num_layers": layers}
    return experiment(task={"seq_len": T}, batch_size=B, base=base, lanes=[{}])


STATES_AND_GATES = {
    "rnn": (1, 0),
    "lstm": (2, 4),
    "gru": (1, 3),
    "mgu": (1, 2),
    "coupled_lstm": (2, 3),
    "gru_reset_before": (1, 3),
    "peephole_lstm": (2, 4),
    "ln_rnn": (1, 0),
    "ln_lstm": (2, 4),
    "ln_gru": (1, 3),
}


def contract_bytes(cell: str, layers: int) -> int:
    """Return the bytes of all that the contract names, in its shapes.

    h, c, the gates, dh and dc of each layer, x and dx of the lowest, and the parameters with their
    gradients.
    """
    states, gates = STATES_AND_GATES[cell]
    numbers = B * layers * H * (2 * states * (T + 1) + gates * T) + 2 * T * B * D
    for layer in range(layers):
        numbers += 2 * max(1, gates) * H * ((D if layer == 0 else H) + H + 2)
    return 8 * (numbers + 2 * (H + 1))


@contextmanager
def traced() -> Iterator[None]:
    gc.collect()
    tracemalloc.start()
    try:
        yield
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("cell", CELLS)
def test_a_lanes_kept_state_is_within_a_fifth_of_what_the_contract_names(cell, layers):
    learner = lane(cell, layers).lanes[0]
    spaces = learner.model.workspaces(T, B)
    parameters = sum(value.nbytes for value in learner.params.values())
    assert sum(kept(spaces).values()) + 2 * parameters <= 1.2 * contract_bytes(cell, layers)


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("cell", CELLS)
def test_where_states_are_held_what_was_made_and_what_arrives_there_is_kept_besides(cell, layers):
    learner = lane(cell, layers).lanes[0]
    spaces = learner.model.workspaces(T, B, kind=HoldingWorkspace)
    parameters = sum(value.nbytes for value in learner.params.values())
    states, _ = STATES_AND_GATES[cell]
    # ∂L/∂ what was made, of each state, and c as it was made.
    besides = 8 * T * B * H * layers * (states + (states == 2))
    allowed = contract_bytes(cell, layers) + besides
    assert sum(kept(spaces).values()) + 2 * parameters <= 1.2 * allowed
    dropping = learner.model.workspaces(T, B, kind=DroppingWorkspace)
    assert kept(dropping) == kept(learner.model.workspaces(T, B))
    assert scratch(spaces) <= 3 * layers * 1024**2


@pytest.mark.parametrize("cell", CELLS)
def test_an_experiment_holds_no_more_than_that_and_a_little_that_does_not_grow(cell):
    lane(cell)  # what is imported and cached at the first use is not the lane's
    with traced():
        run = lane(cell)
        run.advance(None)
        gc.collect()
        held, _ = tracemalloc.get_traced_memory()
    spaces = run.lanes[0].model.workspaces(T, B)
    per_timestep = T * 3000  # Python's views of each timestep, see Workspace.forward_views
    batches = 2 * sum(array.nbytes for array in run._held_out)
    left = sum(weights.nbytes for space in run.lanes[0].workspaces for weights in space.weights)
    updates = left + 7 * run.lanes[0].parameter_count * 8  # weights, gradient, Adam's moments …
    assert held <= sum(kept(spaces).values()) + scratch(spaces) + per_timestep + batches + updates
    assert scratch(spaces) <= 2 * 1024**2


@pytest.mark.parametrize("cell", CELLS)
def test_lanes_run_in_the_same_memory(cell):
    sizes = []
    for lanes in ([{}], [{}, {}, {}]):
        with traced():
            run = experiment(
                task={"seq_len": T},
                batch_size=B,
                base={"cell": cell, "hidden_size": H},
                lanes=lanes,
            )
            run.advance(None)
            sizes.append(tracemalloc.get_traced_memory()[0])
    assert sizes[1] < 1.5 * sizes[0]


@pytest.mark.parametrize("cell", CELLS)
def test_an_iteration_takes_small_temporaries_and_keeps_nothing(cell):
    run = lane(cell)
    whole = sum(kept(run.lanes[0].model.workspaces(T, B)).values())
    for _ in range(3):
        run.advance(None)
    with traced():
        run.advance(None)
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        for _ in range(5):
            run.advance(None)
        gc.collect()
        after, peak = tracemalloc.get_traced_memory()
    assert peak - before < 0.05 * whole
    # The last batch is replaced by another of its size; nothing adds up.
    assert after - before < 0.001 * whole


def test_what_an_iteration_takes_is_less_than_one_kept_array_would_be():
    """Even where an array is small beside Python's own: from 4 to 256 units the peak stays low."""
    peaks = []
    for units in (4, 256):
        run = experiment(
            task={"seq_len": 40},
            batch_size=64,
            base={"cell": "rnn", "hidden_size": units, "optimizer": "sgd"},
            lanes=[{}],
        )
        run.advance(None)
        with traced():
            run.advance(None)
            before, _ = tracemalloc.get_traced_memory()
            tracemalloc.reset_peak()
            run.advance(None)
            peaks.append(tracemalloc.get_traced_memory()[1] - before)
    one_kept_array = 40 * 64 * 256 * 8
    assert peaks[1] - peaks[0] < one_kept_array / 2
