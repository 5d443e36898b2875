// Tables as files that a spreadsheet, pandas or R opens: RFC 4180, points for decimals, no locale.

import { withoutIsolates } from "./direction.js";

/** @param {{columns: string[], rows: Iterable<Array>}} table @returns {string} */
export function toCsv({ columns, rows }) {
  const lines = [columns, ...rows].map((row) => row.map(cell).join(","));
  return `${lines.join("\r\n")}\r\n`;
}

function cell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return plain(value);
  const text = withoutIsolates(String(value));
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

// As Python, R and JavaScript read them; a gap stays empty in neither of them.
function plain(value) {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return String(value);
}
