"""The style sheets stand in the rooms of the page: a class in one sheet, and three breakpoints."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.page.sheets import cascade
from app.routes.pages import Pages
from app.settings import Settings

STATIC = Path(__file__).parents[2] / "static"
CSS = STATIC / "css"
SHEETS = sorted(CSS.rglob("*.css"))
SCRIPTS = sorted((STATIC / "js").rglob("*.js"))

PLOTLY = frozenset({"colorbar", "contourlayer", "draglayer", "scatterlayer", "shapelayer"})
"""Classes of elements that Plotly makes."""
NUMBERED = frozenset({"lane-0", "lane-1", "lane-2", "lane-3"})
"""Classes that a script builds from the number of a lane."""

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SCRIPT_COMMENT = re.compile(r"(?:^|(?<=\s))//[^\n]*|/\*.*?\*/", re.DOTALL)
PRELUDE = re.compile(r"([^{};]+)\{")
CLASS = re.compile(r"\.(-?[a-zA-Z_][\w-]*)")
LENGTH = re.compile(r"[\d.]+px")
BREAKPOINT = re.compile(r"--breakpoint-([\w-]+): ([\d.]+px);")
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(", re.IGNORECASE)


def name(sheet: Path) -> str:
    return sheet.relative_to(CSS).as_posix()


def preludes(text: str) -> list[str]:
    """Return what stands before each brace: selectors, and conditions that begin with "@"."""
    return [found.strip() for found in PRELUDE.findall(COMMENT.sub("", text))]


def classes(text: str) -> set[str]:
    """Return the classes that a sheet's selectors name."""
    selectors = [each for each in preludes(text) if not each.startswith("@")]
    return {found for selector in selectors for found in CLASS.findall(selector)}


def media(text: str) -> list[str]:
    return [each for each in preludes(text) if each.startswith("@media")]


def in_two_sheets(sheets: dict[str, str]) -> dict[str, list[str]]:
    """Return the classes that more than one sheet styles, and the sheets' names."""
    places = defaultdict(list)
    for sheet, text in sheets.items():
        for each in classes(text):
            places[each].append(sheet)
    return {each: found for each, found in places.items() if len(found) > 1}


def other_breakpoints(text: str, known: set[str]) -> list[str]:
    """Return the media queries that compare the window with another length than the known."""
    return [
        query
        for query in media(text)
        if "min-" in query or "max-" in query or not set(LENGTH.findall(query)) <= known
    ]


def breakpoints() -> dict[str, str]:
    return dict(BREAKPOINT.findall((CSS / "tokens.css").read_text()))


def words_of_the_page() -> Iterator[str]:
    """Yield each word that a script or the page has in quotes."""
    pages = Pages(Settings())
    for text in (
        pages.lab(),
        pages.lab("student", {"name": "a-b"}),
        *(script.read_text() for script in SCRIPTS),
    ):
        for quoted in re.findall(r'"([^"\n]*)"|`([^`]*)`', SCRIPT_COMMENT.sub("", text)):
            yield from " ".join(quoted).replace("'", " ").replace('"', " ").split()


def test_the_reader_finds_a_class_wherever_it_stands():
    text = """/* .no */ .a, b.c:is(.d, :not(.e)) > .f::before { top: 0.5px; }
    @media (width <= 5px) { .g .h-i[x=".5"] { color: red; background: url(a.b); } }"""
    assert classes(text) == {"a", "c", "d", "e", "f", "g", "h-i"}
    assert in_two_sheets({"x": ".a {}", "y": "@media print { .b .a {} }"}) == {"a": ["x", "y"]}


@pytest.mark.parametrize(
    "query", ["(width <= 858px)", "(max-width: 859px)", "(859px < width <= 1100px)"]
)
def test_the_reader_finds_another_breakpoint(query: str):
    assert other_breakpoints(f"@media {query} {{ a {{}} }}", {"859px", "1099px"}) != []


def test_a_class_is_styled_in_one_sheet():
    assert in_two_sheets({name(sheet): sheet.read_text() for sheet in SHEETS}) == {}


def test_every_class_is_in_use():
    styled = {each for sheet in SHEETS for each in classes(sheet.read_text())}
    assert sorted(styled - set(words_of_the_page()) - PLOTLY - NUMBERED) == []


def test_three_widths_and_a_height_change_the_layout():
    assert breakpoints() == {
        "phone": "859px",
        "tablet": "1099px",
        "laptop": "1699px",
        "low": "640px",
    }


@pytest.mark.parametrize("sheet", SHEETS, ids=name)
def test_a_sheet_knows_no_other_breakpoint(sheet: Path):
    assert other_breakpoints(sheet.read_text(), set(breakpoints().values())) == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.relative_to(STATIC).as_posix())
def test_a_script_takes_the_breakpoints_from_the_tokens(script: Path):
    text = script.read_text()
    numbers = {width.removesuffix("px") for width in breakpoints().values()} - {"640"}
    next_ones = {str(int(width) + 1) for width in numbers}
    assert set(re.findall(r"\b\d{3,4}\b(?=px|\))", text)) & (numbers | next_ones) == set()
    assert re.findall(r"\((?:min|max)-width", text) == []


@pytest.mark.parametrize("sheet", [s for s in SHEETS if name(s) != "tokens.css"], ids=name)
def test_a_colour_is_named_in_the_tokens_alone(sheet: Path):
    assert COLOUR.findall(COMMENT.sub("", sheet.read_text())) == []


def test_the_page_links_all_sheets_the_general_ones_first():
    linked = re.findall(r'href="/static/\w+/(css/[\w/]+\.css)"', Pages(Settings()).lab())
    assert sorted(linked) == [f"css/{name(sheet)}" for sheet in SHEETS]
    order = ["css/tokens.css", "css/base.css", "css/ui/", "css/canvas.css", "css/page/", "css/pan"]
    order += ["css/lessons/", "css/room/"]
    places = [min(i for i, room in enumerate(order) if each.startswith(room)) for each in linked]
    assert places == sorted(places)


def test_a_sheet_in_no_room_is_refused():
    with pytest.raises(ValueError, match=r"stray\.css stands in no room"):
        cascade(["css/tokens.css", "css/stray.css"])


@pytest.mark.parametrize("sheet", SHEETS, ids=name)
def test_a_line_has_at_most_100_columns(sheet: Path):
    assert [line for line in sheet.read_text().splitlines() if len(line) > 100] == []
