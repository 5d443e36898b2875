import assert from "node:assert/strict";
import { test } from "node:test";

import { captions } from "../../../../static/js/panels/prediction/series.js";

const unit = "in standard deviations";

test("the words below say that a window was learnt from where it was, and only there", () => {
  const known = captions({ example: { unit, from_training_set: true } });
  const fresh = captions({ example: { unit } });
  assert.match(known[0], /a window of the training set, as are those of the loss$/);
  assert.equal(fresh[0], `${unit} · ring: what came, dots: forecasts`);
  assert.equal(
    fresh.some((text) => text.includes("training")),
    false,
  );
  for (const texts of [known, fresh]) {
    const lengths = texts.map(({ length }) => length);
    assert.deepEqual(
      lengths,
      lengths.toSorted((a, b) => b - a),
    );
    assert.equal(texts.at(-1), unit);
  }
});
