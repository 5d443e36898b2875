"""Snapshots that are kept: a run that was here before begins where it was, without a replay."""

from __future__ import annotations

import json
from collections import OrderedDict
from typing import NamedTuple

from engine import Recipe
from engine.arrays import Array
from engine.snapshot import Snapshot

MOST_BYTES = 128 * 1024 * 1024
"""What all of them may take; the one that was used longest ago goes first."""


class Kept(NamedTuple):
    """A snapshot with the story that led there.

    Attributes
    ----------
    snapshot : Snapshot
    scalars : ndarray, shape (iterations, lanes · scalars)
    """

    snapshot: Snapshot
    scalars: Array

    @property
    def size(self) -> int:
        """Bytes of its arrays."""
        return self.scalars.nbytes + sum(each.nbytes for each in self.snapshot.arrays.values())


_Key = tuple[str, int, str]


class Snapshots:
    """Finds them by recipe and iteration.

    Parameters
    ----------
    most_bytes : int, optional
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[_Key, Kept] = OrderedDict()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, recipe: Recipe, kept: Kept) -> None:
        """Keep a snapshot of a run of this recipe."""
        key = _key(recipe, kept.snapshot.iteration)
        before = self._kept.pop(key, None)
        self._bytes += kept.size - (before.size if before is not None else 0)
        self._kept[key] = kept
        while self._bytes > self._most_bytes and self._kept:
            _, gone = self._kept.popitem(last=False)
            self._bytes -= gone.size

    def nearest(self, recipe: Recipe, at: int) -> Kept | None:
        """Return the latest snapshot from which the frame of iteration `at` can be had.

        One of the iteration after it will do too: it holds the weights before its last update.
        """
        whole, _, _ = _key(recipe, 0)
        iterations = sorted({n for same, n, _ in self._kept if same == whole and n <= at + 1})
        for iteration in reversed(iterations):
            key = _key(recipe, iteration)
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        return None


def _key(recipe: Recipe, iteration: int) -> _Key:
    """Return what a run depends on up to an iteration: names are no part of it."""
    whole = recipe.model_dump(mode="json")
    tweaks = [each for each in whole.pop("tweaks") if each["iteration"] < iteration]
    for lane in whole["lanes"]:
        lane.pop("name", None)
    text = json.dumps(whole, sort_keys=True)
    return text, iteration, json.dumps(tweaks, sort_keys=True)
