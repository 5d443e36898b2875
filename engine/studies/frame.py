"""The study of a frame: what an earlier iteration showed of a lane, computed again."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from pydantic_core import to_json

from engine.experiment import Experiment
from engine.studies.study import Findings, Progress, Study
from engine.watch import Watch


class FrameStudy(Study):
    """A frame of one lane, with views that were not asked for when it was computed."""

    kind: Literal["frame"]
    watch: Watch = Field(
        Watch(), title="Watch", description="What the frame holds; its own lane does not matter."
    )

    def compute(self, experiment: Experiment, progress: Progress) -> Findings:
        """Return the frame's arrays, by the names that they have in a frame.

        The text ``example`` describes the example for the page, as JSON.

        Raises
        ------
        ValueError
            If there is no such example.
        """
        progress(0.0)
        frame = experiment.frame(self.watch.model_copy(update={"lane": self.lane}))
        example = to_json(experiment.example(self.watch.example)).decode()
        return Findings(frame.arrays, frame.text | {"example": example})
