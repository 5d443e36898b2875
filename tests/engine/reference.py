"""The cells once more, straight from their equations: one timestep at a time, nothing reused.

Slow and plain on purpose, and written without a look at the engine's way of doing it. The
equations are analytic, so they take complex numbers too: an imaginary step of 1e-30 gives a
derivative to the last digit, with nothing subtracted (Squire & Trapp 1998). What has a kink decides
by the real part.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

STEP = 1e-30j


@dataclass
class Nudge:
    """Something added to a state, to W_ih or to W_hh, at one timestep before anything reads it."""

    state: str
    t: int
    by: np.ndarray


def sigmoid(a: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-a))


def relu(a: np.ndarray) -> np.ndarray:
    return np.where(a.real > 0, a, 0)


def softsign(a: np.ndarray) -> np.ndarray:
    return a / (1 + np.sign(a.real) * a)


def hard_sigmoid(a: np.ndarray) -> np.ndarray:
    return np.where(abs(a.real) < 3, a / 6 + 0.5, a.real > 0)


FUNCTIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "tanh": np.tanh,
    "relu": relu,
    "softsign": softsign,
    "sigmoid": sigmoid,
    "hard_sigmoid": hard_sigmoid,
}


class Phi(NamedTuple):
    """The nonlinearity of the gates, and that of the candidate and of the states."""

    gate: Callable[[np.ndarray], np.ndarray]
    state: Callable[[np.ndarray], np.ndarray]


def phi_of(
    kind: str,
    nonlinearity: str = "tanh",
    gate_nonlinearity: str = "sigmoid",
    candidate_nonlinearity: str = "tanh",
) -> Phi:
    """Return the functions that a cell takes of these."""
    of_state = nonlinearity if kind == "rnn" else candidate_nonlinearity
    return Phi(FUNCTIONS[gate_nonlinearity], FUNCTIONS[of_state])


def rnn(p, x, h, c, phi):
    a = x @ p["weight_ih"].T + p["bias_ih"] + h @ p["weight_hh"].T + p["bias_hh"]
    return phi.state(a), None, {}


def lstm(p, x, h, c, phi):
    a = x @ p["weight_ih"].T + p["bias_ih"] + h @ p["weight_hh"].T + p["bias_hh"]
    i, f, g, o = np.split(a, 4, axis=-1)
    gates = {"i": phi.gate(i), "f": phi.gate(f), "g": phi.state(g), "o": phi.gate(o)}
    return None, gates["f"] * c + gates["i"] * gates["g"], gates


def peephole_lstm(p, x, h, c, phi):
    a = x @ p["weight_ih"].T + p["bias_ih"] + h @ p["weight_hh"].T + p["bias_hh"]
    i, f, g, o = np.split(a, 4, axis=-1)
    i, f = phi.gate(i + p["weight_ci"] * c), phi.gate(f + p["weight_cf"] * c)
    g = phi.state(g)
    c_t = f * c + i * g
    return None, c_t, {"i": i, "f": f, "g": g, "o": lambda c_t: phi.gate(o + p["weight_co"] * c_t)}


def layer_norm(u, gain, shift):
    """Return LN(u; α, β) over the last axis, with a derivative by imaginary steps."""
    mean = u.mean(axis=-1, keepdims=True)
    variance = ((u - mean) ** 2).mean(axis=-1, keepdims=True)
    return gain * (u - mean) / np.sqrt(variance + 1e-5) + shift


def ln_lstm(p, x, h, c, phi):
    from_x = layer_norm(x @ p["weight_ih"].T, p["ln_ih_weight"], p["ln_ih_bias"])
    from_h = layer_norm(h @ p["weight_hh"].T, p["ln_hh_weight"], p["ln_hh_bias"])
    i, f, g, o = np.split(from_x + p["bias_ih"] + from_h + p["bias_hh"], 4, axis=-1)
    gates = {"i": phi.gate(i), "f": phi.gate(f), "g": phi.state(g), "o": phi.gate(o)}
    return None, gates["f"] * c + gates["i"] * gates["g"], gates


def ln_rnn(p, x, h, c, phi):
    a = x @ p["weight_ih"].T + h @ p["weight_hh"].T
    normed = layer_norm(a, p["ln_weight"], p["ln_bias"])
    return phi.state(normed + p["bias_ih"] + p["bias_hh"]), None, {}


def ln_gru(p, x, h, c, phi):
    H = h.shape[-1]
    gates, n = slice(0, 2 * H), slice(2 * H, 3 * H)

    def normed(of, entering, rows):
        sums = entering @ p[f"weight_{of}"][rows].T
        sums = layer_norm(sums, p[f"ln_{of}_weight"][rows], p[f"ln_{of}_bias"][rows])
        return sums + p[f"bias_{of}"][rows]

    r, z = np.split(phi.gate(normed("ih", x, gates) + normed("hh", h, gates)), 2, axis=-1)
    n = phi.state(normed("ih", x, n) + r * normed("hh", h, n))
    return (1 - z) * n + z * h, None, {"r": r, "z": z, "n": n}


def gru(p, x, h, c, phi):
    from_x = np.split(x @ p["weight_ih"].T + p["bias_ih"], 3, axis=-1)
    from_h = np.split(h @ p["weight_hh"].T + p["bias_hh"], 3, axis=-1)
    r, z = (phi.gate(from_x[k] + from_h[k]) for k in (0, 1))
    n = phi.state(from_x[2] + r * from_h[2])
    return (1 - z) * n + z * h, None, {"r": r, "z": z, "n": n}


def mgu(p, x, h, c, phi):
    f_x, n_x = np.split(x @ p["weight_ih"].T + p["bias_ih"], 2, axis=-1)
    (W_f, W_n), (b_f, b_n) = np.split(p["weight_hh"], 2), np.split(p["bias_hh"], 2)
    f = phi.gate(f_x + h @ W_f.T + b_f)
    n = phi.state(n_x + (f * h) @ W_n.T + b_n)
    return (1 - f) * h + f * n, None, {"f": f, "n": n}


def coupled_lstm(p, x, h, c, phi):
    a = x @ p["weight_ih"].T + p["bias_ih"] + h @ p["weight_hh"].T + p["bias_hh"]
    f, g, o = np.split(a, 3, axis=-1)
    gates = {"f": phi.gate(f), "g": phi.state(g), "o": phi.gate(o)}
    return None, gates["f"] * c + (1 - gates["f"]) * gates["g"], gates


def gru_reset_before(p, x, h, c, phi):
    r_x, z_x, n_x = np.split(x @ p["weight_ih"].T + p["bias_ih"], 3, axis=-1)
    (W_r, W_z, W_n), (b_r, b_z, b_n) = np.split(p["weight_hh"], 3), np.split(p["bias_hh"], 3)
    r, z = phi.gate(r_x + h @ W_r.T + b_r), phi.gate(z_x + h @ W_z.T + b_z)
    n = phi.state(n_x + (r * h) @ W_n.T + b_n)
    return (1 - z) * n + z * h, None, {"r": r, "z": z, "n": n}


CELLS = {
    "rnn": rnn,
    "lstm": lstm,
    "gru": gru,
    "mgu": mgu,
    "coupled_lstm": coupled_lstm,
    "gru_reset_before": gru_reset_before,
    "peephole_lstm": peephole_lstm,
    "ln_rnn": ln_rnn,
    "ln_lstm": ln_lstm,
    "ln_gru": ln_gru,
}
GATES = {
    "rnn": 1,
    "lstm": 4,
    "gru": 3,
    "mgu": 2,
    "coupled_lstm": 3,
    "gru_reset_before": 3,
    "peephole_lstm": 4,
    "ln_rnn": 1,
    "ln_lstm": 4,
    "ln_gru": 3,
}
VECTORS = {
    "peephole_lstm": {"weight_ci": 1, "weight_cf": 1, "weight_co": 1},
    "ln_lstm": {
        "ln_ih_weight": 4,
        "ln_ih_bias": 4,
        "ln_hh_weight": 4,
        "ln_hh_bias": 4,
        "ln_c_weight": 1,
        "ln_c_bias": 1,
    },
    "ln_rnn": {"ln_weight": 1, "ln_bias": 1},
    "ln_gru": {"ln_ih_weight": 3, "ln_ih_bias": 3, "ln_hh_weight": 3, "ln_hh_bias": 3},
}
"""How many times H numbers a cell's further parameters have."""
WITH_C = (
    "lstm",
    "coupled_lstm",
    "peephole_lstm",
    "ln_lstm",
)
"""The cells with a state c beside h."""


