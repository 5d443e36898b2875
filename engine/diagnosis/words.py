"""Numbers as a diagnosis says them: 0.60, 2·10⁻⁹."""

from __future__ import annotations

from math import floor, isinf, isnan, log10

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

PLAIN_FROM, PLAIN_TO = -3, 5
"""Plain decimals between these powers of ten; mantissa and exponent beyond, as on the page."""


def number(value: float, digits: int = 2) -> str:
    """Return a number with so many significant digits.

    Parameters
    ----------
    value : float
    digits : int
        At least 1.
    """
    if isnan(value):
        return "–"
    if value < 0:
        return f"−{number(-value, digits)}"
    if value == 0 or isinf(value):
        return "0" if value == 0 else "∞"
    exponent = floor(log10(value))
    # In two parts, because 10^−310 has fewer digits than a double otherwise keeps.
    mantissa = round(10 ** (log10(value) - exponent), digits - 1)
    if mantissa >= 10:
        mantissa, exponent = mantissa / 10, exponent + 1
    if PLAIN_FROM <= exponent < PLAIN_TO:
        return f"{value:,.{max(0, digits - 1 - exponent)}f}"
    power = str(exponent).translate(SUPERSCRIPTS)
    return f"{mantissa:.{digits - 1}f}·10{power}"


def plain(value: float) -> str:
    """Return a hyperparameter's value as its field has it: 3, 0.003, −2."""
    return f"{value:g}".replace("-", "−")


def times(count: int, noun: str) -> str:
    """Return "1 timestep", "50 timesteps"."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
