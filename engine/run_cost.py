"""What a run costs: the memory that it takes, and the arithmetic of one iteration.

Counted from the shapes that the engine's own classes give their arrays, without making any. Bytes
are an upper bound of a run's peak, as if every lane ran in a process of its own, which it may. Work
is counted in multiply-adds; whatever else takes time counts as the multiply-adds that could be done
meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from math import ceil, prod
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from engine.arena import ALIGNMENT
from engine.arrays import Array
from engine.cells import CELLS, Cell, HoldingWorkspace, Workspace
from engine.diagnostics.jacobians import BLOCK_BYTES, LEADING
from engine.diagnostics.main_directions import DIRECTIONS
from engine.diagnostics.probes import EXACT_SIZE, PROBES, ROUNDS, SWEEPS
from engine.dropout import FIELDS, workspace_kind
from engine.flossing import chunk, flossed
from engine.quantities import CONSTANTS

if TYPE_CHECKING:
    from engine.recipe import Recipe

MOST_BYTES = 400 * 10**6
"""Memory that one run may take: any laptop has as much beside its browser, and a server of 16 GB as
much for thirty of the largest. The presets take 9 to 46 MB; three lanes of 64 units at T = 200 take
170 MB with 32 sequences in a batch, and 340 MB with 128."""
CONSTANTS["most_run_bytes"] = MOST_BYTES

MOST_WORK = 10 * 10**9
"""Multiply-adds of one iteration of all lanes: a second of a core that does ten thousand million
of them in it, as those that we measured do, so that a slider is answered while somebody still
looks at it. The presets need 0.02 to 0.2 thousand million."""
CONSTANTS["most_run_work"] = MOST_WORK

REPLAY_WORK = 4 * 10**13
"""Multiply-adds of a replay: about an hour of such a core. The default recipe may be replayed for
more than 200,000 iterations, and the costliest that is allowed for 4,000."""

SOURCE_SIZE = 500_000
"""Numbers per kept array of the passes for `source`: more losses at once than that take turns."""

DOUBLE, SINGLE, COMPLEX = 8, 4, 16
"""Bytes of a float64, of a float32 and of a complex128."""

VIEW_BYTES = 152
"""Python's own bytes of a view of an array that a cell's loop takes, and of its place in a record:
140 to 151 with CPython 3.12 and NumPy 2.4, measured with tracemalloc."""

WATCHED, ENCODED = 3, 6
"""How many times a frame's bytes on the wire exist: while views are computed, as float64, some of
it twice; while it is encoded, as float64, as float32, in the message while it is made and when it
is done, and in the one that waits before it."""

VIEW_WORK = 5_000
"""What the loop's use of one such view counts for: 0.5 µs for calling NumPy, whatever the size."""

ELEMENT_WORK = 160
"""What a pre-activation counts for besides the products that make it: 16 ns for its tanh, its
derivative and all products by elements, forward and backward."""

SVD_WORK, EIGENVALUES_WORK = 8, 40
"""What the singular values and the eigenvalues of an n × n matrix count for, times n³."""


QR_CALLS = 130
"""What the calls that follow directions through one timestep count for, as views of a loop: QR,
small products and checks take about 65 µs together."""


@dataclass(frozen=True)
class TaskShape:
    """What the cost of a lane depends on, of its task and batch.

    Attributes
    ----------
    timesteps, batch : int
        T and B.
    width : int
        Inputs or outputs per timestep, whichever are more: both D and O are taken for it.
    losses : int
        How many timesteps have a loss, S.
    unequal : bool
        Whether sequences end apart, so that each example has one loss, whatever S is.
    """

    timesteps: int
    batch: int
    width: int
    losses: int
    unequal: bool = False


@dataclass(frozen=True)
class NetworkShape:
    """What the cost of a lane depends on, of its network; as `Hyperparameters` has it.

    Attributes
    ----------
    kind : type
        The memory that its passes need for what they leave out, at the beginning or after some
        tweak.
    left_out : frozenset of str
        The hyperparameters that say what.
    flosses : bool
        Whether its flossing is above 0, from the start or after a tweak.
    """

    cell: str
    hidden_size: int
    num_layers: int
    precision: str
    bidirectional: bool = False
    kind: type[Workspace] = Workspace
    left_out: frozenset[str] = frozenset()
    flosses: bool = False

    @property
    def directions(self) -> int:
        """How many halves there are."""
        return 1 + self.bidirectional


