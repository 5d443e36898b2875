"""Initial weights.

``pytorch``: uniform on ±1/√H, all weights and biases, as PyTorch's recurrent layers have them.
``xavier_uniform``, ``xavier_normal``: variance 2 / (fan in + fan out) gate by gate, biases as in
``pytorch`` (Glorot & Bengio 2010).
``normal``: all weights normal with a standard deviation of choice, no bias.
``orthogonal``: W_hh orthogonal gate by gate (Saxe, McClelland & Ganguli 2014), the rest as in
``pytorch``.
``identity``: W_hh = I gate by gate, input weights normal with standard deviation 0.001, no bias
(the IRNN of Le, Jaitly & Hinton 2015).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array


def uniform(rng: np.random.Generator, shape: tuple[int, ...], hidden_size: int) -> Array:
    """Draw uniformly on ±1/√hidden_size."""
    bound = hidden_size**-0.5
    return rng.uniform(-bound, bound, shape)


def xavier(rng: np.random.Generator, shape: tuple[int, ...], fans: int, *, normal: bool) -> Array:
    """Draw with variance 2 / fans, where fans is fan in + fan out of one gate."""
    std = (2 / fans) ** 0.5
    bound = 3**0.5 * std
    return rng.normal(0, std, shape) if normal else rng.uniform(-bound, bound, shape)


def orthogonal(rng: np.random.Generator, size: int) -> Array:
    """Draw a size × size orthogonal matrix, uniform over the group (Mezzadri 2007)."""
    q, r = np.linalg.qr(rng.standard_normal((size, size)))
    return q * np.sign(np.diag(r))


def rescale(weight: Array, spectral_radius: float | Array) -> Array:
    """Scale a square matrix to this largest |eigenvalue|; a nilpotent one stays as it is.

    Radii (R,) give matrices (R, H, H).
    """
    wanted = np.asarray(spectral_radius)[..., np.newaxis, np.newaxis]
    present = np.abs(np.linalg.eigvals(weight)).max()
    result: Array = weight * (wanted / present if present > 0 else np.ones_like(wanted))
    return result


@dataclass(frozen=True)
class Scheme:
    """How to draw the initial weights.

    Attributes
    ----------
    name : str
        One of `SCHEMES`.
    std : float
        Standard deviation of ``normal``.
    spectral_radius : float, ndarray (R,) or None
        Rescale each gate's block of W_hh to this largest |eigenvalue|.
    """

    name: str = "pytorch"
    std: float = 0.1
    spectral_radius: float | Array | None = None

    def __post_init__(self) -> None:
        """Refuse an unknown name."""
        if self.name not in SCHEMES:
            raise ValueError(f"scheme is {self.name!r}; it must be one of {', '.join(SCHEMES)}")

    def bias(self, rng: np.random.Generator, rows: int, hidden_size: int) -> Array:
        """Draw a bias (rows,)."""
        if self.name in ("identity", "normal"):
            return np.zeros(rows)
        return uniform(rng, (rows,), hidden_size)

    def weight_ih(self, rng: np.random.Generator, gates: int, shape: tuple[int, int]) -> Array:
        """Draw the input weights of `gates` blocks of `shape` (H, D), one under the other."""
        H, D = shape
        match self.name:
            case "identity":
                return rng.normal(0, 0.001, (gates * H, D))
            case "normal":
                return rng.normal(0, self.std, (gates * H, D))
            case "xavier_uniform" | "xavier_normal":
                return xavier(rng, (gates * H, D), H + D, normal=self.name == "xavier_normal")
            case _:
                return uniform(rng, (gates * H, D), H)

    def weight_hh(self, rng: np.random.Generator, gates: int, hidden_size: int) -> Array:
        """Draw W_hh (gates · H, H), gate by gate; (R, gates · H, H) for so many spectral radii."""
        H, radius = hidden_size, self.spectral_radius
        blocks = [self._block(rng, H) for _ in range(gates)]
        return np.concatenate(
            [block if radius is None else rescale(block, radius) for block in blocks], axis=-2
        )

    def _block(self, rng: np.random.Generator, H: int) -> Array:
        match self.name:
            case "identity":
                return np.eye(H)
            case "orthogonal":
                return orthogonal(rng, H)
            case "normal":
                return rng.normal(0, self.std, (H, H))
            case "xavier_uniform" | "xavier_normal":
                return xavier(rng, (H, H), 2 * H, normal=self.name == "xavier_normal")
            case _:
                return uniform(rng, (H, H), H)


SCHEMES = ("pytorch", "xavier_uniform", "xavier_normal", "normal", "orthogonal", "identity")
"""The schemes by their names in a recipe."""