def forward(
    kind: str,
    params: dict[str, np.ndarray],
    x: np.ndarray,
    h_0: np.ndarray,
    c_0: np.ndarray | None = None,
    *,
    nudge: Nudge | None = None,
    detached: Container[int] = (),
    held: Mapping[str, np.ndarray] = MappingProxyType({}),
    **chosen: str,
) -> dict[str, Any]:
    """Return h and c (T+1, B, H) and the gates (T, B, H); `chosen` are nonlinearities.

    A state at a `detached` t goes on to t + 1 as a plain number: its imaginary part, the
    derivative, stays behind, as truncated backpropagation has it. Where ``held["h"]`` or
    ``held["c"]`` (T, B, H) is True, a state is that of the timestep before, whatever was made of
    it.
    """

    phi = phi_of(kind, **chosen)

    def nudged(state: str, t: int, value: np.ndarray) -> np.ndarray:
        if nudge is not None and (nudge.state, nudge.t) == (state, t):
            return value + nudge.by
        return value

    def following(state: str, t: int, before: np.ndarray, made: np.ndarray) -> np.ndarray:
        if state not in held:
            return made
        return np.where(held[state][t - 1], nudged(state, t, before), made)

    h = [nudged("h", 0, h_0)]
    c = [None if c_0 is None else nudged("c", 0, c_0)]
    gates: list[dict[str, np.ndarray]] = []
    for t, x_t in enumerate(x, start=1):
        h_, c_ = h[-1], c[-1]
        if t - 1 in detached:
            h_, c_ = h_.real, None if c_ is None else c_.real
        p = params | {name: nudged(name, t, params[name]) for name in ("weight_ih", "weight_hh")}
        h_t, c_t, gates_t = CELLS[kind](p, x_t, h_, c_, phi)
        if c_t is not None:
            made = nudged("c", t, c_t)
            # A nudge of a held state does not touch what was made and put aside.
            c_t = np.where(held["c"][t - 1], c_t, made) if "c" in held else made
            if callable(gates_t["o"]):  # a gate that sees c_t
                gates_t["o"] = gates_t["o"](c_t)
            seen = c_t
            if "ln_c_weight" in p:
                seen = layer_norm(c_t, p["ln_c_weight"], p["ln_c_bias"])
            h_t = gates_t["o"] * phi.state(seen)
        h.append(following("h", t, h_, nudged("h", t, h_t)))
        c.append(None if c_t is None else following("c", t, c_, c_t))
        gates.append(gates_t)
    return {
        "h": np.stack(h),
        "c": None if c_0 is None else np.stack(c),
        "gates": {name: np.stack([g[name] for g in gates]) for name in gates[0]},
    }


