"""The recipe itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from engine.recipe.any_task import DEFAULT_TASK, AnyTask
from engine.recipe.catalogue import add_catalogue
from engine.recipe.hyperparameters import Hyperparameters
from engine.recipe.lane import MOST_LANES, Lane
from engine.recipe.tweak import MOST_TWEAKS, Tweak
from engine.run_cost import run_cost
from engine.strict import Strict, no_longer_than
from engine.tasks.base import most_streams

LEVERS = "lower seq_len, batch_size, hidden_size, num_layers or the number of lanes"
"""What to lower of a run that costs too much."""

WORTH_NAMING = 0.1
"""Share of what a run costs that half of a field's value has to spare, so that it is named."""


class Recipe(Strict):
    """Everything that determines a run. Same recipe, same machine: the same bits."""

    model_config = ConfigDict(json_schema_extra=add_catalogue)

    seed: int = Field(
        0,
        ge=0,
        le=2**32 - 1,
        title="Seed",
        description="Draws the initial weights and every batch: the same seed gives the same run, "
        "and another one shows whether gradients behave so by chance.",
        json_schema_extra={"group": "task"},
    )
    task: AnyTask = Field(default=DEFAULT_TASK, title="Task")
    batch_size: int = Field(
        32,
        ge=1,
        le=512,
        title="Batch size B",
        description="Sequences whose gradients are averaged into one update: more make it "
        "steadier, not longer. All lanes see the same ones.",
        json_schema_extra={"group": "training", "scale": "log", "unit": "sequences"},
    )
    stateful: bool = Field(
        False,
        title="Carry the state",
        description="Read the text or series in order, in as many streams as a batch has "
        "sequences, and let each batch begin with the state that the last one ended in. The "
        "gradient still ends at the first timestep of a batch: BPTT truncated as practitioners do "
        "it. Streams that have come to their end begin again, with a state of zeros.",
        json_schema_extra={"group": "training", "when": {"task": ["next_char", "stocks"]}},
    )
    base: Hyperparameters = Field(default=Hyperparameters(), title="Shared by all lanes")
    lanes: Annotated[tuple[Lane, ...], no_longer_than(MOST_LANES)] = Field(
        default=(Lane(cell="rnn"), Lane(cell="lstm"), Lane(cell="gru")),
        max_length=MOST_LANES,
        strict=False,
        title="Lanes",
        description="Networks trained side by side on the same batches.",
        # Checked below: pydantic's own check would also complain when all lanes are bad.
        json_schema_extra={"minItems": 1},
    )
    tweaks: Annotated[tuple[Tweak, ...], no_longer_than(MOST_TWEAKS)] = Field(
        default=(),
        max_length=MOST_TWEAKS,
        strict=False,
        title="Tweaks",
        description="Changes made while the run went on, each with its iteration.",
    )

    @model_validator(mode="wrap")
    @classmethod
    def _whole(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Check what no single field can know, naming the field to change."""
        recipe = handler(data)
        unsound = [
            *recipe._lane_problems(),
            *recipe._task_problems(),
            *recipe._stream_problems(),
        ]
        # What has no lanes, or a text that can't be read, has no cost either.
        costs = [] if unsound else recipe._cost_problems()
        problems = [*unsound, *costs, *recipe._tweak_problems()]
        if problems:
            raise ValidationError.from_exception_data(cls.__name__, problems)
        return recipe

    def lane(self, index: int) -> Hyperparameters:
        """Return the hyperparameters lane `index` starts with: the base and what it overrides."""
        overrides = self.lanes[index].overrides
        overrides.pop("name", None)
        names = Hyperparameters.model_fields
        return Hyperparameters(
            **{name: overrides.get(name, getattr(self.base, name)) for name in names}
        )

    def _lane_problems(self) -> Iterator[InitErrorDetails]:
        if not self.lanes:
            yield InitErrorDetails(
                type=PydanticCustomError(
                    "no_lanes", "a run has 1 to {most} lanes", {"most": MOST_LANES}
                ),
                loc=("lanes",),
                input=self.lanes,
            )

    def _stream_problems(self) -> Iterator[InitErrorDetails]:
        if not self.stateful:
            return
        for index, lane in enumerate(self.lanes):
            if self.lane(index).bidirectional:
                own = "bidirectional" in lane.model_fields_set
                yield InitErrorDetails(
                    type=PydanticCustomError(
                        "no_state_to_carry",
                        "a run that carries the state on reads in one direction: the half that "
                        "reads backward would have to begin with what comes after the batch; "
                        "off is allowed, or not to carry the state",
                    ),
                    loc=("lanes", index, "bidirectional") if own else ("base", "bidirectional"),
                    input=True,
                )
        length, timesteps = self.task.length, self.task.timesteps
        if length is None:
            yield InitErrorDetails(
                type=PydanticCustomError(
                    "nothing_in_order",
                    "the sequences of this task are made one by one: there is nothing to read in "
                    "order, and no state to carry on",
                ),
                loc=("stateful",),
                input=self.stateful,
            )
        elif self.batch_size > (most := most_streams(length, timesteps)):
            yield InitErrorDetails(
                type=PydanticCustomError(
                    "too_many_streams",
                    "read in order, {length} timesteps are enough for {most} streams of {timesteps}"
                    " and the target after them: lower batch_size or seq_len",
                    {"length": length, "most": most, "timesteps": timesteps},
                ),
                loc=("batch_size",),
                input=self.batch_size,
            )

    def _cost_problems(self) -> Iterator[InitErrorDetails]:
        cost = run_cost(self)
        excess = cost.excess
        if excess is not None:
            place, value = self._lever(cost.costliest)
            yield InitErrorDetails(
                type=PydanticCustomError(
                    "too_costly",
                    "this run would take {spent}, and {allowed}",
                    {
                        "spent": excess.spent,
                        "allowed": f"at most {excess.most} is allowed: {LEVERS}",
                    },
                ),
                loc=place,
                input=value,
            )

    def _lever(self, index: int) -> tuple[tuple[int | str, ...], int]:
        """Return a field of which half would help, as far as there is one, and its value.

        The length of the sequence comes late: it is what the run is about.
        """
        values, own = self.lane(index), self.lanes[index].model_fields_set
        network: Lane | Hyperparameters = self.base
        place: tuple[int | str, ...] = ("base",)
        if {"hidden_size", "num_layers"} & own:
            network, place = self.lanes[index], ("lanes", index)

        def overrun(name: str, half: int) -> float:
            update: dict[str, Any] = {name: half}
            if name == "seq_len":
                update = {"task": self.task.model_copy(update=update)}
            elif name != "batch_size":
                changed = network.model_copy(update=update)
                lanes = (*self.lanes[:index], changed, *self.lanes[index + 1 :])
                update = {"base": changed} if network is self.base else {"lanes": lanes}
            return run_cost(self.model_copy(update=update)).overrun

        levers: list[tuple[tuple[int | str, ...], int]] = [
            ((*place, "hidden_size"), values.hidden_size),
            (("batch_size",), self.batch_size),
            ((*place, "num_layers"), values.num_layers),
            (("task", "seq_len"), self.task.seq_len),
        ]
        enough = (1 - WORTH_NAMING) * run_cost(self).overrun
        left = [overrun(str(path[-1]), max(1, value // 2)) for path, value in levers]
        best = next((n for n, each in enumerate(left) if each <= enough), left.index(min(left)))
        return levers[best]

    def _tweak_problems(self) -> Iterator[InitErrorDetails]:
        for index, tweak in enumerate(self.tweaks):
            if tweak.lane is not None and tweak.lane >= len(self.lanes):
                yield InitErrorDetails(
                    type=PydanticCustomError(
                        "no_such_lane",
                        "this run has lanes 0 to {last}",
                        {"last": len(self.lanes) - 1},
                    ),
                    loc=("tweaks", index, "lane"),
                    input=tweak.lane,
                )

    def _task_problems(self) -> Iterator[InitErrorDetails]:
        for problem in self.task.problems():
            yield InitErrorDetails(
                type=problem["type"], loc=("task", *problem["loc"]), input=problem["input"]
            )
