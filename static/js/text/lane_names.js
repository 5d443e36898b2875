// Lanes' names, cut so that they stay apart where there is little room.

const PARTS = " · ";
const BEGINNING = 0.35; // of a name without parts that has to lose its middle

/** A lane's name in two: "LSTM", and what sets it apart from its likes, or null. */
export function nameParts(label) {
  const at = label.indexOf(PARTS);
  return at < 0 ? [label, null] : [label.slice(0, at), label.slice(at + PARTS.length)];
}

/** Lanes' names without what all of them begin with: "truncated 5", "2 layers". */
export function apart(labels) {
  const parts = labels.map((label) => label.split(PARTS));
  let shared = 0;
  while (
    parts.length > 1 &&
    parts.every((each) => each.length > shared && each[shared] === parts[0][shared])
  )
    shared += 1;
  // A name that is nothing else stays as it is.
  return parts.map((each) => each.slice(each.length > shared ? shared : 0).join(PARTS));
}

/** The name if it `fits`, else without its middle: what sets names apart often stands last. */
export function abridged(text, fits) {
  if (fits(text)) return text;
  const [head, rest] = nameParts(text);
  const words = (rest ?? "").split(" ");
  for (let from = 1; from < words.length; from += 1) {
    if (words[from] === "·") continue;
    const short = `${head} … ${words.slice(from).join(" ")}`;
    if (fits(short)) return short;
  }
  for (let length = text.length - 1; length > 2; length -= 1) {
    const begin = Math.ceil(length * BEGINNING);
    const short = `${text.slice(0, begin).trimEnd()}…${text.slice(begin - length).trimStart()}`;
    if (fits(short)) return short;
  }
  return "…";
}
