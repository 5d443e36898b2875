"""The same iteration in PyTorch and in JAX.

Both keep what the engine keeps: every state and gate, the total ∂L/∂h_t and ∂L/∂c_t at every
timestep with those of the initial state, and the gradient of every parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tests.bench.problem import (
    EPSILON,
    GATES,
    NORMS,
    PEEPHOLES,
    WITH_C,
    Array,
    CellName,
    Contender,
    Dtype,
    Outcome,
    Problem,
    Size,
)


def _outcome(
    cell: CellName,
    loss: Any,
    states: dict[str, Array],
    gates: Sequence[Array],
    grads: dict[str, Array],
) -> Outcome:
    named = {f"gate.{name}": gate for name, gate in zip(GATES[cell], gates, strict=True)}
    return Outcome({"loss": np.asarray(loss), **states, **named, **grads})


def make_torch(cell: CellName, T: int, B: int, D: int, H: int, dtype: Dtype) -> Contender:
    """Return PyTorch's loop: the gates written out, ``retain_grad`` on every h_t and c_t.

    One product of [x_t, h] in place of two, or all input products at once, takes 0.7 to 1.2 of
    this time, depending on the size.
    """
    import torch
    from torch import Tensor
    from torch.nn.functional import layer_norm, linear, mse_loss

    torch.set_num_threads(1)
    problem = Problem(cell, Size(T, B, D, H), dtype)
    x, y = torch.from_numpy(problem.x), torch.from_numpy(problem.y)
    params = {
        name: torch.from_numpy(value).requires_grad_()
        for name, value in {
            **problem.params,
            **{f"readout.{name}": value for name, value in problem.readout.items()},
        }.items()
    }
    W_ih, W_hh = params["weight_ih"], params["weight_hh"]
    b_ih, b_hh = params["bias_ih"], params["bias_hh"]

    def rnn(h: Tensor) -> tuple[list[list[Tensor]], list[list[Tensor]]]:
        hs = [h]
        for x_t in x:
            h = (linear(x_t, W_ih, b_ih) + linear(h, W_hh, b_hh)).tanh()
            h.retain_grad()
            hs.append(h)
        return [hs], []

    def lstm(h: Tensor, c: Tensor) -> tuple[list[list[Tensor]], list[list[Tensor]]]:
        hs, cs, gates = [h], [c], []
        for x_t in x:
            i, f, g, o = (linear(x_t, W_ih, b_ih) + linear(h, W_hh, b_hh)).chunk(4, 1)
            i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
            c = f * c + i * g
            h = o * c.tanh()
            c.retain_grad()
            h.retain_grad()
            gates.append([i, f, g, o])
            hs.append(h)
            cs.append(c)
        return [hs, cs], gates

    def peephole_lstm(h: Tensor, c: Tensor) -> tuple[list[list[Tensor]], list[list[Tensor]]]:
        p_i, p_f, p_o = (params[name] for name in PEEPHOLES)
        hs, cs, gates = [h], [c], []
        for x_t in x:
            i, f, g, o = (linear(x_t, W_ih, b_ih) + linear(h, W_hh, b_hh)).chunk(4, 1)
            i, f, g = (i + p_i * c).sigmoid(), (f + p_f * c).sigmoid(), g.tanh()
            c = f * c + i * g
            o = (o + p_o * c).sigmoid()
            h = o * c.tanh()
            c.retain_grad()
            h.retain_grad()
            gates.append([i, f, g, o])
            hs.append(h)
            cs.append(c)
        return [hs, cs], gates

    def gru(h: Tensor) -> tuple[list[list[Tensor]], list[list[Tensor]]]:
        hs, gates = [h], []
        for x_t in x:
            a_r, a_z, a_n = linear(x_t, W_ih, b_ih).chunk(3, 1)
            u_r, u_z, u_n = linear(h, W_hh, b_hh).chunk(3, 1)
            r, z = (a_r + u_r).sigmoid(), (a_z + u_z).sigmoid()
            n = (a_n + r * u_n).tanh()
            h = n + z * (h - n)
            h.retain_grad()
            gates.append([r, z, n])
            hs.append(h)
        return [hs], gates

    def mgu(h: Tensor) -> tuple[list[list[Tensor]], list[list[Tensor]]]:
        hs, gates = [h], []
        (W_f, W_n), (b_f, b_n) = W_hh.chunk(2), b_hh.chunk(2)
        for x_t in x:
            a_f, a_n = linear(x_t, W_ih, b_ih).chunk(2, 1)
            f = (a_f + linear(h, W_f, b_f)).sigmoid()
            n = (a_n + linear(f * h, W_n, b_n)).tanh()
            h = h + f * (n - h)
            h.retain_grad()
            gates.append([f, n])
            hs.append(h)
        return [hs], gates

    def coupled_lstm(h: Tensor, c: Tensor) -> tuple[list[list[Tensor]], list[list[Tensor]]]:
        hs, cs, gates = [h], [c], []
        for x_t in x:
            f, g, o = (linear(x_t, W_ih, b_ih) + linear(h, W_hh, b_hh)).chunk(3, 1)
            f, g, o = f.sigmoid(), g.tanh(), o.sigmoid()
            c = g + f * (c - g)
            h = o * c.tanh()
            c.retain_grad()
            h.retain_grad()
            gates.append([f, g, o])
            hs.append(h)
            cs.append(c)
        return [hs, cs], gates

    def normed(name: str, sums: Tensor, rows: slice = slice(None)) -> Tensor:
        gain, shift = params[f"{name}_weight"][rows], params[f"{name}_bias"][rows]
        return layer_norm(sums, sums.shape[1:], gain, shift, EPSILON)

    def ln_rnn(h: Tensor) -> tuple[list[list[Tensor]], list[list[Tensor]]]:
        hs = [h]
        for x_t in x:
            h = (normed("ln", linear(x_t, W_ih) + linear(h, W_hh)) + b_ih + b_hh).tanh()
            h.retain_grad()
            hs.append(h)
        return [hs], []

    def ln_lstm(h: Tensor, c: Tensor) -> tuple[list[list[Tensor]], list[list[Tensor]]]:
        hs, cs, gates = [h], [c], []
        for x_t in x:
            a = normed("ln_ih", linear(x_t, W_ih)) + b_ih
            i, f, g, o = (a + normed("ln_hh", linear(h, W_hh)) + b_hh).chunk(4, 1)
            i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
            c = f * c + i * g
            h = o * normed("ln_c", c).tanh()
            c.retain_grad()
            h.retain_grad()
            gates.append([i, f, g, o])
            hs.append(h)
            cs.append(c)
        return [hs, cs], gates

    def gru_reset_before(h: Tensor) -> tuple[list[list[Tensor]], list[list[Tensor]]]:
        hs, gates = [h], []
        rz, n_ = slice(0, 2 * H), slice(2 * H, 3 * H)
        W_rz, W_n, b_rz, b_n = W_hh[rz], W_hh[n_], b_hh[rz], b_hh[n_]
        for x_t in x:
            a = linear(x_t, W_ih, b_ih)
            r, z = (a[:, rz] + linear(h, W_rz, b_rz)).sigmoid().chunk(2, 1)
            n = (a[:, n_] + linear(r * h, W_n, b_n)).tanh()
            h = n + z * (h - n)
            h.retain_grad()
            gates.append([r, z, n])
            hs.append(h)
        return [hs], gates

    def ln_gru(h: Tensor) -> tuple[list[list[Tensor]], list[list[Tensor]]]:
        hs, gates = [h], []
        rz, of_n = slice(0, 2 * H), slice(2 * H, 3 * H)
        for x_t in x:
            a, u = linear(x_t, W_ih), linear(h, W_hh)
            a_rz = normed("ln_ih", a[:, rz], rz) + b_ih[rz]
            u_rz = normed("ln_hh", u[:, rz], rz) + b_hh[rz]
            r, z = (a_rz + u_rz).sigmoid().chunk(2, 1)
            m = normed("ln_hh", u[:, of_n], of_n) + b_hh[of_n]
            n = (normed("ln_ih", a[:, of_n], of_n) + b_ih[of_n] + r * m).tanh()
            h = n + z * (h - n)
            h.retain_grad()
            gates.append([r, z, n])
            hs.append(h)
        return [hs], gates

    unroll: Callable[..., tuple[list[list[Tensor]], list[list[Tensor]]]] = {
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
    }[cell]
    zeros = torch.zeros(B, H, dtype=x.dtype)

    def run() -> tuple[Tensor, list[list[Tensor]], list[list[Tensor]]]:
        for parameter in params.values():
            parameter.grad = None
        initial = [zeros.clone().requires_grad_() for _ in range(1 + (cell in WITH_C))]
        states, gates = unroll(*initial)
        output = linear(states[0][-1], params["readout.weight"], params["readout.bias"])
        loss = mse_loss(output, y)
        loss.backward()
        return loss, states, gates

    def outcome(kept: tuple[Tensor, list[list[Tensor]], list[list[Tensor]]]) -> Outcome:
        loss, states, gates = kept
        found: dict[str, Array] = {}
        for name, steps in zip("hc", states, strict=False):
            found[name] = torch.stack(steps).detach().numpy()
            found[f"d{name}"] = np.stack([step.grad.numpy() for step in steps])
        stacked = [torch.stack(of_one).detach().numpy() for of_one in zip(*gates, strict=True)]
        grads = {name: value.grad.numpy() for name, value in params.items()}
        return _outcome(cell, loss.detach().numpy(), found, stacked, grads)

    return Contender("torch", run, outcome)


def make_jax(cell: CellName, T: int, B: int, D: int, H: int, dtype: Dtype) -> Contender:
    """Return JAX's ``jit`` of ``value_and_grad`` over a ``scan``.

    A zero added to each h_t and c_t is an argument, so its gradient is the total one of that state.
    """
    import jax
    import jax.numpy as jnp
    from jax import Array as JaxArray
    from jax import lax, nn

    jax.config.update("jax_enable_x64", True)
    problem = Problem(cell, Size(T, B, D, H), dtype)
    x, y = jnp.asarray(problem.x), jnp.asarray(problem.y)
    params = {name: jnp.asarray(value) for name, value in problem.params.items()}
    params |= {f"readout.{name}": jnp.asarray(value) for name, value in problem.readout.items()}
    number_of_states = 1 + (cell in WITH_C)
    # Zero at every t, [0] for the initial state.
    nudges = (jnp.zeros((T + 1, B, H), x.dtype),) * number_of_states

    Step = tuple[tuple[JaxArray, ...], tuple[JaxArray, ...]]

    def rnn(p: dict[str, JaxArray], states: Any, a: JaxArray, nudge: Any) -> Step:
        (h,) = states
        return (jnp.tanh(a + p["bias_hh"] + h @ p["weight_hh"].T) + nudge[0],), ()

    def lstm(p: dict[str, JaxArray], states: Any, a: JaxArray, nudge: Any) -> Step:
        h, c = states
        i, f, g, o = jnp.split(a + p["bias_hh"] + h @ p["weight_hh"].T, 4, axis=1)
        i, f, g, o = nn.sigmoid(i), nn.sigmoid(f), jnp.tanh(g), nn.sigmoid(o)
        c = f * c + i * g + nudge[1]
        h = o * jnp.tanh(c) + nudge[0]
        return (h, c), (i, f, g, o)

    def peephole_lstm(p: dict[str, JaxArray], states: Any, a: JaxArray, nudge: Any) -> Step:
        h, c = states
        p_i, p_f, p_o = (p[name] for name in PEEPHOLES)
        i, f, g, o = jnp.split(a + p["bias_hh"] + h @ p["weight_hh"].T, 4, axis=1)
        i, f, g = nn.sigmoid(i + p_i * c), nn.sigmoid(f + p_f * c), jnp.tanh(g)
        c = f * c + i * g + nudge[1]
        o = nn.sigmoid(o + p_o * c)
        h = o * jnp.tanh(c) + nudge[0]
        return (h, c), (i, f, g, o)

    def gru(p: dict[str, JaxArray], states: Any, a: JaxArray, nudge: Any) -> Step:
        (h,) = states
        a_r, a_z, a_n = jnp.split(a, 3, axis=1)
        u_r, u_z, u_n = jnp.split(h @ p["weight_hh"].T + p["bias_hh"], 3, axis=1)
        r, z = nn.sigmoid(a_r + u_r), nn.sigmoid(a_z + u_z)
        n = jnp.tanh(a_n + r * u_n)
        return (n + z * (h - n) + nudge[0],), (r, z, n)

    def mgu(p: dict[str, JaxArray], states: Any, a: JaxArray, nudge: Any) -> Step:
        (h,) = states
        a_f, a_n = jnp.split(a, 2, axis=1)
        (W_f, W_n), (b_f, b_n) = jnp.split(p["weight_hh"], 2), jnp.split(p["bias_hh"], 2)
        f = nn.sigmoid(a_f + h @ W_f.T + b_f)
        n = jnp.tanh(a_n + (f * h) @ W_n.T + b_n)
        return (h + f * (n - h) + nudge[0],), (f, n)

    def coupled_lstm(p: dict[str, JaxArray], states: Any, a: JaxArray, nudge: Any) -> Step:
        h, c = states
        f, g, o = jnp.split(a + p["bias_hh"] + h @ p["weight_hh"].T, 3, axis=1)
        f, g, o = nn.sigmoid(f), jnp.tanh(g), nn.sigmoid(o)
        c = g + f * (c - g) + nudge[1]
        h = o * jnp.tanh(c) + nudge[0]
        return (h, c), (f, g, o)

    def gru_reset_before(p: dict[str, JaxArray], states: Any, a: JaxArray, nudge: Any) -> Step:
        (h,) = states
        (W_rz, W_n), (b_rz, b_n) = (jnp.split(p[f"{k}_hh"], [2 * H]) for k in ("weight", "bias"))
        a_rz, a_n = jnp.split(a, [2 * H], axis=1)
        r, z = jnp.split(nn.sigmoid(a_rz + h @ W_rz.T + b_rz), 2, axis=1)
        n = jnp.tanh(a_n + (r * h) @ W_n.T + b_n)
        return (n + z * (h - n) + nudge[0],), (r, z, n)

    def normed(p: dict[str, JaxArray], name: str, sums: JaxArray, rows: slice) -> JaxArray:
        n = (sums - sums.mean(1, keepdims=True)) / jnp.sqrt(sums.var(1, keepdims=True) + EPSILON)
        return p[f"{name}_weight"][rows] * n + p[f"{name}_bias"][rows]

    def ln_rnn(p: dict[str, JaxArray], states: Any, a: JaxArray, nudge: Any) -> Step:
        (h,) = states
        sums = normed(p, "ln", a + h @ p["weight_hh"].T, slice(None))
        return (jnp.tanh(sums + p["bias_ih"] + p["bias_hh"]) + nudge[0],), ()

    def ln_lstm(p: dict[str, JaxArray], states: Any, a: JaxArray, nudge: Any) -> Step:
        h, c = states
        a = normed(p, "ln_ih", a, slice(None)) + p["bias_ih"]
        u = normed(p, "ln_hh", h @ p["weight_hh"].T, slice(None)) + p["bias_hh"]
        i, f, g, o = jnp.split(a + u, 4, axis=1)
        i, f, g, o = nn.sigmoid(i), nn.sigmoid(f), jnp.tanh(g), nn.sigmoid(o)
        c = f * c + i * g + nudge[1]
        h = o * jnp.tanh(normed(p, "ln_c", c, slice(None))) + nudge[0]
        return (h, c), (i, f, g, o)

    def ln_gru(p: dict[str, JaxArray], states: Any, a: JaxArray, nudge: Any) -> Step:
        (h,) = states
        u, rz, of_n = h @ p["weight_hh"].T, slice(0, 2 * H), slice(2 * H, 3 * H)
        a_rz = normed(p, "ln_ih", a[:, rz], rz) + p["bias_ih"][rz]
        u_rz = normed(p, "ln_hh", u[:, rz], rz) + p["bias_hh"][rz]
        r, z = jnp.split(nn.sigmoid(a_rz + u_rz), 2, axis=1)
        m = normed(p, "ln_hh", u[:, of_n], of_n) + p["bias_hh"][of_n]
        n = jnp.tanh(normed(p, "ln_ih", a[:, of_n], of_n) + p["bias_ih"][of_n] + r * m)
        return (n + z * (h - n) + nudge[0],), (r, z, n)

    advance: Callable[..., Step] = {
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
    }[cell]

    def loss_of(p: dict[str, JaxArray], nudges: tuple[JaxArray, ...]) -> Any:
        def body(states: Any, inputs: Any) -> Any:
            a, nudge = inputs
            states, gates = advance(p, states, a, nudge)
            return states, (states, gates)

        projected = x @ p["weight_ih"].T
        if cell not in NORMS:  # a bias comes after the normalisation
            projected += p["bias_ih"]
        initial = tuple(nudge[0] for nudge in nudges)
        per_step = tuple(nudge[1:] for nudge in nudges)
        last, (states, gates) = lax.scan(body, initial, (projected, per_step))
        output = last[0] @ p["readout.weight"].T + p["readout.bias"]
        return jnp.mean((output - y) ** 2), (states, gates)

    compiled = jax.jit(jax.value_and_grad(loss_of, argnums=(0, 1), has_aux=True))

    def run() -> Any:
        return jax.block_until_ready(compiled(params, nudges))

    def outcome(kept: Any) -> Outcome:
        (loss, (states, gates)), (grads, totals) = kept
        found: dict[str, Array] = {}
        for name, state, total in zip("hc", states, totals, strict=False):
            found[name] = np.concatenate([np.zeros((1, B, H), state.dtype), state])
            found[f"d{name}"] = np.asarray(total)
        named = {name: np.asarray(value) for name, value in grads.items()}
        return _outcome(cell, loss, found, [np.asarray(gate) for gate in gates], named)

    return Contender("jax", run, outcome)
