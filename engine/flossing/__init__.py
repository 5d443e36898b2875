"""Gradient flossing: Lyapunov exponents are pulled towards zero."""

from engine.flossing.directions import Directions, directions
from engine.flossing.penalty import flossed, flossing_gradient, flossing_penalty
from engine.flossing.timesteps import Derivatives, Timesteps, chunk

__all__ = [
    "Derivatives",
    "Directions",
    "Timesteps",
    "chunk",
    "directions",
    "flossed",
    "flossing_gradient",
    "flossing_penalty",
]
