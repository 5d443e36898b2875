// "What if" as a table: by timestep for CSV, and in short for a screen reader.

import { logNumber, number } from "../../../text/format.js";

const SYMBOLS = { dh_norm: "‖∂ℓ/∂h_t‖", dc_norm: "‖∂ℓ/∂c_t‖" };

/**
 * Every timestep, real and what if, as log10.
 *
 * @param {ReturnType<typeof import("./scene.js").whatIfScene>} scene
 * @param {number} iteration that is shown where nothing was found
 */
export function whatIfTable({ lane, found, lines }, iteration) {
  const names = Object.keys(lines);
  const columns = ["iteration", "lane", "paths off", "cut before", "t"];
  for (const name of names)
    columns.push(`log10 ${SYMBOLS[name]} real`, `log10 ${SYMBOLS[name]} what if`);
  const length = lines[names[0]]?.real.length ?? 0;
  const rows = Array.from({ length }, (_, t) => [
    found?.iteration ?? iteration,
    lane.label,
    found?.off.join(" ") ?? "",
    found?.cut ?? null,
    t,
    ...names.flatMap((name) => [lines[name].real[t], lines[name].whatIf?.[t] ?? null]),
  ]);
  return { columns, rows };
}

/**
 * Rows [what, real, what if, cosine] in words.
 *
 * @param {ReturnType<typeof import("./scene.js").whatIfScene>} scene
 * @returns {string[][]}
 */
export function spokenRows({ found }) {
  if (found === null) return [];
  const words = ([real, whatIf]) => [logNumber(real), logNumber(whatIf)];
  return [
    ["Reach, ‖∂ℓ/∂s_1‖ ÷ ‖∂ℓ/∂s_T‖", ...words(found.reach), ""],
    ["‖∂L/∂θ‖ of all weights, before clipping", ...words(found.gradNorm), number(found.cosine, 3)],
    ...found.params.map(({ name, real, whatIf, cosine }) => [
      `‖∂L/∂${name}‖`,
      ...words([real, whatIf]),
      number(cosine, 3),
    ]),
  ];
}
