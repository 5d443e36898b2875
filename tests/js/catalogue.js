// What the engine says of itself, as the page is told it: written by make_catalogue.py.

import { readFileSync } from "node:fs";

import { setCatalogue } from "../../static/js/state/catalogue.js";

export const CATALOGUE = JSON.parse(
  readFileSync(new URL("catalogue.json", import.meta.url), "utf8"),
);

setCatalogue(CATALOGUE);
