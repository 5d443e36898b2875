"""Whether the arguments of a cell are what they have to be; the messages say what is expected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.arrays import Array
from engine.cells.joint_weights import Params
from engine.cells.nonlinearities import Choices


def check_size(name: str, value: object) -> None:
    """Raise ValueError unless the value is an integer of at least 1."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"{name} is {value!r}; it must be an integer of at least 1")


def check_choices(chosen: Mapping[str, str], choices: Choices, of: object) -> None:
    """Raise ValueError unless there is each of these choices, and each value to choose."""
    for option, name in chosen.items():
        if option not in choices:
            known = ", ".join(choices) or "nothing"
            raise ValueError(f"{option} is given; {type(of).__name__} lets one choose: {known}")
        if name not in choices[option]:
            raise ValueError(
                f"{option} is {name!r}; it must be one of {', '.join(choices[option])}"
            )


def check_array(name: str, value: Any, shape: tuple[int | None, ...], of: object) -> Array:
    """Return the value as an array of floats.

    Parameters
    ----------
    name : str
        What the message calls it.
    value : array_like
    shape : tuple of int or None
        None allows any size.
    of : object
        Whose argument it is, for the message.

    Raises
    ------
    ValueError
        If it has another shape, or is neither float64 nor float32.
    """
    array = np.asarray(value)
    letters = ", ".join("any" if size is None else str(size) for size in shape)
    if array.dtype not in (np.float64, np.float32):
        raise ValueError(f"{name} has dtype {array.dtype}; float64 or float32 is expected")
    if array.ndim != len(shape) or any(
        want is not None and want != got for want, got in zip(shape, array.shape, strict=True)
    ):
        raise ValueError(f"{name} has shape {array.shape}; ({letters}) is expected by {of!r}")
    return array


def check_params(params: Params, shapes: dict[str, tuple[int, ...]], of: object) -> np.dtype[Any]:
    """Return the dtype that all parameters share.

    Raises
    ------
    ValueError
        If one is missing, too many, misshapen or not finite, or if dtypes are mixed.
    """
    if set(params) != set(shapes):
        raise ValueError(
            f"params has {', '.join(sorted(params)) or 'nothing'}; {of!r} takes {', '.join(shapes)}"
        )
    for name, shape in shapes.items():
        if not np.isfinite(check_array(name, params[name], shape, of)).all():
            raise ValueError(f"{name} holds NaN or inf; every weight must be finite")
    dtypes = {np.asarray(params[name]).dtype for name in shapes}
    if len(dtypes) != 1:
        raise ValueError(f"params mixes {', '.join(map(str, dtypes))}; one dtype is expected")
    dtype: np.dtype[Any] = dtypes.pop()
    return dtype
