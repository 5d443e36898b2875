"""The spectrum of W_hh, of matrices whose eigenvalues everybody knows."""

from __future__ import annotations

import numpy as np
import pytest

from engine import GRU, LSTM, RNN, CoupledLSTM, GRUResetBefore, Watch
from engine.diagnostics import spectrum
from tests.engine.runs import experiment


def of(cell, *blocks: np.ndarray) -> dict[str, np.ndarray]:
    return spectrum(cell, {"weight_hh": np.concatenate(blocks)})


def test_eigenvalues_come_largest_first_as_real_and_imaginary_parts():
    turn = np.array([[0.0, -2, 0], [2, 0, 0], [0, 0, -3]])
    found = of(RNN(1, 3), turn)
    assert set(found) == {"spectrum.h", "spectral_radius.h", "singular_value.h"}
    np.testing.assert_allclose(found["spectrum.h"], [[-3, 0], [0, 2], [0, -2]], atol=1e-14)
    assert found["spectral_radius.h"] == pytest.approx(3)
    assert found["singular_value.h"] == pytest.approx(3)


def test_a_nilpotent_matrix_stretches_although_all_its_eigenvalues_are_zero():
    found = of(RNN(1, 2), np.array([[0.0, 5], [0, 0]]))
    np.testing.assert_array_equal(found["spectrum.h"], 0)
    assert found["spectral_radius.h"] == 0
    assert found["singular_value.h"] == pytest.approx(5)


@pytest.mark.parametrize(
    ("kind", "gates"),
    [
        (LSTM, "ifgo"),
        (GRU, "rzn"),
        (CoupledLSTM, "fgo"),
        (GRUResetBefore, "rzn"),
    ],
)
def test_each_gate_has_a_spectrum_of_its_own(kind, gates):
    found = of(kind(1, 2), *(np.diag([0.5, k + 1.0]) for k in range(len(gates))))
    for k, gate in enumerate(gates):
        np.testing.assert_allclose(found[f"spectrum.{gate}"], [[k + 1, 0], [0.5, 0]])
        assert found[f"spectral_radius.{gate}"] == pytest.approx(k + 1)


@pytest.mark.parametrize("size", [1e-300, 1e300])
def test_tiny_and_huge_weights_have_a_spectrum(size):
    found = of(RNN(1, 2), size * np.diag([-0.5, 1]))
    np.testing.assert_allclose(found["spectrum.h"], [[size, 0], [-size / 2, 0]])
    assert found["singular_value.h"] == pytest.approx(size)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_gate_whose_weights_are_lost_has_a_spectrum_of_nan(bad):
    found = of(GRU(1, 2), np.eye(2), np.array([[bad, 0], [0, 1]]), np.eye(2))
    for name, values in found.items():
        assert np.isnan(values).all() == name.endswith(".z")


def test_single_precision_weights_have_a_float64_spectrum():
    found = of(RNN(1, 2), np.diag([2, 1]).astype(np.float32))
    assert {values.dtype for values in found.values()} == {np.dtype(np.float64)}


def test_a_frame_shows_the_spectrum_that_the_recipe_asked_for():
    base = {"init": "orthogonal", "spectral_radius": 0.75, "num_layers": 2}
    run = experiment(base=base)
    frame = run.advance(Watch(layer=1, views=("spectrum",)))
    for lane, gates in enumerate(("h", "ifgo", "rzn")):
        for gate in gates:
            eigenvalues = frame.arrays[f"{lane}/spectrum.{gate}"]
            np.testing.assert_allclose(np.hypot(*eigenvalues.T), 0.75, rtol=1e-12)
            assert frame.arrays[f"{lane}/singular_value.{gate}"] == pytest.approx(0.75)
    first = run.frame(Watch(layer=0, views=("spectrum",))).arrays["0/spectrum.h"]
    assert not np.allclose(first, frame.arrays["0/spectrum.h"])
