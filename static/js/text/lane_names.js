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

/**
 * Of each name the fewest parts that no other name has together: "truncated 5" and "η 0.03" of
 * "GRU · η 0.003 · truncated 5" and "GRU · η 0.03 · truncated off". The whole name where there are
 * none.
 *
 * @param {string[]} labels
 */
export function shortest(labels) {
  const parts = labels.map((label) => label.split(PARTS));
  return parts.map((own, k) => {
    const others = parts.filter((_, other) => other !== k);
    const apartBy = (few) => others.every((other) => few.some((part) => !other.includes(part)));
    return (choices(own).find(apartBy) ?? own).join(PARTS);
  });
}

/** All choices of some of the parts, in their order: of one, of two, … */
function choices(parts) {
  const all = parts.reduce((some, part) => [...some, ...some.map((few) => [...few, part])], [[]]);
  return all.slice(1).sort((one, other) => one.length - other.length);
}

/**
 * The names, each as long as it `fits`, and never two alike: without what all begin with, else what
 * sets them apart alone, else that abridged, or counted where two would read the same.
 *
 * @param {string[]} labels
 * @param {(text: string) => boolean} fits
 */
export function namesWithin(labels, fits) {
  const long = apart(labels);
  const short = shortest(labels);
  const names = labels.map((_, k) => {
    return [long[k], short[k]].find(fits) ?? abridged(short[k], fits);
  });
  return names.map((name, k) => {
    const alike = names.some((other, at) => at !== k && other === name);
    if (!alike) return name;
    const counted = `${nameParts(labels[k])[0]} ${k + 1}`;
    return fits(counted) ? counted : String(k + 1);
  });
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
  const first = firstLetters(labels);
  // A number with its decimals, or with a place after it, would be read as a loss.
  const unclear = first.some(
    (text, k) => /^\P{L}/u.test(text) && (text.length > 3 || first.indexOf(text) !== k),
  );
  const short = unclear ? shortest(labels).map((name) => [...name][0]) : first;
  return short.map((text, lane) => {
    const alike = short.filter((each) => each === text).length;
    const before = short.slice(0, lane).filter((each) => each === text).length;
    return alike > 1 ? `${text}${before + 1}` : text;
  });
}

/** Of each name the letter, or the number, that its first own word begins with. */
function firstLetters(labels) {
  const words = labels.map((label) => label.split(/[\s·]+/).filter(Boolean));
  const shared = beginning(words, 1);
  // A number is nothing without its last digit.
  return words.map((each) => {
    const word = each[shared] ?? "";
    return /^\p{L}/u.test(word) ? [...word][0] : word;
  });
}
