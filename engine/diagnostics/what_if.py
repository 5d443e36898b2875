"""What if a path carried no gradient: backpropagation with some of its paths switched off.

What a path is, is said by what is *held fixed*, as a constant without a derivative (`detach` in
PyTorch), while the forward pass stays as it was:

``c``, of LSTMs
    c_{t−1} where it enters c_t = f ⊙ c_{t−1} + i ⊙ g: the linear path of Hochreiter & Schmidhuber
    (1997).
``peepholes``, of an LSTM that has them
    c_{t−1} where the gates i and f see it. Gers & Schmidhuber (2000) let no gradient through there.
``carry``, of GRUs and of the MGU
    h_{t−1} where it enters h_t beside the candidate: z ⊙ h_{t−1}, or (1 − f) ⊙ h_{t−1}.
``i``, ``f``, … (of an RNN: ``h``)
    h_{t−1} where this gate's recurrent weights multiply it.
``gates``
    All of these: of an LSTM the h-detach of Kanuparthi et al. (2019), at every timestep.

Weights and gates still learn from what they did: only what would go on to t − 1 is missing. This is
the slow way, one timestep after another, with the derivative of each equation written out; the
cells' own backward pass, which training uses, knows nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from engine.arrays import Array
from engine.cells import Cell, Params, Workspace, cut_timesteps
from engine.cells.layer_norm import EPSILON
from engine.diagnostics.contributions import outer_norms

GATES = "gates"
"""The path through the recurrent weights of all gates at once."""


class Timestep(NamedTuple):
    """What one timestep of the forward pass left, every array (H, B).

    Biases and `Cell.vectors` are (…, 1) each.
    """

    gates: dict[str, Array]
    inner: Array  # of an LSTM what o multiplies, tanh(c_t); of a GRU m = W_hn h + b_hn
    h: Array
    h_prev: Array
    c: Array  # without a cell state, h
    c_prev: Array
    vectors: dict[str, Array]
    from_x: dict[str, Array]  # W_i x_t of each gate
    gate_slope: Callable[[Array], Array]  # slope of the gates' nonlinearity, by an activation
    slope: Callable[[Array], Array]  # the same of the candidate, of c on its way to h, or of h


class Back(NamedTuple):
    """What one timestep gives back; every array (H, B).

    Attributes
    ----------
    da : dict of str to ndarray
        ∂L/∂a of what each gate adds up, a = W_i x_t + b_i + …; if normalised, of W_i x_t.
    dm : dict of str to ndarray
        ∂L/∂m of each recurrent product, m = W_h v + b_h; if normalised, of W_h v.
    v : dict of str to ndarray
        What W_h multiplied: h_{t−1}, or for n an MGU's f ⊙ h_{t−1}, a GRU's r ⊙ h_{t−1}.
    to_h : dict of str to ndarray
        ∂L/∂h_{t−1} by path.
    to_c : dict of str to ndarray
        ∂L/∂c_{t−1} by path.
    vectors : dict of str to ndarray
        What each example adds to the gradients of `Cell.vectors`; and of the biases, where a bias
        is not added to a product itself.
    """

    da: dict[str, Array]
    dm: dict[str, Array]
    v: dict[str, Array]
    to_h: dict[str, Array]
    to_c: dict[str, Array]
    vectors: Mapping[str, Array] = MappingProxyType({})


@dataclass(frozen=True)
class WhatIf:
    """What a backward pass of one layer gives with some of its paths switched off.

    Attributes
    ----------
    params : dict of str to ndarray
        ∂L/∂parameter, named and shaped like the cell's parameters.
    dh, dc : ndarray, shape (T+1, H, B)
        ∂L/∂h_t and ∂L/∂c_t through the paths that are left; `dc` is None for cells without c.
    dx : ndarray, shape (T, D, B)
        ∂L/∂x_t.
    dW_hh_norm : ndarray, shape (T,)
        Norm of what timestep t itself adds to ∂L/∂W_hh.
    """

    params: dict[str, Array]
    dh: Array
    dc: Array | None
    dx: Array
    dW_hh_norm: Array  # noqa: N815


def _rnn(W: Mapping[str, Array], now: Timestep, dh: Array, dc: Array) -> Back:
    # h = φ(a), a = W_ih x + b_ih + m, m = W_hh h_prev + b_hh
    da = dh * now.slope(now.h)
    return Back({"h": da}, {"h": da}, {"h": now.h_prev}, {"h": W["h"].T @ da}, {})


def _lstm(W: Mapping[str, Array], now: Timestep, dh: Array, dc: Array) -> Back:
    i, f, g, o = (now.gates[gate] for gate in "ifgo")
    # c = f * c_prev + i * g; what h sent to c is in dc already, see `_through_h`
    da = {
        "i": dc * g * now.gate_slope(i),
        "f": dc * now.c_prev * now.gate_slope(f),
        "g": dc * i * now.slope(g),
        "o": dh * now.inner * now.gate_slope(o),  # h = o * tanh(c)
    }
    to_h = {gate: W[gate].T @ da[gate] for gate in da}
    return Back(da, da, dict.fromkeys(da, now.h_prev), to_h, {"c": f * dc})


def _peephole_lstm(W: Mapping[str, Array], now: Timestep, dh: Array, dc: Array) -> Back:
    # i, f = σ(… + p * c_prev), o = σ(… + p_o * c); else an LSTM
    da, dm, v, to_h, to_c, _ = _lstm(W, now, dh, dc)
    seen = {"weight_ci": now.c_prev * da["i"], "weight_cf": now.c_prev * da["f"]}
    to_c["peepholes"] = now.vectors["weight_ci"] * da["i"] + now.vectors["weight_cf"] * da["f"]
    return Back(da, dm, v, to_h, to_c, seen | {"weight_co": now.c * da["o"]})


def _gru(W: Mapping[str, Array], now: Timestep, dh: Array, dc: Array) -> Back:
    r, z, n = (now.gates[gate] for gate in "rzn")
    # h = (1 − z) * n + z * h_prev, n = tanh(W_in x + b_in + r * m), m = W_hn h_prev + b_hn
    da_n = dh * (1 - z) * now.slope(n)
    da = {
        "r": da_n * now.inner * now.gate_slope(r),
        "z": dh * (now.h_prev - n) * now.gate_slope(z),
        "n": da_n,
    }
    dm = da | {"n": r * da_n}
    to_h = {gate: W[gate].T @ dm[gate] for gate in dm}
    return Back(da, dm, dict.fromkeys(da, now.h_prev), to_h | {"carry": z * dh}, {})


def _mgu(W: Mapping[str, Array], now: Timestep, dh: Array, dc: Array) -> Back:
    f, n = now.gates["f"], now.gates["n"]
    # h = (1 − f) * h_prev + f * n, n = tanh(W_in x + b_in + W_hn (f * h_prev) + b_hn)
    da_n = dh * f * now.slope(n)
    dv = W["n"].T @ da_n  # v = f * h_prev
    da_f = (dh * (n - now.h_prev) + dv * now.h_prev) * now.gate_slope(f)
    da = {"f": da_f, "n": da_n}
    to_h = {"f": W["f"].T @ da_f, "n": dv * f, "carry": dh * (1 - f)}
    return Back(da, da, {"f": now.h_prev, "n": f * now.h_prev}, to_h, {})


def _coupled_lstm(W: Mapping[str, Array], now: Timestep, dh: Array, dc: Array) -> Back:
    f, g, o = (now.gates[gate] for gate in "fgo")
    # c = f * c_prev + (1 − f) * g; what h sent to c is in dc already, see `_through_h`
    da = {
        "f": dc * (now.c_prev - g) * now.gate_slope(f),
        "g": dc * (1 - f) * now.slope(g),
        "o": dh * now.inner * now.gate_slope(o),  # h = o * tanh(c)
    }
    to_h = {gate: W[gate].T @ da[gate] for gate in da}
    return Back(da, da, dict.fromkeys(da, now.h_prev), to_h, {"c": f * dc})


def _gru_reset_before(W: Mapping[str, Array], now: Timestep, dh: Array, dc: Array) -> Back:
    r, z, n = (now.gates[gate] for gate in "rzn")
    # h = (1 − z) * n + z * h_prev, n = tanh(W_in x + b_in + W_hn (r * h_prev) + b_hn)
    da_n = dh * (1 - z) * now.slope(n)
    dv = W["n"].T @ da_n  # v = r * h_prev
    da_r = dv * now.h_prev * now.gate_slope(r)
    da_z = dh * (now.h_prev - n) * now.gate_slope(z)
    da = {"r": da_r, "z": da_z, "n": da_n}
    v = {"r": now.h_prev, "z": now.h_prev, "n": r * now.h_prev}
    to_h = {"r": W["r"].T @ da_r, "z": W["z"].T @ da_z, "n": dv * r, "carry": dh * z}
    return Back(da, da, v, to_h, {})


def _ln_rnn(W: Mapping[str, Array], now: Timestep, dh: Array, dc: Array) -> Back:
    # h = tanh(LN(u) + b), u = W_ih x + W_hh h_prev
    da = dh * now.slope(now.h)
    n, du = _back_through_norm(now.from_x["h"] + W["h"] @ now.h_prev, now.vectors["ln_weight"], da)
    more = {"ln_weight": da * n, **dict.fromkeys(("ln_bias", "bias_ih", "bias_hh"), da)}
    return Back({"h": du}, {"h": du}, {"h": now.h_prev}, {"h": W["h"].T @ du}, {}, more)


def _ln_lstm(W: Mapping[str, Array], now: Timestep, dh: Array, dc: Array) -> Back:
    # i, f, g, o = σ, σ, tanh, σ of LN(W_ih x) + b_ih + LN(W_hh h_prev) + b_hh, h = o * tanh(LN(c))
    plain = _lstm(W, now, dh, dc)
    back = _through_norms([("i", "f", "g", "o")], W, now, plain.da, plain.dm)
    d = dh * now.gates["o"] * now.slope(now.inner)
    n, _ = _back_through_norm(now.c, now.vectors["ln_c_weight"], d)
    more = {**back.vectors, "ln_c_weight": d * n, "ln_c_bias": d}
    return back._replace(to_c=plain.to_c, vectors=more)


def _ln_gru(W: Mapping[str, Array], now: Timestep, dh: Array, dc: Array) -> Back:
    # r, z as of an LN-LSTM; n = tanh(LN(W_in x) + b_in + r * m), m = LN(W_hn h_prev) + b_hn
    at_n = len(now.h) * 2
    gain, shift, bias = (
        now.vectors[name][at_n:] for name in ("ln_hh_weight", "ln_hh_bias", "bias_hh")
    )
    n, _ = _back_through_norm(W["n"] @ now.h_prev, gain, dh)
    plain = _gru(W, now._replace(inner=gain * n + shift + bias), dh, dc)
    back = _through_norms([("r", "z"), ("n",)], W, now, plain.da, plain.dm)
    return back._replace(to_h=back.to_h | {"carry": plain.to_h["carry"]})


def _through_norms(
    groups: list[tuple[str, ...]],
    W: Mapping[str, Array],
    now: Timestep,
    da: dict[str, Array],
    dm: dict[str, Array],
) -> Back:
    """Return what comes through the normalised products of h and of x, and the gradients of LN.

    Those gates of a group are normalised together; `da` and `dm` are of what LN made of W_i x_t and
    of W_h h_{t−1}.
    """
    through: list[dict[str, Array]] = []
    more: dict[str, Array] = {}
    from_h = {gate: W[gate] @ now.h_prev for gate in W}
    for of, products, d in (("ih", now.from_x, da), ("hh", from_h, dm)):
        gains = dict(zip(W, np.split(now.vectors[f"ln_{of}_weight"], len(W)), strict=True))
        normed: dict[str, Array] = {}
        back: dict[str, Array] = {}
        for group in groups:
            u, gain, brought = (
                np.concatenate([of_gate[gate] for gate in group])
                for of_gate in (products, gains, d)
            )
            for made, rows in zip(
                (normed, back), _back_through_norm(u, gain, brought), strict=True
            ):
                made |= dict(zip(group, np.split(rows, len(group)), strict=True))
        through.append(back)
        more[f"ln_{of}_weight"] = np.concatenate([d[gate] * normed[gate] for gate in W])
        more[f"ln_{of}_bias"] = more[f"bias_{of}"] = np.concatenate([d[gate] for gate in W])
    of_x, of_h = through
    to_h = {gate: W[gate].T @ of_h[gate] for gate in W}
    return Back(of_x, of_h, dict.fromkeys(W, now.h_prev), to_h, {}, more)


def _back_through_norm(u: Array, gain: Array, d: Array) -> tuple[Array, Array]:
    """Return n of LN(u) = gain * n + shift, and ∂L/∂u from d = ∂L/∂LN(u); all (rows, B)."""
    deviation = np.sqrt(u.var(axis=0) + EPSILON)
    n, v = (u - u.mean(axis=0)) / deviation, gain * d
    return n, (v - v.mean(axis=0) - n * (v * n).mean(axis=0)) / deviation


STEPS: dict[str, Callable[..., Back]] = {
    "rnn": _rnn,
    "lstm": _lstm,
    "gru": _gru,
    "mgu": _mgu,
    "coupled_lstm": _coupled_lstm,
    "gru_reset_before": _gru_reset_before,
    "peephole_lstm": _peephole_lstm,
    "ln_rnn": _ln_rnn,
    "ln_lstm": _ln_lstm,
    "ln_gru": _ln_gru,
}
"""The way back through one timestep, by the cell's name; other cells have no "what if"."""


