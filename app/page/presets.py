"""Presets: recipes that show something, each with the sentence that says what to look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Preset:
    """A demonstration.

    Attributes
    ----------
    name : str
        What a menu calls it.
    text : str
        One sentence: what to look at, and what it shows.
    recipe : dict
        A recipe as a link has it: what is left out is as usual.
    view : dict
        Which panels its sentence is about, and how they show it, as a link has it; Gradient flow
        shows ‖∂ℓ/∂h_t‖ by default.
    play : bool
        Whether it plays at once; one about what is there before any training waits.
    at : int
        Iteration that it begins at: shortly before what it is about.
    """

    name: str
    text: str
    recipe: dict[str, Any] = field(default_factory=dict)
    view: dict[str, Any] = field(default_factory=dict)
    play: bool = True
    at: int = 0


PRESETS = (
    Preset(
        "Vanishing against gates",
        "In Gradient flow the tanh RNN's line falls by a factor at every timestep and stays there; "
        "the GRU's and the LSTM's rise to reach the first timestep, and then their loss falls.",
    ),
    Preset(
        "A gradient that explodes",
        "W_hh has spectral radius 2: before training, the gradient grows more than 10⁵-fold on the "
        "way back; Play, and the first update ends the lane that is not clipped.",
        {
            "base": {
                "cell": "rnn",
                "nonlinearity": "relu",
                "spectral_radius": 2.0,
                "optimizer": "sgd",
                "learning_rate": 0.001,
                "clip": "none",
            },
            "lanes": [
                {"name": "not clipped"},
                {"name": "clipped", "clip": "norm"},
            ],
        },
        play=False,
    ),
    Preset(
        "The cliff of the loss",
        "Training shows not the lanes but one unit of Pascanu et al., whose loss falls off a "
        "cliff: the unclipped step leaves the picture, the clipped one stays on the slope.",
        {
            "base": {
                "cell": "rnn",
                "nonlinearity": "relu",
                "spectral_radius": 2.0,
                "optimizer": "sgd",
                "learning_rate": 0.001,
            },
            "lanes": [{"name": "clipped"}, {"name": "not clipped", "clip": "none"}],
        },
        view={"story": "landscape", "plane": "cliff"},
        play=False,
    ),
    Preset(
        "Clipping decides",
        "Two equal networks until the first gradient norm above 1, at iteration 184: the clipped "
        "one solves the task within 1,500 more, the other one is thrown back each time.",
        {
            "task": {"name": "temporal_order", "seq_len": 30},
            "batch_size": 20,
            "base": {
                "cell": "rnn",
                "hidden_size": 50,
                "init": "normal",
                "init_std": 0.1,
                "spectral_radius": 0.95,
                "optimizer": "sgd",
                "learning_rate": 0.05,
            },
            "lanes": [{"name": "clipped"}, {"name": "not clipped", "clip": "none"}],
        },
        at=150,
    ),
    Preset(
        "Forget bias 1, 0 and −2",
        "The lower f starts, the sooner ‖∂ℓ/∂c‖ is gone: along c it is multiplied by f, which "
        "differs by unit, and paths through the gates add to it; with f = 0.12 (bias −2) it keeps "
        "0.24 a timestep.",
        {"lanes": [{"forget_bias": 1.0}, {"forget_bias": 0.0}, {"forget_bias": -2.0}]},
        view={"quantity": "dc_norm"},
    ),
    Preset(
        "Identity ReLU against tanh",
        "Before training, the gradient of the IRNN (W_hh = I, ReLU) reaches t = 0 almost "
        "undiminished; with tanh and the usual weights 1 % is left after seven timesteps.",
        {
            "base": {"cell": "rnn"},
            "lanes": [
                {"name": "IRNN", "nonlinearity": "relu", "init": "identity"},
                {"name": "tanh"},
            ],
        },
    ),
    Preset(
        "Orthogonal against normal",
        "An orthogonal W_hh keeps lengths, so that what shrinks its gradient is tanh alone: its "
        "line falls far less steeply than that of normal weights of standard deviation 0.1.",
        {"base": {"cell": "rnn"}, "lanes": [{"init": "orthogonal"}, {"init": "normal"}]},
    ),
    Preset(
        "Copy memory, three cells",
        "Ten symbols wait for 30 blank timesteps: without memory the loss stays at 0.42, and only "
        "lanes whose gradients still cross the blank by then can get below it.",
        {"task": {"name": "copy", "seq_len": 30}},
    ),
    Preset(
        "A pull towards orthogonality",
        "Of two equal tanh RNNs one has its W_hh drawn towards orthogonality: its reach climbs "
        "from 10⁻¹⁰ to 0.1, and by iteration 1,200 it copies what the other never remembers.",
        {
            "task": {"name": "copy", "seq_len": 15},
            "base": {"cell": "rnn", "init": "normal", "learning_rate": 0.005},
            "lanes": [
                {"name": "plain"},
                {"name": "pulled", "orthogonality": 1.0},
            ],
        },
    ),
    Preset(
        "Gradient flossing",
        "Two of three equal tanh RNNs have Lyapunov exponents drawn to 0, one only for 200 "
        "iterations: reach climbs from 10⁻¹⁵ to 1, and they learn by 700 what the plain one "
        "has not begun to by 3,000.",
        {
            "task": {"name": "temporal_order", "seq_len": 60},
            "base": {"cell": "rnn"},
            "lanes": [
                {"name": "plain"},
                {"name": "flossed", "flossing": 10.0},
                {"name": "flossed at first", "flossing": 100.0},
            ],
            "tweaks": [{"iteration": 200, "lane": 2, "changes": {"flossing": 0.0}}],
        },
    ),
    Preset(
        "Truncated BPTT: 5, 20, whole",
        "Cut after 5 or 20 timesteps, the lines in Gradient flow end there; the GRU whose gradient "
        "sees the whole sequence learns to add first, the others later or not at all.",
        {
            "base": {"cell": "gru"},
            "lanes": [{"truncate": 5}, {"truncate": 20}, {"name": "GRU · whole"}],
        },
    ),
    Preset(
        "Underflow in float32",
        "Before training, with the same weights and batch and T = 200: float64 follows the "
        "gradient down to 10⁻¹¹⁷, in float32 it is exactly 0 for the first 127 timesteps.",
        {
            "task": {"seq_len": 200},
            "base": {"cell": "rnn", "init": "normal", "init_std": 0.05},
            "lanes": [{"precision": "float64"}, {"precision": "float32"}],
        },
        play=False,
    ),
    Preset(
        "Two LSTM layers",
        "One layer against two, all else alike: choose the layer in Inside the cell and watch "
        "Gradient flow, where the upper one hands its gradient down, and see who learns sooner.",
        {"lanes": [{"num_layers": 1}, {"num_layers": 2}]},
    ),
    Preset(
        "Three-bit flip-flop: corners",
        "Memory as corners: Find fixed points before training, then again after 300 iterations, "
        "when the one point of rest has become eight, one for each state of the three bits.",
        {
            "task": {"name": "flip_flop", "seq_len": 20, "pulse_probability": 0.15},
            "batch_size": 16,
            "base": {"cell": "gru", "hidden_size": 12, "learning_rate": 0.03},
            "lanes": [{}],
        },
        view={"flow": "dynamics", "directions": "1·2·3"},
        play=False,
    ),
)
"""In the order of the menu; the first is what a plain visit sees."""
