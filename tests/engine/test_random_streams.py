"""Streams of one seed are independent, and begin the same each time."""

from __future__ import annotations

import numpy as np

from engine.random_streams import stream


def drawn(*key) -> tuple[float, ...]:
    return tuple(stream(*key).random(3))


def test_the_first_streams_have_the_bits_that_recipes_rely_on():
    for place, name in enumerate(("batches", "held out", "weights")):
        assert drawn(7, name) == tuple(np.random.default_rng([7, place]).random(3))


def test_a_stream_begins_the_same_each_time_and_differs_from_every_other():
    names = ("batches", "held out", "weights", "noise", "noisf")
    keys = [(seed, name) for seed in (0, 1) for name in names]
    keys += [(0, "noise", iteration) for iteration in (0, 1, 2**40)]
    first = [drawn(*key) for key in keys]
    assert first == [drawn(*key) for key in keys]
    assert len(set(first)) == len(keys)