def _by_tanh(now: Timestep, dh: Array) -> Array:
    # h = o * tanh(c)
    dc: Array = dh * now.gates["o"] * now.slope(now.inner)
    return dc


def _by_tanh_and_peephole(now: Timestep, dh: Array) -> Array:
    # h = o * tanh(c), o = σ(… + p_o * c)
    o = now.gates["o"]
    da_o = dh * now.inner * now.gate_slope(o)
    dc: Array = _by_tanh(now, dh) + now.vectors["weight_co"] * da_o
    return dc


def _by_tanh_and_norm(now: Timestep, dh: Array) -> Array:
    # h = o * tanh(LN(c))
    return _back_through_norm(now.c, now.vectors["ln_c_weight"], _by_tanh(now, dh))[1]


THROUGH_H: dict[str, Callable[[Timestep, Array], Array]] = {
    "peephole_lstm": _by_tanh_and_peephole,
    "ln_lstm": _by_tanh_and_norm,
}
"""What ∂L/∂h_t brings to ∂L/∂c_t within the timestep, where it is not `_by_tanh`."""

MORE_PATHS = {
    "peephole_lstm": ("peepholes",),
}
"""The paths that a cell has besides those of its states and gates."""


def switchable_paths(cell: Cell) -> tuple[str, ...]:
    """Return the names of the paths from t to t − 1 that can be switched off.

    Parameters
    ----------
    cell : Cell

    Returns
    -------
    tuple of str
        Empty for a cell whose backward pass is not written out here.
    """
    if cell.name not in STEPS:
        return ()
    if not cell.gate_names:
        return cell.chunks
    straight = "c" if "c" in cell.state_names else "carry"
    return (straight, GATES, *cell.gate_names, *MORE_PATHS.get(cell.name, ()))


