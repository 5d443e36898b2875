"""Texts that people in a class type and others read: nothing in them turns their neighbours."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, StringConstraints

from engine.text_marks import isolated, without_marks


def _unmarked(value: Any) -> Any:
    return without_marks(value) if isinstance(value, str) else value


_WITHOUT_MARKS = BeforeValidator(_unmarked)
_ISOLATED = AfterValidator(isolated)


def _words(most: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=most)


Line = Annotated[str, _words(280), _WITHOUT_MARKS, _ISOLATED]
Text = Annotated[str, _words(500), _WITHOUT_MARKS, _ISOLATED]
Option = Annotated[str, _words(200), _WITHOUT_MARKS, _ISOLATED]
Unit = Annotated[str, StringConstraints(max_length=40), _WITHOUT_MARKS, _ISOLATED]
