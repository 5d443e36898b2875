"""Characters that break text, or turn what stands beside it: what is done about them.

A run's numbers stand beside what people type: names of lanes, a text to learn. Unicode's controls
of direction reverse the numbers after them, and letters that are written from right to left do so
too, where nothing isolates them (Unicode Standard Annex #9).
"""

from __future__ import annotations

TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks, embeddings, overrides and isolates of direction."""

BREAKING = frozenset("\u2028\u2029")
"""Separators of lines and paragraphs."""

FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"

_RIGHT_TO_LEFT = (
    *((0x0590, 0x08FF), (0xFB1D, 0xFDFF), (0xFE70, 0xFEFF)),
    *((0x10800, 0x10FFF), (0x1E800, 0x1EFFF)),
)
"""The blocks of scripts that are written from right to left."""


def is_mark(character: str) -> bool:
    """Return whether a character is a control character, or turns or breaks text."""
    code = ord(character)
    control = code < 0x20 or 0x7F <= code < 0xA0
    return control or character in TURNING or character in BREAKING


def escaped(text: str) -> str:
    r"""Return the text with its marks as JSON escapes them: ``\u202e``."""
    return "".join(f"\\u{ord(each):04x}" if is_mark(each) else each for each in text)


def isolated(text: str) -> str:
    """Return a text without marks so that it turns nothing, whichever way it is written itself."""
    turns = any(first <= ord(each) <= last for each in text for first, last in _RIGHT_TO_LEFT)
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}" if turns else text


def without_marks(text: str) -> str:
    """Return any text without its marks."""
    return "".join(each for each in text if not is_mark(each))


def legible(text: str) -> str:
    """Return any text without its marks, isolated."""
    return isolated(without_marks(text))