def what_if(
    cell: Cell,
    params: Params,
    space: Workspace,
    outside: Array,
    *,
    off: Collection[str] = (),
    before: int | None = None,
    truncate: int | None = None,
    progress: Callable[[float], None] = lambda share: None,
) -> WhatIf:
    """Return what backpropagation through time gives if these paths carry no gradient.

    Parameters
    ----------
    cell : Cell
    params : dict of str to ndarray
        Those of the forward pass.
    space : Workspace
        As the forward pass left it; it is read and stays as it is.
    outside : ndarray, shape (T+1, H, B)
        ∂L/∂h_t that enters from outside at each timestep.
    off : collection of str
        Names of `switchable_paths`.
    before : int, optional
        Nothing passes from this timestep to the one before it; from 1 to T.
    truncate : int, optional
        Cut the gradient every so many timesteps, counted from the last one, as training does.
    progress : callable
        Is told the share that is done, after every timestep; may raise.

    Returns
    -------
    WhatIf
        With nothing switched off, the numbers of ``cell.backward``.

    Raises
    ------
    ValueError
        If the cell has no such path, or the sequence no such timestep.
    """
    T, H = space.timesteps, cell.hidden_size
    closed, cut = _closed(cell, off), set(cut_timesteps(T, truncate))
    if before is not None:
        if not 1 <= before <= T:
            raise ValueError(f"before is {before}; the timesteps go from 1 to {T}")
        cut.add(before - 1)
    step, through_h = STEPS[cell.name], THROUGH_H.get(cell.name, _by_tanh)
    W = {name: params["weight_hh"][_rows(k, H)] for k, name in enumerate(cell.chunks)}
    grads = {name: np.zeros_like(params[name]) for name in cell.shapes()}
    dh = outside.astype(space.dtype)
    dc = np.zeros_like(space.c)
    dx = np.empty_like(space.input)
    own = np.empty(T)
    for t in range(T, 0, -1):
        now = _timestep(cell, params, space, t)
        if space.has_c:
            dc[t] += through_h(now, dh[t])
        back = step(W, now, dh[t], dc[t] if space.has_c else dh[t])
        if t - 1 not in cut:
            for gradient, by_path in ((dh, back.to_h), (dc, back.to_c)):
                for path, part in by_path.items():
                    if path not in closed:
                        gradient[t - 1] += part
        da = np.concatenate([back.da[gate] for gate in cell.chunks])  # (G·H, B)
        dm = np.concatenate([back.dm[gate] for gate in cell.chunks])
        dx[t - 1] = params["weight_ih"].T @ da
        grads["weight_ih"] += da @ space.input[t - 1].T
        for k, gate in enumerate(cell.chunks):
            grads["weight_hh"][_rows(k, H)] += back.dm[gate] @ back.v[gate].T
        for name, each in {"bias_ih": da, "bias_hh": dm, **back.vectors}.items():
            grads[name] += each.sum(axis=1)
        products = [outer_norms(back.dm[gate][None], back.v[gate][None]) for gate in cell.chunks]
        own[t - 1] = np.hypot.reduce(products)[0]
        progress(1 - (t - 1) / T)
    return WhatIf(grads, dh, dc if space.has_c else None, dx, own)