@dataclass(frozen=True)
class LaneCost:
    """What one lane costs.

    Attributes
    ----------
    workspaces : int
        Bytes of the arrays for passes over whole batches, which an `Arena` lends.
    example : int
        Bytes of the arrays for passes over the one example that views show.
    loops : int
        Bytes of the Python objects by which loops reach the arrays of both.
    weights : int
        Bytes of weights, gradient and the optimiser's memory.
    batches : int
        Bytes of the batch in use, of the next one while it is drawn, and of the held-out examples.
    masks : int
        Bytes of what the last pass dropped and held.
    passing : int
        Bytes that an iteration and the most demanding view take besides, and give back, at most.
    frame : int
        Bytes of this lane on the wire with every view, without header and history.
    work : float
        Multiply-adds of one iteration.
    views_work : float
        Multiply-adds of every view.
    """

    workspaces: int
    example: int
    loops: int
    weights: int
    batches: int
    masks: int
    passing: int
    frame: int
    work: float
    views_work: float

    @property
    def bytes(self) -> int:
        """All of it at its peak."""
        kept = self.workspaces + self.example + self.loops + self.weights + self.batches
        return kept + self.masks + max(self.passing + WATCHED * self.frame, ENCODED * self.frame)


class Excess(NamedTuple):
    """What a run would take too much of, in words: so much, and the most that is allowed."""

    spent: str
    most: str


@dataclass(frozen=True)
class RunCost:
    """What the lanes of a run cost, each and together."""

    lanes: tuple[LaneCost, ...]

    @property
    def bytes(self) -> int:
        """Memory at its peak."""
        return sum(lane.bytes for lane in self.lanes)

    @property
    def frame(self) -> int:
        """Bytes of a frame with every view of every lane, without header and history."""
        return sum(lane.frame for lane in self.lanes)

    @property
    def work(self) -> float:
        """Multiply-adds of one iteration."""
        return sum(lane.work for lane in self.lanes)

    @property
    def views_work(self) -> float:
        """Multiply-adds of a frame with every view of every lane."""
        return sum(lane.views_work for lane in self.lanes)

    @property
    def costliest(self) -> int:
        """The lane that adds most to what there is too much of; without excess, to the memory."""
        too_slow = self.bytes <= MOST_BYTES and self.work > MOST_WORK
        costs = [lane.work if too_slow else lane.bytes for lane in self.lanes]
        return costs.index(max(costs))

    @property
    def overrun(self) -> float:
        """Memory or work as a multiple of its ceiling, whichever is more."""
        return max(self.bytes / MOST_BYTES, self.work / MOST_WORK)

    @property
    def excess(self) -> Excess | None:
        """What is beyond a ceiling: memory, if both are."""
        if self.bytes > MOST_BYTES:
            return Excess(f"{_in_words(self.bytes)} of memory", _in_words(MOST_BYTES))
        if self.work > MOST_WORK:
            what = "thousand million multiply-adds in each iteration"
            return Excess(f"{ceil(self.work / 1e9)} {what}", f"{MOST_WORK / 1e9:.0f}")
        return None


def run_cost(recipe: Recipe) -> RunCost:
    """Return what a run of a recipe costs. No array of it is made."""
    task = recipe.task
    unequal = getattr(task, "shortest", None) is not None
    shape = TaskShape(task.timesteps, recipe.batch_size, task.width, task.losses, unequal)
    networks = [_network(recipe, index, unequal) for index in range(len(recipe.lanes))]
    return RunCost(tuple(network_cost(network, shape) for network in networks))


def _network(recipe: Recipe, index: int, unequal: bool) -> NetworkShape:
    """Return the shape of a lane's network, with the most that any of its tweaks asks for."""
    first = recipe.lane(index)
    tweaks = [each.changes.overrides for each in recipe.tweaks if each.lane in (None, index)]
    settings = [first, *(first.model_copy(update=changes) for changes in tweaks)]
    kinds = {workspace_kind(each, unequal=unequal) for each in settings}
    return NetworkShape(
        first.cell,
        first.hidden_size,
        first.num_layers,
        first.precision,
        first.bidirectional,
        max(kinds, key=lambda kind: len(kind.__mro__)),
        frozenset(name for name in FIELDS if any(getattr(each, name) for each in settings)),
        any(each.flossing > 0 for each in settings),
    )


