// A norm as a reader is told it: a number, or in words why there is none.

import { logNumber } from "../../../text/format.js";

export const EXACTLY_ZERO = "exactly 0";
const NOT_COMPUTED = "not computed";
const OVERFLOW = "overflow";

/** The norm of which `log` is the log10. */
export function reading(log) {
  if (log === undefined || Number.isNaN(log)) return NOT_COMPUTED;
  if (log === -Infinity) return EXACTLY_ZERO;
  return log === Infinity ? OVERFLOW : logNumber(log);
}
