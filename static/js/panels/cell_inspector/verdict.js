// How the gradient got from t to t − 1, over all units, in a sentence.

/** log10 of how much of the gradient a path or factor left. */
export function ratioOf({ parts, before }, { id, isNorm }) {
  return isNorm ? parts[id] - before : parts[id];
}

/**
 * @param {import("./numbers.js").CellNumbers} numbers as `cellNumbers` returns them, with a passage
 * @param {boolean} diverged whether the lane has diverged
 */
export function verdict({ kind, passage }, diverged) {
  const { t, to = t - 1, carrier, state } = passage;
  if (state === "cut" && !diverged)
    return `Truncation cuts here: nothing passes from t = ${t} to ${to}.`;
  if (state === "zero")
    return `∂ℓ/∂${carrier}_t is exactly 0 at t = ${t}: there is nothing to pass on.`;
  if (state === "unreached" || state === "cut") {
    return diverged
      ? `The gradient is not a number at t = ${t}: this lane has diverged.`
      : `No loss reaches t = ${t}: truncation keeps them apart.`;
  }
  return kind.verdict(passage);
}
