"""Subscripts in HTML: ``W_hh`` is set low, and still copied and read as ``W_hh``."""

from __future__ import annotations

import re


def set_low(html: str) -> str:
    """Return HTML whose text may hold names like ``h_t``, with what follows the ``_`` set low."""
    return re.sub(r"(?<=\w)_(\w+)", r'<sub><span class="vh">_</span>\1</sub>', html)
