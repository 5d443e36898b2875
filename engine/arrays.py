"""The array type of the engine's annotations."""

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
