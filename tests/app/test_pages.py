import gzip
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from app.page import assets
from app.page.assets import FOR_EVER, Assets
from app.page.form_fields import Control, Slider, controls, task_models
from app.page.plotly_js import plotly_js
from app.routes.pages import subscripts
from app.settings import Settings
from app.stream.messages import message_reader
from engine import Recipe
from tests.app.live import Live, strict_json

ROOT = Path(__file__).parents[2]
SCHEMA = Recipe.model_json_schema()


class Document(HTMLParser):
    """The elements of a page, each with its attributes and how many templates it is inside."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None], int]] = []
        self.scripts: list[str] = []
        self._depth = 0
        self._in_script = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs), self._depth))
        self._depth += tag == "template"
        self._in_script = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag == "template"
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts.append(data)

    def find(self, tag: str | None = None, **wanted: str) -> Iterator[dict[str, str | None]]:
        """Yield the attributes of elements; ``data_path`` stands for ``data-path``."""
        for name, attributes, _ in self.elements:
            if tag in (None, name) and all(
                attributes.get(key.rstrip("_").replace("_", "-")) == value
                for key, value in wanted.items()
            ):
                yield attributes

    def entry(self, path: str) -> dict[str, str | None]:
        """Return the first control of a field."""
        return next(self.find(id="field-" + path.replace(".", "-")))


@pytest.fixture(scope="module")
def lab(live: Live) -> Document:
    status, headers, body = live.get("/")
    assert status == 200
    assert headers["content-type"].startswith("text/html")
    assert headers["cache-control"] == "no-cache"
    return Document(body.decode())


def addresses(lab: Document) -> list[str]:
    links = [each["href"] for each in lab.find("link")]
    scripts = [each["src"] for each in lab.find("script") if each.get("src")]
    return [address for address in (*links, *scripts, facts(lab)["plotly"]) if address]


def facts(lab: Document) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(next(text for text in lab.scripts if '"recipe"' in text))
    return found


def version_of(live: Live) -> str:
    version: str = live.app.state.pages.assets.version
    return version


def own_fields() -> list[tuple[str, dict[str, Any]]]:
    """Return the path and the schema of every field that a form has to have."""
    defs = SCHEMA["$defs"]
    fields = [
        (f"base.{name}", each) for name, each in defs["Hyperparameters"]["properties"].items()
    ]
    fields += [(f"lanes.#.{name}", each) for name, each in defs["Lane"]["properties"].items()]
    for _, model in task_models(SCHEMA):
        properties = defs[model]["properties"].items()
        fields += [(f"task.{name}", each) for name, each in properties if name != "name"]
    return [*fields, *((name, SCHEMA["properties"][name]) for name in ("seed", "batch_size"))]


@pytest.mark.parametrize(("path", "schema"), own_fields())
def test_every_field_of_the_schema_has_a_control_with_its_words(
    lab: Document, live: Live, path: str, schema: dict[str, Any]
) -> None:
    page = live.get("/")[2].decode()
    control = Control.from_schema(path, schema)
    assert list(lab.find(data_path=path))
    assert str(subscripts(control.title)) in page
    assert control.help in page.replace("&#39;", "'")
    for value, label in control.choices:
        assert re.search(f'<option value="{value}"[^>]*>{label}</option>', page)


def test_bounds_and_defaults_are_the_schemas(lab: Document) -> None:
    learning_rate = SCHEMA["$defs"]["Hyperparameters"]["properties"]["learning_rate"]
    entry = lab.entry("base.learning_rate")
    assert float(entry["value"] or "") == learning_rate["default"]
    assert float(entry["data-minimum"] or "") == learning_rate["exclusiveMinimum"]
    assert float(entry["data-maximum"] or "") == learning_rate["maximum"]
    slider = next(
        each
        for each in lab.find(
            "input", type="range", data_high=str(float(learning_rate["slider_max"]))
        )
    )
    assert float(slider["data-low"] or "") == learning_rate["slider_min"]


def test_what_may_be_empty_says_so(lab: Document) -> None:
    empties = {
        each["data-path"] for each in lab.find("div", class_="field") if "data-nullable" in each
    }
    assert {"base.truncate", "base.spectral_radius", "lanes.#.name"} <= empties
    assert "base.learning_rate" not in empties
    assert lab.entry("base.truncate")["placeholder"]


def test_live_fields_say_live_and_the_others_restart(lab: Document) -> None:
    live_fields = {
        each["data-path"] for each in lab.find("div", class_="field") if "data-live" in each
    }
    named = {f"base.{name}" for name in facts(lab)["live"]}
    assert named == {path for path in live_fields if path and path.startswith("base.")}
    assert "base.learning_rate" in named
    assert "base.hidden_size" not in named


def test_the_facts_hold_the_limits_that_the_server_keeps(lab: Document) -> None:
    start = next(
        each for each in message_reader.schema["$defs"].values() if "at" in each["properties"]
    )
    tweak = SCHEMA["$defs"]["Tweak"]["properties"]["iteration"]
    limits = facts(lab)["limits"]
    assert limits["iteration"] == start["properties"]["at"]["maximum"] == tweak["maximum"]
    assert limits["message"] == Settings().body_limit


def test_the_facts_are_the_default_recipe_and_every_tasks_defaults(lab: Document) -> None:
    known = facts(lab)
    assert known["recipe"] == Recipe().model_dump(mode="json")
    for name, task in known["tasks"].items():
        assert Recipe.model_validate({"task": task}) == Recipe.model_validate(
            {"task": {"name": name}}
        )
    assert list(known["tasks"]) == [name for name, _ in task_models(SCHEMA)]


def test_labels_and_descriptions_point_at_what_they_are_for(lab: Document) -> None:
    outside = Counter(
        attributes["id"]
        for _, attributes, depth in lab.elements
        if depth == 0 and attributes.get("id")
    )
    assert outside
    assert set(outside.values()) == {1}
    for _, attributes, depth in lab.elements:
        if depth == 0:
            for key in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
                assert attributes.get(key) is None or attributes[key] in outside


@pytest.mark.parametrize(
    "name", ["Unrolled network", "Gradient flow", "Inside the cell", "Training", "Prediction"]
)
def test_regions_are_named(lab: Document, live: Live, name: str) -> None:
    title = name.lower().replace(" ", "-").replace("inside-the-cell", "inside-cell") + "-title"
    assert list(lab.find("section", aria_labelledby=title))
    assert f'<h2 id="{title}">{name}</h2>' in live.get("/")[2].decode()


def test_scripts_come_from_files_so_that_inline_ones_can_be_forbidden(lab: Document) -> None:
    for script in lab.find("script"):
        assert script.get("src") or script.get("type") == "application/json"
    assert not [
        key for _, attributes, _ in lab.elements for key in attributes if key.startswith("on")
    ]


def test_everything_the_page_names_is_there_for_ever(lab: Document, live: Live) -> None:
    assert len(addresses(lab)) > 10
    for address in addresses(lab):
        assert address.startswith("/static/")
        status, headers, body = live.get(address)
        assert status == 200, address
        assert headers["cache-control"] == FOR_EVER
        assert headers["vary"] == "Accept-Encoding"
        assert body


def test_modules_are_served_as_modules(live: Live) -> None:
    _, headers, _ = live.get(f"/static/{version_of(live)}/js/main.js")
    assert headers["content-type"].startswith("text/javascript")


def test_every_import_finds_its_module() -> None:
    modules = list((ROOT / "static/js").rglob("*.js"))
    imports = [
        (module, name)
        for module in modules
        for name in re.findall(r'(?:from|import)\s+"(\.[^"]+)"', module.read_text())
    ]
    assert imports
    for module, name in imports:
        assert (module.parent / name).is_file(), f"{module.name} imports {name}"


def test_compressed_is_the_same(live: Live) -> None:
    address = f"/static/{version_of(live)}/js/main.js"
    _, headers, body = live.get(address, **{"Accept-Encoding": "gzip"})
    assert headers["content-encoding"] == "gzip"
    assert gzip.decompress(body) == (ROOT / "static/js/main.js").read_bytes()


@pytest.mark.parametrize(
    "path",
    [
        "js/missing.js",
        "../app/main.py",
        "js/../../app/main.py",
        "%2e%2e/pyproject.toml",
        "..%2fpyproject.toml",
        "//etc/passwd",
        "",
    ],
)
def test_nothing_else_is_served(live: Live, path: str) -> None:
    status, _, body = live.get(f"/static/{version_of(live)}/{path}")
    assert status == 404
    assert "detail" in strict_json(body)


def test_an_old_address_is_not_answered_with_a_new_file(live: Live) -> None:
    assert live.get("/static/0123456789abcdef/js/main.js")[0] == 404
    assert live.get("/static/plotly-0123456789abcdef.js")[0] == 404


def test_plotly_is_the_installed_one(lab: Document, live: Live) -> None:
    address = facts(lab)["plotly"]
    _, headers, plain = live.get(address)
    _, zipped_headers, zipped = live.get(address, **{"Accept-Encoding": "gzip"})
    assert headers["content-type"].startswith("text/javascript")
    assert plain == plotly_js().body
    assert plain.startswith(b"/**\n* plotly.js v4.")
    assert zipped_headers["content-encoding"] == "gzip"
    assert len(zipped) < len(plain) / 3
    assert gzip.decompress(zipped) == plain


def test_serving_plotly_does_not_import_it() -> None:
    program = (
        "import sys\n"
        "from app.main import create_app\n"
        "from app.page.plotly_js import plotly_js\n"
        "create_app()\n"
        "assert plotly_js().body\n"
        "assert 'plotly' not in sys.modules, 'plotly was imported'\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=60)


def test_a_changed_file_changes_every_address(tmp_path: Path) -> None:
    (tmp_path / "js").mkdir()
    (tmp_path / "js/a.js").write_text("1")
    (tmp_path / "b.css").write_text("2")
    folder = Assets(tmp_path)
    before = folder.version
    assert folder.paths(".js") == ["js/a.js"]
    (tmp_path / "b.css").write_text("22")
    after = folder.version
    assert after != before
    assert folder.find(before, "js/a.js") is None
    found = folder.find(after, "b.css")
    assert found is not None
    assert found.body == b"22"


def test_what_is_no_file_for_a_browser_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "notes.py").write_text("secret")
    (tmp_path / "a.js").write_text("1")
    folder = Assets(tmp_path)
    assert folder.find(folder.version, "a.js") is not None
    assert folder.find(folder.version, "notes.py") is None


def test_files_are_found_beside_the_package_and_inside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "__file__", str(tmp_path / "app/page/assets.py"))
    assert assets.folder("static") == tmp_path / "static"
    (tmp_path / "app/static").mkdir(parents=True)
    assert assets.folder("static") == tmp_path / "app/static"


def test_a_nullable_field_is_read_through_its_union() -> None:
    schema = {
        "anyOf": [{"type": "integer", "minimum": 1, "maximum": 9}, {"type": "null"}],
        "default": None,
        "title": "Window",
        "empty": "off",
    }
    control = Control.from_schema("window", schema)
    assert (control.kind, control.nullable, control.empty) == ("integer", True, "off")
    assert (control.minimum, control.above, control.maximum) == (1, False, 9)
    assert control.slider == Slider(1, 9, 1, False)


@pytest.mark.parametrize(
    ("facts", "slider"),
    [
        ({"minimum": 1, "maximum": 256, "scale": "log"}, Slider(1, 256, 1, True)),
        (
            {"exclusiveMinimum": 0, "maximum": 10, "slider_max": 2, "step": 0.05},
            Slider(0.05, 2, 0.05, False),
        ),
        ({"minimum": 0, "maximum": 2**32 - 1}, None),
        ({"minimum": 0, "maximum": 100, "scale": "log"}, None),
        ({"minimum": 0}, None),
    ],
)
def test_a_slider_is_drawn_where_a_thumb_can_use_it(
    facts: dict[str, Any], slider: Slider | None
) -> None:
    assert Control.from_schema("field", {"type": "number", **facts}).slider == slider


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"minimum": 2, "maximum": 2000, "unit": "timesteps"}, "2 to 2,000 timesteps"),
        ({"exclusiveMinimum": 0, "maximum": 1e6}, "above 0, up to 1,000,000"),
        ({"minimum": 0}, ""),
    ],
)
def test_bounds_are_said_in_words(facts: dict[str, Any], words: str) -> None:
    assert Control.from_schema("field", {"type": "number", **facts}).allowed == words


def test_fields_that_hold_models_are_no_controls() -> None:
    assert list(controls(SCHEMA)) == ["seed", "batch_size", "stateful"]


def test_what_stands_low_is_still_read_as_it_is_written() -> None:
    marked = str(subscripts("radius of W_hh <b>"))
    assert re.sub(r"<[^>]*>", "", marked) == "radius of W_hh &lt;b&gt;"
    assert "<sub>" in marked
