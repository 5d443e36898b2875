"""Write tests/js/catalogue.json: what the server tells the page of the engine, for tests in Node.

``python -m tests.js.make_catalogue`` writes the file; tests/app/test_page_catalogue.py compares it
with what the page is told today.
"""

from __future__ import annotations

import json
from pathlib import Path

from app.routes.pages import form_facts

FILE = Path(__file__).with_name("catalogue.json")


def render() -> str:
    """Return what the file is to hold."""
    return json.dumps(form_facts()["catalogue"], ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(render())
