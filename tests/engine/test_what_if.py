"""What learning would get with a path switched off, against a forward pass that holds it fixed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

import numpy as np
import pytest

from engine.diagnostics import switchable_paths, weight_contributions, what_if
from tests.engine import reference
from tests.engine.kinds import KINDS, build
from tests.engine.reference import STEP, Nudge, layer_norm

T, B, D, H = 6, 3, 2, 4
CHOSEN = ("hard_sigmoid", "softsign")
SWITCHES = [
    *(("rnn-tanh", off) for off in ((), ("h",))),
    *(("rnn-relu", off) for off in ((), ("h",))),
    *(("lstm", off) for off in ((), ("c",), ("gates",), ("c", "gates"))),
    *(("lstm", (gate,)) for gate in "ifgo"),
    ("lstm", ("c", "f", "o")),
    *(("gru", (path,)) for path in ("carry", "gates", "r", "z", "n")),
    ("gru", ("carry", "z")),
    *(("mgu", (path,)) for path in ("carry", "gates", "f", "n")),
    ("mgu", ()),
    ("gru", ()),
    *(("coupled_lstm", off) for off in ((), ("c",), ("gates",), ("c", "gates"))),
    *(("coupled_lstm", (gate,)) for gate in "fgo"),
    *(("gru_reset_before", off) for off in ((), ("carry",), ("gates",), ("carry", "z"))),
    *(("gru_reset_before", (gate,)) for gate in "rzn"),
    *(("peephole_lstm", (path,)) for path in ("c", "peepholes", "gates", "o")),
    ("peephole_lstm", ("c", "peepholes")),
    ("peephole_lstm", ()),
    *(("ln_rnn", off) for off in ((), ("h",))),
    *(("ln_lstm", off) for off in ((), ("c",), ("gates",), ("f",), ("c", "o"))),
    *(("ln_gru", off) for off in ((), ("carry",), ("gates",), ("r",), ("n",))),
    ("rnn-softsign", ("h",)),
    *((f"lstm-{phi}", off) for phi in CHOSEN for off in (("c", "f"), ("gates",))),
    *((f"gru-{phi}", off) for phi in CHOSEN for off in (("carry", "z"), ("gates",))),
    *((f"mgu-{phi}", ("carry", "n")) for phi in CHOSEN),
    *((f"coupled_lstm-{phi}", ("c", "g")) for phi in CHOSEN),
    *((f"gru_reset_before-{phi}", ("carry", "r")) for phi in CHOSEN),
    *((f"peephole_lstm-{phi}", ("peepholes", "o")) for phi in CHOSEN),
    *((f"ln_lstm-{phi}", ("c", "o")) for phi in CHOSEN),
    *((f"ln_gru-{phi}", ("carry", "r")) for phi in CHOSEN),
]
Held = Callable[[str, np.ndarray], np.ndarray]


def holding(off: Collection[str]) -> Held:
    """Return a function that takes the derivative from a value where a path is switched off."""
    return lambda path, value: value.real if path in off else value


def rnn(held: Held, p, x, h, c, phi):
    a = x @ p["weight_ih"].T + p["bias_ih"] + held("h", h) @ p["weight_hh"].T + p["bias_hh"]
    return phi.state(a), None, {}


def lstm(held: Held, p, x, h, c, phi):
    W, b = np.split(p["weight_hh"], 4), np.split(p["bias_hh"], 4)
    from_x = np.split(x @ p["weight_ih"].T + p["bias_ih"], 4, axis=-1)
    a = {g: from_x[k] + held(g, h) @ W[k].T + b[k] for k, g in enumerate("ifgo")}
    gates = {g: phi.state(a[g]) if g == "g" else phi.gate(a[g]) for g in a}
    return None, gates["f"] * held("c", c) + gates["i"] * gates["g"], gates


def gru(held: Held, p, x, h, c, phi):
    W, b = np.split(p["weight_hh"], 3), np.split(p["bias_hh"], 3)
    from_x = np.split(x @ p["weight_ih"].T + p["bias_ih"], 3, axis=-1)
    m = {g: held(g, h) @ W[k].T + b[k] for k, g in enumerate("rzn")}
    r, z = phi.gate(from_x[0] + m["r"]), phi.gate(from_x[1] + m["z"])
    n = phi.state(from_x[2] + r * m["n"])
    return (1 - z) * n + z * held("carry", h), None, {"r": r, "z": z, "n": n}


def mgu(held: Held, p, x, h, c, phi):
    (W_f, W_n), (b_f, b_n) = np.split(p["weight_hh"], 2), np.split(p["bias_hh"], 2)
    f_x, n_x = np.split(x @ p["weight_ih"].T + p["bias_ih"], 2, axis=-1)
    f = phi.gate(f_x + held("f", h) @ W_f.T + b_f)
    n = phi.state(n_x + (f * held("n", h)) @ W_n.T + b_n)
    return (1 - f) * held("carry", h) + f * n, None, {"f": f, "n": n}


def coupled_lstm(held: Held, p, x, h, c, phi):
    W, b = np.split(p["weight_hh"], 3), np.split(p["bias_hh"], 3)
    from_x = np.split(x @ p["weight_ih"].T + p["bias_ih"], 3, axis=-1)
    a = {g: from_x[k] + held(g, h) @ W[k].T + b[k] for k, g in enumerate("fgo")}
    f, g = phi.gate(a["f"]), phi.state(a["g"])
    return None, f * held("c", c) + (1 - f) * g, {"f": f, "g": g, "o": phi.gate(a["o"])}


def gru_reset_before(held: Held, p, x, h, c, phi):
    W, b = np.split(p["weight_hh"], 3), np.split(p["bias_hh"], 3)
    from_x = np.split(x @ p["weight_ih"].T + p["bias_ih"], 3, axis=-1)
    r, z = (phi.gate(from_x[k] + held(g, h) @ W[k].T + b[k]) for k, g in enumerate("rz"))
    n = phi.state(from_x[2] + (r * held("n", h)) @ W[2].T + b[2])
    return (1 - z) * n + z * held("carry", h), None, {"r": r, "z": z, "n": n}


def peephole_lstm(held: Held, p, x, h, c, phi):
    W, b = np.split(p["weight_hh"], 4), np.split(p["bias_hh"], 4)
    from_x = np.split(x @ p["weight_ih"].T + p["bias_ih"], 4, axis=-1)
    a = {g: from_x[k] + held(g, h) @ W[k].T + b[k] for k, g in enumerate("ifgo")}
    seen = held("peepholes", c)
    i, f = (phi.gate(a[gate] + p[f"weight_c{gate}"] * seen) for gate in "if")
    gates = {"i": i, "f": f, "g": phi.state(a["g"])}
    gates["o"] = lambda c_t: phi.gate(a["o"] + p["weight_co"] * c_t)
    return None, f * held("c", c) + i * gates["g"], gates


def ln_rnn(held: Held, p, x, h, c, phi):
    sums = x @ p["weight_ih"].T + held("h", h) @ p["weight_hh"].T
    normed = layer_norm(sums, p["ln_weight"], p["ln_bias"])
    return phi.state(normed + p["bias_ih"] + p["bias_hh"]), None, {}


def normed_products(held: Held, p, x, h, gates: str, together: list[str]):
    """Return LN(W_i x) + b_i and LN(W_h h) + b_h by gate."""
    of_x, of_h, rows = {}, {}, len(p["weight_hh"]) // len(gates)
    at = {gate: slice(k * rows, (k + 1) * rows) for k, gate in enumerate(gates)}
    for found, of, entering in (
        (of_x, "ih", lambda gate: x),
        (of_h, "hh", lambda gate: held(gate, h)),
    ):
        W, b, gain, shift = (
            p[name.format(of)] for name in ("weight_{}", "bias_{}", "ln_{}_weight", "ln_{}_bias")
        )
        for group in together:
            sums = np.concatenate([entering(gate) @ W[at[gate]].T for gate in group], axis=-1)
            gains, shifts = (np.concatenate([v[at[gate]] for gate in group]) for v in (gain, shift))
            parts = np.split(layer_norm(sums, gains, shifts), len(group), axis=-1)
            found |= {g: part + b[at[g]] for g, part in zip(group, parts, strict=True)}
    return of_x, of_h


def ln_lstm(held: Held, p, x, h, c, phi):
    of_x, of_h = normed_products(held, p, x, h, "ifgo", ["ifgo"])
    gates = {g: (phi.state if g == "g" else phi.gate)(of_x[g] + of_h[g]) for g in "ifgo"}
    return None, gates["f"] * held("c", c) + gates["i"] * gates["g"], gates


def ln_gru(held: Held, p, x, h, c, phi):
    of_x, of_h = normed_products(held, p, x, h, "rzn", ["rz", "n"])
    r, z = (phi.gate(of_x[g] + of_h[g]) for g in "rz")
    n = phi.state(of_x["n"] + r * of_h["n"])
    return (1 - z) * n + z * held("carry", h), None, {"r": r, "z": z, "n": n}


STEPS = {
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


class Case:
    """A batch, with a gradient that enters at some timesteps."""

    def __init__(self, name: str, enters: Collection[int] = (3, T)) -> None:
        rng = np.random.default_rng(11)
        self.kind, self.chosen = KINDS[name]
        self.cell = build(name, D, H)
        self.params = reference.random_params(rng, self.kind, D, H)
        if name == "rnn-relu":
            self.params["bias_ih"] += 1.5  # some units speak at every timestep
        self.x = rng.standard_normal((T, B, D))
        self.h_0 = rng.standard_normal((B, H))
        self.c_0 = rng.standard_normal((B, H)) if self.kind in reference.WITH_C else None
        self.trace = self.cell.forward(self.params, self.x, self.h_0, self.c_0)
        self.outside = np.zeros((T + 1, B, H))
        for t in enters:
            self.outside[t] = rng.standard_normal((B, H))

    def what_if(self, **switches):
        outside = self.outside.transpose(0, 2, 1)
        space = self.trace.workspace
        return what_if(self.cell, self.params, space, outside, **switches)

    def loss(self, params=None, nudge=None, before=None) -> complex:
        """Return Σ_t outside_t · h_t of the forward pass that is in force."""
        detached = () if before is None else (before - 1,)
        found = reference.forward(
            self.kind,
            params or self.params,
            self.x,
            self.h_0,
            self.c_0,
            nudge=nudge,
            detached=detached,
            **self.chosen,
        )
        return complex((found["h"] * self.outside).sum())


@pytest.mark.parametrize("truncate", [None, 2, 4])
@pytest.mark.parametrize("enters", [[T], [3, T], range(1, T + 1)])
@pytest.mark.parametrize("name", KINDS)
def test_with_nothing_switched_off_it_is_the_cells_own_backward_pass(name, enters, truncate):
    case = Case(name, enters)
    found = case.what_if(truncate=truncate)
    space = case.trace.workspace
    space.dh[...] = case.outside.transpose(0, 2, 1)
    entering = case.outside.any(axis=(1, 2))
    real = case.cell.run_back(case.params, space, entering, with_dx=True, truncate=truncate)
    near = partial(np.testing.assert_allclose, rtol=1e-12, atol=1e-14)
    near(found.dh.transpose(0, 2, 1), real.dh)
    near(found.dx.transpose(0, 2, 1), real.dx)
    if real.dc is None:
        assert found.dc is None
    else:
        near(found.dc.transpose(0, 2, 1), real.dc)
    assert found.params.keys() == real.params.keys()
    for parameter, gradient in real.params.items():
        near(found.params[parameter], gradient)
    near(found.dW_hh_norm, weight_contributions(case.cell, case.params, space).dW_hh)


@pytest.mark.parametrize("before", [None, 4])
@pytest.mark.parametrize(("name", "off"), SWITCHES)
def test_a_path_that_is_off_is_one_that_the_forward_pass_holds_fixed(
    name, off, before, monkeypatch
):
    case = Case(name)
    found = case.what_if(off=off, before=before)
    closed = {*off, *case.cell.gate_names} if "gates" in off else set(off)
    monkeypatch.setitem(reference.CELLS, case.kind, partial(STEPS[case.kind], holding(closed)))
    near = partial(np.testing.assert_allclose, rtol=1e-12, atol=1e-14)
    rng = np.random.default_rng(5)
    states = {"h": found.dh} if found.dc is None else {"h": found.dh, "c": found.dc}
    for state, gradient in states.items():
        for t in range(T + 1):
            along = rng.standard_normal((B, H))
            loss = case.loss(nudge=Nudge(state, t, STEP * along), before=before)
            near((gradient[t].T * along).sum(), loss.imag / STEP.imag)
    for parameter, gradient in found.params.items():
        along = rng.standard_normal(gradient.shape)
        nudged = case.params | {parameter: case.params[parameter] + STEP * along}
        loss = case.loss(params=nudged, before=before)
        near((gradient * along).sum(), loss.imag / STEP.imag)


@pytest.mark.parametrize("name", KINDS)
def test_without_any_path_nothing_passes_to_an_earlier_timestep(name):
    case = Case(name, [T])
    found = case.what_if(off=switchable_paths(case.cell))
    assert found.dh[T].any()
    assert not found.dh[:T].any()
    assert found.dc is None or not found.dc[:T].any()


def test_without_c_an_lstm_forgets_by_its_gates_and_without_gates_by_f_alone():
    case = Case("lstm", [T])
    without_gates = case.what_if(off=["gates"])
    f = case.trace.gates["f"].transpose(0, 2, 1)
    for t in range(T, 0, -1):
        np.testing.assert_allclose(
            without_gates.dc[t - 1], f[t - 1] * without_gates.dc[t], rtol=1e-13
        )


def test_the_forward_pass_stays_as_it_was():
    case = Case("gru")
    space = case.trace.workspace
    before = space.h.copy(), space.gates.copy(), space.dh.copy()
    case.what_if(off=["carry"])
    for array, copy in zip((space.h, space.gates, space.dh), before, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_it_tells_how_far_it_is_and_may_be_ended():
    shares: list[float] = []
    Case("mgu").what_if(progress=shares.append)
    assert shares == pytest.approx([(k + 1) / T for k in range(T)])

    def stop(share: float) -> None:
        raise KeyError(share)

    with pytest.raises(KeyError):
        Case("mgu").what_if(progress=stop)


@pytest.mark.parametrize(
    ("name", "switches", "complaint"),
    [
        ("lstm", {"off": ["carry"]}, r"off has 'carry'; a path of LSTM is: c, gates, i, f, g, o"),
        (
            "peephole_lstm",
            {"off": ["co"]},
            r"a path of PeepholeLSTM is: c, gates, i, f, g, o, peepholes",
        ),
        ("gru", {"off": ["c"]}, r"off has 'c'; a path of GRU is: carry, gates, r, z, n"),
        ("rnn-tanh", {"off": ["gates"]}, r"off has 'gates'; a path of RNN is: h"),
        ("rnn-tanh", {"before": 0}, r"before is 0; the timesteps go from 1 to 6"),
        ("rnn-tanh", {"before": 7}, r"before is 7; the timesteps go from 1 to 6"),
    ],
)
def test_what_there_is_not_is_refused(name, switches, complaint):
    with pytest.raises(ValueError, match=complaint):
        Case(name).what_if(**switches)
