"""plotly.js, from the installed plotly package: no copy of ours, no request to another host."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from app.page.assets import MEDIA_TYPES, Asset


class PlotlyMissing(RuntimeError):
    """The plotly package, or the script that it ships, is not installed."""


@cache
def plotly_js() -> Asset:
    """Return plotly.js, read once.

    Returns
    -------
    Asset
        The minified script. Plotly itself is not imported: that would cost most of a second.

    Raises
    ------
    PlotlyMissing
        If it cannot be found.
    """
    package = find_spec("plotly")
    places = list(package.submodule_search_locations or []) if package else []
    for place in places:
        script = Path(place) / "package_data" / "plotly.min.js"
        if script.is_file():
            return Asset(script.read_bytes(), MEDIA_TYPES[".js"])
    raise PlotlyMissing("plotly.min.js was not found: install the package plotly (6 or newer)")
