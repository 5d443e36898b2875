"""Stock prices: from a window of a weekly share price, forecast the next week's."""

from __future__ import annotations

import csv
import gzip
import io
from functools import cache
from importlib.resources import files
from importlib.util import find_spec, module_from_spec
from typing import Any, Literal

import numpy as np
from pydantic import Field

from engine.tasks.base import Baseline, Batch, FloatArray, IntArray, Task, check_integer
from engine.tasks.fields import TaskFields


class Stocks(Task):
    """Windows from random weeks of a share price; the target is the price of the week after.

    The series is standardised: the mean of the whole series is taken off and what is left is
    divided by its standard deviation, so ``price = prediction * scale + offset``. Prices are those
    that the plotly package ships: weekly, 2018 and 2019, each divided by its first. Nothing is
    held out: the series shows gradients at work, not how well shares can be forecast.

    Parameters
    ----------
    seq_len : int
        T, the weeks in a window, at least 1 and less than the weeks of the series.
    symbol : str
        Which share.
    """

    name = "stocks"
    title = "Stock prices"
    kind = "series"
    input_size = 1
    output_size = 1
    loss = "mse"
    loss_unit = "training loss in squared standard deviations of the price"

    def __init__(self, seq_len: int, symbol: str) -> None:
        dates, prices = weekly_prices()
        if symbol not in prices:
            raise ValueError(f"symbol is {symbol!r}; it has to be one of {', '.join(prices)}")
        check_integer("seq_len", seq_len, least=1, most=len(dates) - 1)
        self.symbol = symbol
        self.timesteps = seq_len
        self.loss_timesteps = np.array([seq_len - 1])
        self.dates, self.length = dates, len(dates)
        self.unit = f"× the price of {dates[0]}"
        price = prices[symbol]
        self.offset, self.scale = float(price.mean()), float(price.std())
        self._series = (price - self.offset) / self.scale
        last_read, target = self._series[seq_len - 1 : -1], self._series[seq_len:]
        self.baseline = Baseline(
            float(np.mean((target - last_read) ** 2)),
            "persistence: next week's price is this week's; beating it on windows that were "
            "trained on is no forecast",
        )

    def _draw(self, rng: np.random.Generator, batch_size: int) -> tuple[FloatArray, FloatArray]:
        return self._cut(rng.integers(0, len(self._series) - self.timesteps, batch_size))

    def _cut(self, starts: IntArray) -> tuple[FloatArray, FloatArray]:
        T = self.timesteps
        x = self._series[starts + np.arange(T)[:, np.newaxis]]  # (T, B)
        y = np.zeros((T, len(starts), 1))
        y[-1, :, 0] = self._series[starts + T]
        return x[:, :, np.newaxis], y

    def _show(self, batch: Batch, index: int) -> dict[str, Any]:
        T = self.timesteps
        window = np.append(batch.x[:, index, 0], batch.y[-1, index, 0])
        windows = np.lib.stride_tricks.sliding_window_view(self._series, T + 1)
        start = int(np.argmin(np.sum((windows - window) ** 2, axis=1)))
        return {
            "title": f"{self.symbol}, {T} weeks to {self.dates[start + T - 1]}",
            "dates": list(self.dates[start : start + T + 1]),
            "values": (window * self.scale + self.offset).tolist(),
            "unit": self.unit,
            "scale": self.scale,
            "offset": self.offset,
            "from_training_set": True,
        }

    def _facts(self) -> dict[str, Any]:
        return {
            "input_names": [self.symbol],
            "symbol": self.symbol,
            "unit": self.unit,
            "scale": self.scale,
            "offset": self.offset,
        }


class StocksTask(TaskFields):
    """From a window of a weekly share price, forecast the next one."""

    name: Literal["stocks"] = Field("stocks", title=Stocks.title)
    seq_len: int = Field(
        30,
        ge=2,
        le=80,
        title="Window T",
        description="Weeks that the network reads before it forecasts the next: how far back a "
        "gradient can travel.",
        json_schema_extra={"group": "task", "unit": "weeks"},
    )
    symbol: Literal["GOOG", "AAPL", "AMZN", "FB", "NFLX", "MSFT"] = Field(
        "GOOG",
        title="Stock",
        description="Weekly prices 2018–2019, each divided by its first. The last price tells "
        "most, so gradients need not come from far.",
        json_schema_extra={"group": "task"},
    )

    @property
    def length(self) -> int:
        """Weeks of the series."""
        return len(weekly_prices()[0])

    def make(self) -> Stocks:
        """Return the task."""
        return Stocks(self.seq_len, self.symbol)


@cache
def weekly_prices() -> tuple[tuple[str, ...], dict[str, FloatArray]]:
    """Read the share prices that the plotly package ships, without importing it.

    Returns
    -------
    dates : tuple of str
        The Mondays, ISO 8601.
    prices : dict of ndarray
        Symbol → price each week, over the price of the first week.
    """
    spec = find_spec("plotly")
    if spec is None:
        raise ValueError(_missing("is not installed"))
    # A module made from its spec and never executed is enough to find its data files.
    packed = files(module_from_spec(spec)) / "package_data" / "datasets" / "stocks.csv.gz"
    if not packed.is_file():
        raise ValueError(_missing("ships no stocks.csv.gz"))
    lines = io.StringIO(gzip.decompress(packed.read_bytes()).decode("ascii"))
    (_, *symbols), *rows = csv.reader(lines)
    numbers = np.array([[float(price) for price in row[1:]] for row in rows]).T.copy()
    return tuple(row[0] for row in rows), dict(zip(symbols, numbers, strict=True))


def _missing(what: str) -> str:
    return (
        f"task 'stocks' reads the prices that the plotly package ships, and plotly {what} here: "
        "install plotly 6 or later, or choose the task adding, copy or next_char"
    )
