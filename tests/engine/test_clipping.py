"""Clipping by norm and by value, by hand and as PyTorch documents it."""

from __future__ import annotations

from math import hypot

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.clipping import clip

vectors = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8).map(np.array)
thresholds = st.floats(1e-3, 1e3)


def test_a_long_gradient_is_shortened_to_the_threshold_and_keeps_its_direction():
    gradient = np.array([3.0, -4.0])
    norm, factor = clip(gradient, "norm", 1.0)
    assert norm == 5.0
    assert factor == pytest.approx(1.0 / (5.0 + 1e-6), rel=1e-15)  # clip_grad_norm_'s 1e-6
    np.testing.assert_allclose(gradient, [0.6, -0.8], rtol=1e-6)


@pytest.mark.parametrize("mode", ["none", "norm", "value"])
def test_a_gradient_within_the_threshold_keeps_every_bit(mode):
    gradient = np.array([0.3, -0.4])
    assert clip(gradient, mode, 5.0) == (0.5, 1.0)
    np.testing.assert_array_equal(gradient, [0.3, -0.4])


def test_without_clipping_only_the_norm_is_told():
    gradient = np.array([30.0, -40.0])
    assert clip(gradient, "none", 1.0) == (50.0, 1.0)
    np.testing.assert_array_equal(gradient, [30.0, -40.0])


def test_by_value_each_entry_is_cut_on_its_own():
    gradient = np.array([3.0, -4.0, 0.5, 0.0])
    norm, factor = clip(gradient, "value", 1.0)
    assert norm == pytest.approx(np.sqrt(25.25))
    np.testing.assert_array_equal(gradient, [1.0, -1.0, 0.5, 0.0])
    assert factor == pytest.approx(1.5 / np.sqrt(25.25))


@settings(deadline=None)
@given(vectors, thresholds)
def test_after_norm_clipping_nothing_is_longer_than_the_threshold(vector, threshold):
    gradient = vector.copy()
    norm, factor = clip(gradient, "norm", threshold)
    assert norm == pytest.approx(hypot(*vector), rel=1e-12, abs=0)
    assert hypot(*gradient) <= threshold * (1 + 1e-12)
    assert 0 < factor <= 1
    np.testing.assert_allclose(gradient, factor * vector, rtol=1e-12)
    if norm > 0 and factor < 1:
        assert norm > threshold * (1 - 1e-2)


@settings(deadline=None)
@given(vectors, thresholds)
def test_after_clipping_by_value_the_factor_is_what_became_of_the_norm(vector, threshold):
    gradient = vector.copy()
    norm, factor = clip(gradient, "value", threshold)
    np.testing.assert_array_equal(gradient, np.clip(vector, -threshold, threshold))
    assert hypot(*gradient) == pytest.approx(factor * norm, rel=1e-12, abs=0)


@pytest.mark.parametrize("mode", ["none", "norm", "value"])
def test_a_gradient_of_zeros_stays_and_nothing_is_divided_by_it(mode):
    gradient = np.zeros(3)
    assert clip(gradient, mode, 1.0) == (0.0, 1.0)
    np.testing.assert_array_equal(gradient, 0.0)


def test_a_norm_beyond_what_squares_can_hold_is_still_a_number_and_is_clipped():
    gradient = np.array([3e200, -4e200])
    norm, factor = clip(gradient, "norm", 1.0)
    assert norm == pytest.approx(5e200)
    assert factor == pytest.approx(2e-201)
    np.testing.assert_allclose(gradient, [0.6, -0.8])


def test_a_norm_below_what_squares_can_hold_is_still_a_number():
    norm, factor = clip(np.array([3e-200, -4e-200]), "norm", 1.0)
    assert norm == pytest.approx(5e-200)
    assert factor == 1.0


@pytest.mark.parametrize("mode", ["none", "norm"])
def test_nan_is_told_and_not_hidden(mode):
    gradient = np.array([1.0, np.nan])
    norm, _ = clip(gradient, mode, 1.0)
    assert np.isnan(norm)
    assert np.isnan(gradient).any()


def test_float32_gradients_are_clipped_in_place_with_their_norm_in_float64():
    gradient = np.full(3, 1e30, dtype=np.float32)  # squares overflow in float32
    norm, _ = clip(gradient, "norm", 1.0)
    assert norm == pytest.approx(np.sqrt(3) * 1e30, rel=1e-6)
    assert gradient.dtype == np.float32
    np.testing.assert_allclose(gradient, 1 / np.sqrt(3), rtol=1e-6)
