// Frames of a single unit, by hand, for the tests of the inspector.

import assert from "node:assert/strict";

export const near = (found, expected, message) =>
  assert.ok(Math.abs(found - expected) <= 1e-12, `${message}: ${found}, not ${expected}`);

/** A frame of one unit from its columns by timestep. */
export const frameOf = (columns) => ({
  iteration: 3,
  arrays: Object.fromEntries(
    Object.entries(columns).map(([name, column]) => {
      const shape = name.startsWith("paths.") ? [column.length] : [column.length, 1];
      return [`0/${name}`, { shape, data: Float64Array.from(column) }];
    }),
  ),
});
