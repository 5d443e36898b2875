"""What is read off a forward or backward pass. None of it changes the numbers it reads."""

from engine.diagnostics.contributions import Contributions, weight_contributions
from engine.diagnostics.ends import Ends, ReverseEnds, only_present
from engine.diagnostics.fixed_points import Dynamics, FixedPoints, fixed_points
from engine.diagnostics.flow import Spread, spread, state_gradient
from engine.diagnostics.jacobians import Chain, jacobian_gain, local_gain, singular_values
from engine.diagnostics.lyapunov import first_directions, lyapunov_exponents
from engine.diagnostics.main_directions import MainDirections, main_directions
from engine.diagnostics.norms import norm, norms
from engine.diagnostics.paths import paths
from engine.diagnostics.probes import EXACT_SIZE, probed_local_gain, probed_singular_values
from engine.diagnostics.reach import (
    HORIZON_FRACTION,
    horizon,
    joint_norms,
    joint_state_gradient,
    reach,
)
from engine.diagnostics.saturation import saturation
from engine.diagnostics.spectrum import spectrum
from engine.diagnostics.update_ratio import update_ratio
from engine.diagnostics.what_if import WhatIf, switchable_paths, what_if

__all__ = [
    "EXACT_SIZE",
    "HORIZON_FRACTION",
    "Chain",
    "Contributions",
    "Dynamics",
    "Ends",
    "FixedPoints",
    "MainDirections",
    "ReverseEnds",
    "Spread",
    "WhatIf",
    "first_directions",
    "fixed_points",
    "horizon",
    "jacobian_gain",
    "joint_norms",
    "joint_state_gradient",
    "local_gain",
    "lyapunov_exponents",
    "main_directions",
    "norm",
    "norms",
    "only_present",
    "paths",
    "probed_local_gain",
    "probed_singular_values",
    "reach",
    "saturation",
    "singular_values",
    "spectrum",
    "spread",
    "state_gradient",
    "switchable_paths",
    "update_ratio",
    "weight_contributions",
    "what_if",
]