def lane_cost(recipe: Recipe, index: int) -> float:
    """Return the multiply-adds of one iteration of lane `index`."""
    return run_cost(recipe).lanes[index].work


def largest_replay(recipe: Recipe) -> int:
    """Return how many iterations of a recipe fit into `REPLAY_WORK`."""
    return int(REPLAY_WORK / run_cost(recipe).work)


def source_group(timesteps: int, width: int, losses: int) -> int:
    """Return how many losses ride through one backward pass side by side, for `source`.

    Parameters
    ----------
    timesteps : int
        T.
    width : int
        Numbers of one example at one timestep: inputs, states of all layers or outputs, whichever
        are most.
    losses : int
        S.
    """
    return min(losses, max(1, SOURCE_SIZE // (timesteps * width)))


@lru_cache(maxsize=256)
def network_cost(network: NetworkShape, task: TaskShape) -> LaneCost:
    """Return what a lane with such a network costs at such a task."""
    T, B, D, S = task.timesteps, task.batch, task.width, task.losses
    H, layers, O = network.hidden_size, network.num_layers, task.width  # noqa: E741
    halves = network.directions
    read = halves * H  # what a layer, or the readout, takes of the layer below
    cells = [CELLS[network.cell](size, H) for size in (D, *[read] * (layers - 1))]
    group = source_group(T, max(D, layers * read), S)
    batch, example, tiles = (
        _Passes(cells, T, examples, network.precision, halves, kind)
        for examples, kind in ((B, network.kind), (1, Workspace), (group, Workspace))
    )
    parameters = [sum(map(prod, cell.shapes().values())) for cell in cells] * halves
    every = sum(parameters) + O * (read + 1)
    # Layer normalisation has products of their own for x and h, and keeps its weights, twice.
    normed = bool(cells[0].norms)
    largest, left = max(parameters) * (1 + normed), 2 * sum(parameters) * normed
    itemsize = np.dtype(network.precision).itemsize
    # The gradient by parameter and in one row; a layer's joint matrix and that one's gradient.
    gradients = (2 * every + 2 * largest) * itemsize
    # Outputs and their gradients, before and after the loss; the states that were read out.
    readout = S * B * (6 * O + halves * (1 + read)) * DOUBLE
    if halves > 1 and layers > 1:
        # ∂L/∂x of either half of a layer, and their sum.
        readout += 3 * T * B * read * DOUBLE
    # ‖∂ℓ/∂h‖ of float32, and of float64 whose squares leave its range, works on copies.
    flow = 2 * (T + 1) * H * B * DOUBLE
    # The same of the example, whose losses stand in for the batch.
    source = S * group * (6 * O + halves * (1 + read)) + T * group * (D + 2 * read)
    tiled = source * DOUBLE + (tiles.arrays + tiles.loops if group > 1 else 0)
    parts = 2 * len(cells[0].chunks) + cells[0].more_parts
    view = max(tiled, _chain_bytes(cells[-1], example.block), T * H * parts * DOUBLE)
    floss = _flossing_bytes(cells, T, batch.block) if network.flosses else 0
    masks, drawing = _mask_bytes(cells, T, B, network)
    return LaneCost(
        workspaces=batch.arrays,
        example=example.arrays,
        loops=batch.loops + example.loops,
        # Values, values before, gradient; what the most demanding optimiser keeps.
        weights=(6 * every + left) * itemsize,
        batches=(3 * (D + 2) + 3) * T * B * DOUBLE,
        masks=halves * masks,
        passing=gradients + readout + drawing + max(flow, every * itemsize + view, floss),
        frame=halves * _frame_numbers(cells[-1], T, 1 if task.unequal else S, O) * SINGLE,
        work=halves * _pass_work(cells, T, B, S, O, halves)
        + halves * network.flosses * _flossing_work(cells, T),
        views_work=halves * _views_work(cells, T, S, O, group, halves),
    )


def _mask_bytes(cells: list[Cell], T: int, B: int, network: NetworkShape) -> tuple[int, int]:
    """Return the bytes of what a pass drops and holds, and of what drawing it takes besides."""
    itemsize, layers, drawn = np.dtype(network.precision).itemsize, len(cells), network.left_out
    D, H, states = cells[0].input_size, cells[0].hidden_size, len(cells[0].state_names)
    dropped = D * ("input_dropout" in drawn) + layers * H * ("recurrent_dropout" in drawn)
    above = [cell.input_size for cell in cells[1:]]
    dropped += T * sum(above) * ("dropout" in drawn)
    holds = T * layers * states * (H if "zoneout" in drawn else 1)
    held = holds * (network.kind is HoldingWorkspace)
    # Random numbers of one mask, and which of them count; held units, before what pads joins them.
    drawing = max(T * max(H, *above, 0), D) * (SINGLE + 1) * bool(drawn) + held
    return B * (dropped * itemsize + held), B * drawing


class _Passes:
    """Bytes of the arrays and objects for passes over sequences of one shape."""

    def __init__(
        self,
        cells: list[Cell],
        T: int,
        B: int,
        precision: str,
        halves: int,
        kind: type[Workspace],
    ) -> None:
        self.arrays, self.loops = 0, 0
        D, H, layers = cells[0].input_size, cells[0].hidden_size, len(cells)
        if halves == 1:
            # As `Model.workspaces` has it: layers share the memory of states and inputs.
            self._tally((T + layers, D + layers * (1 + H), B), precision)
        for cell in cells * halves:
            shape = T + 1, cell.input_size + 1 + H, B
            entering = np.broadcast_to(np.zeros((), precision), shape)
            if halves > 1:
                entering = self._tally(shape, precision)
            space = kind(cell.layout, T, B, precision, self._tally, entering)
            timestep, place = _views(cell.name)
            self.block = space.block
            self.loops += (timestep * T + place * space.block) * VIEW_BYTES

    def _tally(self, shape: tuple[int, ...], dtype: Any) -> Array:
        self.arrays += prod(shape) * np.dtype(dtype).itemsize + ALIGNMENT
        return np.broadcast_to(np.zeros((), dtype), shape)


@lru_cache
def _views(cell: str) -> tuple[int, int]:
    """Return how many views a cell's loops take for a timestep, and for a place in a block."""
    space = CELLS[cell](1, 1).workspace(1, 1)
    timestep = (*space.forward_views, *space.backward_views)
    return sum(len(fields(each)) for each in timestep), len(fields(space.block_views[0]))


def _chain_bytes(cell: Cell, block: int) -> int:
    """Return the bytes of the Jacobians that are held at once, and of what is made of them."""
    n = len(cell.state_names) * cell.hidden_size
    one = n * n * DOUBLE
    # Jacobians are put together from parts of their size; products and the weights are beside them.
    return (4 * min(block, max(1, BLOCK_BYTES // one)) + 8) * one


def _flossing_bytes(cells: list[Cell], T: int, block: int) -> int:
    """Return the bytes that the penalty's gradient takes, of the layer where they are most."""
    most = 0
    for cell in cells:
        n, D = len(cell.state_names) * cell.hidden_size, cell.input_size
        K = flossed(n)
        parameters = sum(map(prod, cell.shapes().values()))
        columns = min(T, chunk(cell, K, COMPLEX)) * K
        passes = _Passes([cell], 1, columns, "complex128", 1, Workspace).arrays
        # The states, inputs and covectors of its columns, and what comes back by them.
        passes += columns * (3 * n + 2 * D) * COMPLEX
        if cell.norms:  # what its loops make besides: see `LNGRU` and `LNLSTM`
            passes += 3 * columns * cell.layout.rows * COMPLEX
        # Parameters, their gradient, its sum, both joint matrices; layers that are done.
        weights = 8 * parameters * COMPLEX + len(cells) * parameters * DOUBLE
        # Q and U, R and its inverse; states, gradients by them and by the input.
        along = T * (2 * n * K + 4 * K * K + 6 * n + 4 * D) * DOUBLE
        # Jacobians are made before the passes, and after them.
        most = max(most, weights + along + max(passes, _chain_bytes(cell, block)))
    return most


def _flossing_work(cells: list[Cell], T: int) -> float:
    """Return the multiply-adds of the penalty's gradient."""
    work = 0.0
    for cell in cells:
        n = len(cell.state_names) * cell.hidden_size
        K = flossed(n)
        jacobian = _length(cell.joint.hidden_rows) * cell.hidden_size + 4 * n * n
        # Three times the Jacobians, through which directions go and come back; QR of them.
        walks = 3 * jacobian + 2 * n * n * K + 6 * n * K * K
        # A product of complex numbers is four.
        columns = _pass_work([cell], T, 4 * K + 1, 0, 0, 1)
        work += T * (walks + QR_CALLS * VIEW_WORK) + columns
    return work


def _frame_numbers(cell: Cell, T: int, S: int, O: int) -> int:  # noqa: E741
    """Return how many numbers the frame of a lane has with every view."""
    H, states, gates, chunks = (
        cell.hidden_size,
        len(cell.state_names),
        len(cell.gate_names),
        len(cell.chunks),
    )
    # States, their gradients, gates, and the two parts of each sum.
    by_unit = H * ((T + 1) * 2 * states + T * (gates + 2 * chunks + cell.more_parts))
    # Mean and quantiles of the gradients, contributions of weights, paths, Jacobians.
    by_timestep = (T + 1) * (3 * states + 2 + cell.path_count + 1 + LEADING + 1)
    of_weights = chunks * 2 * (H + 1) + (2 * gates + 1) * H
    # The mean of the joint state, its main directions, and the share of each.
    plane = (1 + DIRECTIONS) * states * H + DIRECTIONS
    return by_unit + by_timestep + of_weights + plane + S * T + S * 2 * O


def _pass_work(
    cells: list[Cell],
    T: int,
    B: int,
    S: int,
    O: int,  # noqa: E741
    halves: int,
) -> float:
    """Return the multiply-adds of one half's forward and backward pass over B examples."""
    work = 0.0
    for layer, cell in enumerate(cells):
        H, D, joint = cell.hidden_size, cell.input_size, cell.joint
        # Forward, and once more for the gradient of the weights.
        both = 2 * sum(_length(rows) * _length(columns) for rows, columns in joint.parts)
        back = _length(joint.hidden_rows) * H + (_length(joint.input_rows) * D if layer else 0)
        elements = cell.layout.rows * ELEMENT_WORK
        views = sum(_views(cell.name)) * VIEW_WORK
        work += T * (B * (both + back + elements) + views)
        if S > 1:
            # The way back once more, for the last loss alone: reach and horizon; and of two
            # halves again, for the first.
            work += halves * T * (B * (back + elements / 2) + views / 2)
    return work + S * B * O * (3 * cells[-1].hidden_size + ELEMENT_WORK)


def _views_work(
    cells: list[Cell],
    T: int,
    S: int,
    O: int,  # noqa: E741
    group: int,
    halves: int,
) -> float:
    """Return the multiply-adds of every view of one half, of the layer where they are most."""
    cell = cells[-1]
    H = cell.hidden_size
    n = len(cell.state_names) * H
    jacobian = _length(cell.joint.hidden_rows) * H + 4 * n * n
    if n <= EXACT_SIZE:
        # Gain, singular values, gain of each timestep, exponents.
        chain = 4 * jacobian + (2 + 3 * SVD_WORK) * n**3 + 2 * LEADING * n * n
    else:
        starts = T.bit_length() + 1
        directions = min(n, PROBES * starts)
        sweep = 2 * jacobian + 2 * directions * n * n + SVD_WORK * n * directions**2
        # Gain and singular values sweep each; gain of each timestep, exponents.
        chain = 2 * SWEEPS * sweep + 2 * jacobian + (2 * ROUNDS * PROBES + LEADING) * n * n
    spectrum = len(cell.chunks) * (EIGENVALUES_WORK + SVD_WORK) * H**3
    # Of the example, for its own loss, and for the losses in groups.
    passes = 2 * _pass_work(cells, T, 1, S, O, halves)
    passes += -(-S // group) * _pass_work(cells, T, group, S, O, halves)
    return T * chain + spectrum + passes


def _length(rows: slice) -> int:
    return int(rows.stop - rows.start)


def _in_words(count: int) -> str:
    """Return bytes as people read them, rounded up: too much never reads like what is allowed."""
    megabytes = ceil(count / 1e6)
    return f"{megabytes} MB" if megabytes < 1000 else f"{ceil(count / 1e8) / 10:.1f} GB"
