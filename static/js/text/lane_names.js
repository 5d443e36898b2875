// Lanes' names, cut so that they stay apart where there is little room.

const PARTS = " · ";
const BEGINNING = 0.35; // of a name without parts that has to lose its middle

/** A lane's name in two: "LSTM", and what sets it apart from its likes, or null. */
export function nameParts(label) {
  const at = label.indexOf(PARTS);
  return at < 0 ? [label, null] : [label.slice(0, at), label.slice(at + PARTS.length)];
}

/** How many first parts several names share, if so many of each are to be left at least. */
function beginning(names, left) {
  let shared = 0;
  while (
    names.length > 1 &&
    names.every((each) => each.length > shared + left && each[shared] === names[0][shared])
  )
    shared += 1;
  return shared;
}

/** Lanes' names without what all of them begin with: "truncated 5", "2 layers". */
export function apart(labels) {
  const parts = labels.map((label) => label.split(PARTS));
  const shared = beginning(parts, 0);
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

/**
 * A letter for each name: R, L and G of RNN tanh, LSTM and GRU; where two would have the same one,
 * they are counted: L1, L2. What all names begin with tells nothing and is left out.
 *
 * @param {string[]} labels
 */
export function letters(labels) {
  const words = labels.map((label) => label.split(/[\s·]+/).filter(Boolean));
  const shared = beginning(words, 1);
  // A number is nothing without its last digit.
  const short = words.map((each) => {
    const word = each[shared] ?? "";
    return /^\p{L}/u.test(word) ? [...word][0] : word;
  });
  return short.map((text, lane) => {
    const alike = short.filter((each) => each === text).length;
    const before = short.slice(0, lane).filter((each) => each === text).length;
    return alike > 1 ? `${text}${before + 1}` : text;
  });
}
