"""The recipe itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Self

from pydantic import ConfigDict, Field, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from engine.quantities import CONSTANTS
from engine.recipe.any_task import DEFAULT_TASK, AnyTask
from engine.recipe.catalogue import add_catalogue
from engine.recipe.hyperparameters import Hyperparameters
from engine.recipe.lane import MOST_LANES, Lane
from engine.recipe.tweak import MOST_TWEAKS, Tweak
from engine.strict import Strict

COST_CEILING = 2_000_000
"""Largest timesteps × batch × width of one lane: the size of each array that a pass keeps."""
CONSTANTS["cost_ceiling"] = COST_CEILING


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
    base: Hyperparameters = Field(default=Hyperparameters(), title="Shared by all lanes")
    lanes: tuple[Lane, ...] = Field(
        default=(Lane(cell="rnn"), Lane(cell="lstm"), Lane(cell="gru")),
        max_length=MOST_LANES,
        strict=False,
        title="Lanes",
        description="Networks trained side by side on the same batches.",
        # Checked below: pydantic's own check would also complain when all lanes are bad.
        json_schema_extra={"minItems": 1},
    )
    tweaks: tuple[Tweak, ...] = Field(
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
        problems = [
            *recipe._lane_problems(),
            *recipe._cost_problems(),
            *recipe._tweak_problems(),
            *recipe._task_problems(),
        ]
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

    def _cost_problems(self) -> Iterator[InitErrorDetails]:
        seen = Counter[tuple[int | str, ...]]()
        for index, lane in enumerate(self.lanes):
            lane_values = self.lane(index)
            layers = lane_values.hidden_size * lane_values.num_layers
            cost = self.task.timesteps * self.batch_size * max(layers, self.task.width)
            if layers < self.task.width:
                place: tuple[int | str, ...] = ("batch_size",)
                value = self.batch_size
            elif {"hidden_size", "num_layers"} & lane.model_fields_set:
                place, value = ("lanes", index, "hidden_size"), lane_values.hidden_size
            else:
                place, value = ("base", "hidden_size"), lane_values.hidden_size
            if cost > COST_CEILING and not seen[place]:
                seen[place] += 1
                yield InitErrorDetails(
                    type=PydanticCustomError(
                        "too_costly",
                        "timesteps × batch_size × width is {cost}, and at most {ceiling} is "
                        "allowed; width is hidden_size × num_layers, or the task's own",
                        {"cost": cost, "ceiling": COST_CEILING},
                    ),
                    loc=place,
                    input=value,
                )

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
