"""The forget gate's bias: how much gradient reaches the first cell state before any training."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log10

from engine import Experiment, Recipe
from tests.published.result import Measured, Result, Row
from tests.published.training import near, spread

T = 100
# With weights near 0 every forget gate is σ(bias), and ∂c_T/∂c_1 = ∏ f = σ(bias)^(T−1).
LAW = (T - 1) * log10((1 / (1 + exp(-1))) / 0.5)
INITS = {"small": {"init": "normal", "init_std": 0.001}, "pytorch": {"init": "pytorch"}}


def measure(seed: int, seq_len: int = T) -> Measured:
    """Return log10 of dc_norm[1] with bias 1 over dc_norm[1] with bias 0, by initial weights."""
    found = {}
    for name, init in INITS.items():
        recipe = {
            "seed": seed,
            "task": {"name": "adding", "seq_len": seq_len},
            "base": {"cell": "lstm", **init},
            "lanes": [{"forget_bias": 1.0}, {"forget_bias": 0.0}],
        }
        arrays = Experiment(Recipe.model_validate(recipe)).advance().arrays
        one, none = (float(arrays[f"{lane}/dc_norm"][1]) for lane in (0, 1))
        found[name] = log10(one / none)
    return found


def judge(found: Sequence[Measured]) -> list[Row]:
    """Compare with the law of open gates, where it holds and where it is only a guide."""
    small, pytorch = ([each[name] for each in found] for name in INITS)
    return [
        near(
            "weights normal (0.001): decades between bias 1 and bias 0",
            f"(T − 1) log10(σ(1) / σ(0)) = {LAW:.1f}",
            LAW,
            1,
            small,
            digits=2,
        ),
        Row(
            "PyTorch's weights: decades between bias 1 and bias 0",
            "more than 0; fewer than by the law, as gates differ by unit",
            spread(pytorch, 1),
            all(0 < decades < LAW for decades in pytorch),
        ),
    ]


RESULT = Result(
    title="A forget-gate bias of 1 keeps ∂L/∂c_1 alive at initialisation",
    source="Gers, Schmidhuber & Cummins 2000; Jozefowicz, Zaremba & Sutskever 2015, section 4",
    conditions=f"adding, T = {T}, LSTM, H = 32, B = 32; dc_norm[1] of the first backward pass",
    seeds=range(5),
    measure=measure,
    judge=judge,
)
