"""Controls: what a form has to know of each field, read from the recipe's JSON schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["integer", "number", "choice", "switch", "text"]

SWITCH = (("false", "off"), ("true", "on"))

MOST_STOPS = 200
"""A linear slider with more stops than a thumb can tell apart is left out."""


@dataclass(frozen=True)
class Slider:
    """The range that a thumb can reach; the number beside it may go beyond.

    Attributes
    ----------
    minimum, maximum : float
        Ends of the slider.
    step : float
        Distance of two stops (linear sliders only).
    logarithmic : bool
        Whether equal ways are equal factors.
    """

    minimum: float
    maximum: float
    step: float
    logarithmic: bool


@dataclass(frozen=True)
class Control:
    """One field of the recipe, as a form draws it.

    Attributes
    ----------
    name, title, help : str
        Key in the recipe, label, and what it means.
    kind : str
        How it is typed: ``integer``, ``number``, ``choice``, ``switch`` or ``text``.
    default : object
        Value if nobody sets it.
    nullable : bool
        Whether it can be left empty, and what that is called.
    choices : tuple of (value, label)
        For a choice, and for a switch in its words.
    minimum, maximum : float or None
        Bounds, as far as there are some; `above` means that the minimum itself is excluded.
    unit, group, empty : str
        What the number counts, where the field stands, what "nothing" means.
    live : bool
        Whether a change acts while the run goes on.
    multiline : bool
        Whether a text has several lines.
    rare : bool
        Whether it is seldom changed, and can stand under a fold.
    when : mapping
        Other fields and the values they must have for this one to matter.
    slider : Slider or None
        A slider, where one is of use.
    """

    name: str
    title: str
    help: str
    kind: Kind
    default: Any
    nullable: bool
    choices: tuple[tuple[str, str], ...]
    minimum: float | None
    above: bool
    maximum: float | None
    unit: str
    group: str
    empty: str
    live: bool
    multiline: bool
    rare: bool
    when: Mapping[str, list[Any]]
    slider: Slider | None

    @classmethod
    def from_schema(cls, name: str, schema: Mapping[str, Any]) -> Control:
        """Read the JSON schema of one property.

        Parameters
        ----------
        name
            The property's key.
        schema
            Its schema: a type, or ``anyOf`` a type and null.

        Returns
        -------
        Control
            The same, ready to be drawn.
        """
        branches = schema.get("anyOf", [schema])
        typed = next(branch for branch in branches if branch.get("type") != "null")
        facts = {**schema, **typed}
        labels = facts.get("labels", {})
        return cls(
            name=name,
            title=facts.get("title", name),
            help=facts.get("description", ""),
            kind=_kind(facts),
            default=facts.get("default"),
            nullable=any(branch.get("type") == "null" for branch in branches),
            choices=SWITCH
            if facts["type"] == "boolean"
            else tuple((value, labels.get(value, value)) for value in facts.get("enum", ())),
            minimum=facts.get("exclusiveMinimum", facts.get("minimum")),
            above="exclusiveMinimum" in facts,
            maximum=facts.get("maximum"),
            unit=facts.get("unit", ""),
            group=facts.get("group", ""),
            empty=facts.get("empty", "none"),
            live=facts.get("live", False),
            multiline=facts.get("multiline", False),
            rare=facts.get("rare", False),
            when=facts.get("when", {}),
            slider=_slider(facts),
        )

    @property
    def allowed(self) -> str:
        """The numbers that are taken, in words; empty where there are no bounds on both sides."""
        if self.minimum is None or self.maximum is None:
            return ""
        low, high = (f"{bound:,.10g}" for bound in (self.minimum, self.maximum))
        bounds = f"above {low}, up to {high}" if self.above else f"{low} to {high}"
        return f"{bounds} {self.unit}".rstrip()


def controls(schema: Mapping[str, Any], model: str | None = None) -> dict[str, Control]:
    """Return the controls of the schema's own fields, or of one of the models it defines.

    Parameters
    ----------
    schema
        JSON schema of a recipe.
    model
        Name of a definition in it; None for the recipe itself.

    Returns
    -------
    dict of str to Control
        By name, in the schema's order; fields that hold models are left out.
    """
    properties = (schema if model is None else schema["$defs"][model])["properties"]
    return {
        name: Control.from_schema(name, facts)
        for name, facts in properties.items()
        if _is_simple(facts)
    }


def task_models(schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the name of each task and of the model that defines it, in the schema's order."""
    mapping = schema["properties"]["task"]["discriminator"]["mapping"]
    for name, reference in mapping.items():
        yield name, reference.rpartition("/")[2]


def _is_simple(facts: Mapping[str, Any]) -> bool:
    branches = facts.get("anyOf", [facts])
    return "const" not in facts and any(
        branch.get("type") in ("integer", "number", "boolean", "string") for branch in branches
    )


def _kind(facts: Mapping[str, Any]) -> Kind:
    if "enum" in facts:
        return "choice"
    if facts["type"] == "boolean":
        return "switch"
    if facts["type"] in ("integer", "number"):
        return "integer" if facts["type"] == "integer" else "number"
    return "text"


def _slider(facts: Mapping[str, Any]) -> Slider | None:
    step = float(facts.get("step", 1))
    low = facts.get("slider_min", facts.get("minimum"))
    if low is None and "exclusiveMinimum" in facts:
        low = facts["exclusiveMinimum"] + step
    high = facts.get("slider_max", facts.get("maximum"))
    if low is None or high is None:
        return None
    logarithmic = facts.get("scale") == "log"
    if logarithmic and low <= 0:
        return None
    if not logarithmic and (high - low) / step > MOST_STOPS:
        return None
    return Slider(float(low), float(high), step, logarithmic)