def model_outputs(
    kind: str,
    params: dict[str, np.ndarray],
    x: np.ndarray,
    *,
    layer: int = 0,
    nudge: Nudge | None = None,
    detached: Container[int] = (),
    **chosen: str,
) -> np.ndarray:
    """Return the readout (T, B, O) of stacked cells from zero states; `nudge` is for one layer."""
    layers = sum(name.startswith("weight_hh") for name in params)
    H = params["readout.weight"].shape[1]
    states = x
    for k in range(layers):
        zero = np.zeros((x.shape[1], H))
        states = forward(
            kind,
            of_layer(params, k),
            states,
            zero,
            zero if kind in WITH_C else None,
            nudge=nudge if layer == k else None,
            detached=detached,
            **chosen,
        )["h"][1:]
    return states @ params["readout.weight"].T + params["readout.bias"]


def of_layer(params: dict[str, np.ndarray], layer: int) -> dict[str, np.ndarray]:
    """Return a layer's parameters by the names of a cell."""
    end = f"_l{layer}"
    return {name.removesuffix(end): p for name, p in params.items() if name.endswith(end)}


def example_losses(loss: str, output: np.ndarray, y: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Return each example's own loss (B,): the mean over its timesteps that have one."""
    if loss == "mse":
        each = ((output - y) ** 2).mean(axis=-1)
    else:
        chosen = np.take_along_axis(output, y[..., None], axis=-1)[..., 0]
        each = np.log(np.exp(output).sum(axis=-1)) - chosen
    return (each * mask).sum(axis=0) / mask.sum(axis=0)


def random_model_params(
    rng: np.random.Generator, kind: str, D: int, H: int, out: int, layers: int, scale: float = 0.6
) -> dict[str, np.ndarray]:
    """Draw a model's parameters, all of them different from zero."""
    params = {
        f"{name}_l{k}": value
        for k in range(layers)
        for name, value in random_params(rng, kind, D if k == 0 else H, H, scale).items()
    }
    params["readout.weight"] = rng.standard_normal((out, H))
    params["readout.bias"] = rng.standard_normal(out)
    return params


def random_params(
    rng: np.random.Generator, kind: str, input_size: int, hidden_size: int, scale: float = 0.6
) -> dict[str, np.ndarray]:
    """Draw weights, both biases and what else there is, all of them different from zero."""
    rows = GATES[kind] * hidden_size
    shapes = {
        "weight_ih": (rows, input_size),
        "weight_hh": (rows, hidden_size),
        "bias_ih": (rows,),
        "bias_hh": (rows,),
        **{name: (k * hidden_size,) for name, k in VECTORS.get(kind, {}).items()},
    }
    return {name: scale * rng.standard_normal(shape) for name, shape in shapes.items()}
