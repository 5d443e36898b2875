// Lines and bands over timesteps, broken where there is no number.

/** Stroke `data[t]` over t; NaN and ±∞ are gaps, and a number between two gaps is a dot. */
export function trail(context, { x, y }, data) {
  context.beginPath();
  let drawing = false;
  for (let t = 0; t < data.length; t += 1) {
    if (!Number.isFinite(data[t])) {
      drawing = false;
    } else if (drawing) {
      context.lineTo(x(t), y(data[t]));
    } else {
      const alone = !Number.isFinite(data[t + 1]);
      context.moveTo(x(t) - (alone ? 1.5 : 0), y(data[t]));
      if (alone) context.lineTo(x(t) + 1.5, y(data[t]));
      drawing = true;
    }
  }
  context.stroke();
}

/** The same with a width and a dash; of no data, nothing. */
export function dashedTrail(context, panel, data, width, dash) {
  if (data === null) return;
  context.lineWidth = width;
  context.setLineDash(dash);
  trail(context, panel, data);
  context.setLineDash([]);
}

/** Fill between `low` and `high`; where one is infinite, up to the edges `top` and `bottom`. */
export function band(context, { x, y }, low, high, top, bottom) {
  const place = (value) => (value === Infinity ? top : value === -Infinity ? bottom : y(value));
  for (const [from, to] of runs(low)) {
    context.beginPath();
    for (let t = from; t < to; t += 1) context.lineTo(x(t), place(high[t]));
    for (let t = to - 1; t >= from; t -= 1) context.lineTo(x(t), place(low[t]));
    context.fill();
  }
}

/** Stretches [from, to) of `data` without NaN. */
export function runs(data) {
  const found = [];
  let from = -1;
  for (let t = 0; t <= data.length; t += 1) {
    const there = t < data.length && !Number.isNaN(data[t]);
    if (there && from < 0) from = t;
    if (!there && from >= 0) {
      found.push([from, t]);
      from = -1;
    }
  }
  return found;
}
