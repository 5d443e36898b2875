"""What the viewers run and watch."""

from __future__ import annotations

from typing import Any

Recipe = dict[str, Any]

_SIZES = {"task": {"seq_len": 100}, "batch_size": 32, "base": {"hidden_size": 32}}

THREE_LANES: Recipe = {**_SIZES, "lanes": [{"cell": "rnn"}, {"cell": "lstm"}, {"cell": "gru"}]}
"""The default recipe, spelt out: T = 100, H = 32, B = 32."""

TWO_EQUAL_LANES: Recipe = {**_SIZES, "lanes": [{"cell": "lstm"}, {"cell": "lstm"}]}
"""The same sizes, in two lanes that take the same time."""

SMALL: Recipe = {
    **THREE_LANES,
    "task": {"seq_len": 8},
    "batch_size": 4,
    "base": {"hidden_size": 4},
}
"""Iterations that take about a millisecond."""

WATCH = {"lane": 1, "layer": 0, "example": 0, "views": ["gates", "prediction"]}
"""What the page asks for at first: of the lane with the most gates."""

FRAME_RATE = 60.0
"""Frames a second that the service sends at most, by default."""
