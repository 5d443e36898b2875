"""The page: one document rendered from the recipe's schema, and the files that it loads."""

from __future__ import annotations

import json
from dataclasses import asdict
from time import monotonic
from typing import Any

from fastapi import APIRouter, FastAPI, HTTPException, Request
from fastapi.responses import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from app.http.role import Role, role_of
from app.page.assets import Asset, Assets, folder
from app.page.form_fields import controls, task_models
from app.page.plotly_js import plotly_js
from app.page.presets import PRESETS
from app.page.sheets import cascade
from app.settings import Settings
from app.subscripts import set_low
from engine.recipe import LAST_ITERATION, Recipe, catalogue

router = APIRouter(include_in_schema=False)


LOOK_EVERY = 0.5
"""Seconds between two looks at the files: a class that joins asks for the page all at once."""

MOST_RENDERED = 32
"""Pages that are kept: the lab, and of each class the lecturer's and the students'."""


class Pages:
    """Renders the lab, and knows the files it is made of.

    Parameters
    ----------
    settings : Settings
        Of the service; the page keeps its limits too.
    """

    def __init__(self, settings: Settings) -> None:
        self.assets = Assets(folder("static"))
        self._templates = Environment(
            loader=FileSystemLoader(folder("templates")),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["subscripts"] = subscripts
        self._version, self._looked = "", -LOOK_EVERY
        self._rendered: dict[tuple[str, str], Asset] = {}
        self._facts = {
            **form_facts(),
            "limits": {"message": settings.body_limit, "iteration": LAST_ITERATION},
        }

    def page(self, role: Role, room: dict[str, Any] | None = None) -> Asset:
        """Return the same as a file; it is rendered once for all who ask for the same."""
        now = monotonic()
        if now >= self._looked + LOOK_EVERY:
            self._version, self._looked = self.assets.version, now
        key = (self._version, role + json.dumps(room))
        page = self._rendered.pop(key, None)
        if page is None:
            page = Asset(self.lab(role, room).encode(), "text/html; charset=utf-8")
        self._rendered[key] = page  # the last is the newest
        while len(self._rendered) > MOST_RENDERED:
            del self._rendered[next(iter(self._rendered))]
        return page

    def lab(self, role: Role = "lecturer", room: dict[str, Any] | None = None) -> str:
        """Return the lab as HTML; as a page of a class, if `room` has facts of one."""
        version = self.assets.version
        return self._templates.get_template("lab.html").render(
            self._facts,
            role=role,
            room=room,
            static=f"/static/{version}",
            sheets=cascade(self.assets.paths(".css")),
            modules=[path for path in self.assets.paths(".js") if path != "js/theme.js"],
            plotly=f"/static/plotly-{plotly_js().digest}.js",
        )


def form_facts() -> dict[str, Any]:
    """Return what the templates draw the forms from: nothing here names a field.

    Returns
    -------
    dict of str to object
        ``shared`` (fields of the recipe itself), ``base`` and ``lane`` (hyperparameters), ``tasks``
        (name, title, help, controls of each), ``defaults`` (the recipe of the first
        demonstration), ``task_defaults``, ``live`` (names of what a tweak may change), ``presets``
        (name, text and recipe of each), ``catalogue`` (quantities, constants, cells and tasks, as
        in the schema, and what hyperparameters and their values are called), and the bounds of the
        list of lanes.
    """
    schema = Recipe.model_json_schema()
    recipe = Recipe().model_dump(mode="json")
    base = controls(schema, _model(schema["properties"]["base"]))
    tasks = []
    for name, model in task_models(schema):
        definition = schema["$defs"][model]
        tasks.append(
            {
                "name": name,
                "title": definition["properties"]["name"]["title"],
                "help": definition["description"],
                "controls": controls(schema, model),
            }
        )
    return {
        "shared": controls(schema),
        "base": base,
        "live": [name for name, control in base.items() if control.live],
        "lane": controls(schema, _model(schema["properties"]["lanes"]["items"])),
        "lanes": schema["properties"]["lanes"],
        "task": schema["properties"]["task"],
        "tasks": tasks,
        "defaults": recipe,
        "catalogue": {**catalogue(), "hyperparameters": _names(schema)},
        "presets": [asdict(preset) for preset in PRESETS],
        "task_defaults": {
            task["name"]: {
                "name": task["name"],
                **{name: control.default for name, control in task["controls"].items()},
            }
            for task in tasks
        },
    }


def _names(schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return of each hyperparameter its title and, where it has them, its symbol and labels."""
    fields = schema["$defs"][_model(schema["properties"]["base"])]["properties"]
    return {
        name: {key: field[key] for key in ("title", "symbol", "labels") if key in field}
        for name, field in fields.items()
    }


def subscripts(text: str) -> Markup:
    """Return `text` with the ``hh`` of ``W_hh`` set low, and still copied and read as ``W_hh``."""
    return Markup(set_low(str(escape(text))))


def mount(app: FastAPI) -> None:
    """Give `app` what the routes of this module need.

    Parameters
    ----------
    app
        The application that includes `router`.
    """
    app.state.pages = Pages(app.state.settings)


@router.api_route("/", methods=["GET", "HEAD"])
async def lab(request: Request) -> Response:
    """Serve the lab, asked for anew each time: it names the versions of all that it loads."""
    return pages_of(request).page(role_of(request)).response(request, "no-cache")


@router.api_route("/static/plotly-{digest}.js", methods=["GET", "HEAD"])
def plotly(request: Request, digest: str) -> Response:
    """Serve plotly.js from the installed package."""
    asset = plotly_js()
    if digest != asset.digest:
        raise HTTPException(404, "this server has another plotly.js: reload the page")
    return asset.response(request)


@router.api_route("/static/{version}/{path:path}", methods=["GET", "HEAD"])
async def static(request: Request, version: str, path: str) -> Response:
    """Serve a stylesheet, a module or a picture of ours."""
    asset = pages_of(request).assets.find(version, path)
    if asset is None:
        raise HTTPException(404, f"no file {path} of this version: reload the page")
    return asset.response(request)


def pages_of(request: Request) -> Pages:
    """Return what renders the lab."""
    pages: Pages = request.app.state.pages
    return pages


def _model(reference: dict[str, Any]) -> str:
    name: str = reference["$ref"].rpartition("/")[2]
    return name