def _closed(cell: Cell, off: Collection[str]) -> set[str]:
    """Return the single paths that are switched off."""
    known = switchable_paths(cell)
    for name in off:
        if name not in known:
            allowed = ", ".join(known) or "nothing to switch off"
            raise ValueError(f"off has {name!r}; a path of {type(cell).__name__} is: {allowed}")
    closed = set(off)
    return closed | set(cell.gate_names) if GATES in closed else closed


def _timestep(cell: Cell, params: Params, space: Workspace, t: int) -> Timestep:
    H = cell.hidden_size
    from_x = params["weight_ih"] @ space.input[t - 1]
    places = {name: cell.blocks.index(name) for name in cell.gate_names}
    return Timestep(
        gates={name: space.gates[t - 1, _rows(k, H)] for name, k in places.items()},
        inner=space.kept[t - 1],
        h=space.h[t],
        h_prev=space.h[t - 1],
        c=space.c[t] if space.has_c else space.h[t],
        c_prev=space.c[t - 1] if space.has_c else space.h[t - 1],
        vectors={
            name: params[name][:, np.newaxis] for name in ("bias_ih", "bias_hh", *cell.vectors)
        },
        from_x={name: from_x[_rows(k, H)] for k, name in enumerate(cell.chunks)},
        gate_slope=cell.gate_function.slope,
        slope=cell.state_function.slope,
    )


def _rows(k: int, H: int) -> slice:
    return slice(k * H, (k + 1) * H)
