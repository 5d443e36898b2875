// Lanes' names, cut so that they stay apart where there is little room.

const PARTS = " · ";
const BEGINNING = 0.35; // of a name without parts that has to lose its middle
const LONGEST_WORD = 7; // letters that words of a name are cut to first
const FEWEST_LETTERS = 4; // and last
const LONGEST_NUMBER = 3; // characters, behind a letter

/** A lane's name in two: "LSTM", and what sets it apart from its likes, or null. */
export function nameParts(label) {
  const at = label.indexOf(PARTS);
  return at < 0 ? [label, null] : [label.slice(0, at), label.slice(at + PARTS.length)];
}

/**
 * A name as it stands in a sentence: in quotes where it would be read as words of the sentence, as
 * a few letters would not.
 */
export const quoted = (label) => (/^\p{Lu}|^\S{0,4}$/u.test(label) ? label : `“${label}”`);

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

/**
 * The name if it `fits`, else without its middle: what sets names apart often stands last. Words
 * are abbreviated, and numbers are not.
 */
export function abridged(text, fits) {
  if (fits(text)) return text;
  const [head, rest] = nameParts(text);
  const words = (rest ?? "").split(" ");
  for (let from = 1; from < words.length; from += 1) {
    if (words[from] === "·") continue;
    const short = `${head} … ${words.slice(from).join(" ")}`;
    if (fits(short)) return short;
  }
  for (let letters = LONGEST_WORD; letters >= FEWEST_LETTERS; letters -= 1) {
    const short = (rest ?? text).replace(/\p{L}+/gu, (word) => abbreviated(word, letters));
    if (fits(short)) return short;
  }
  const all = (rest ?? text).split(" ");
  for (let from = 1; from < all.length - 1; from += 1) {
    const short = `… ${all.slice(from).join(" ")}`;
    if (fits(short)) return short;
  }
  for (let length = text.length - 1; length > 2; length -= 1) {
    const begin = Math.ceil(length * BEGINNING);
    const short = `${text.slice(0, begin).trimEnd()}…${text.slice(begin - length).trimStart()}`;
    if (fits(short)) return short;
  }
  return "…";
}

/** "trunc." of truncated: a word of which more than a letter is left out. */
function abbreviated(word, letters) {
  return word.length > letters + 1 ? `${word.slice(0, letters)}.` : word;
}

/**
 * A letter for each name: R, L and G of RNN tanh, LSTM and GRU; where two would have the same one,
 * with the number that tells them apart, b0 and b1 of forget bias 0 and 1, or counted: L1, L2. What
 * all names begin with tells nothing and is left out.
 *
 * @param {string[]} labels
 */
export function letters(labels) {
  const words = labels.map(wordsOf);
  const shared = beginning(words, 1);
  // A number alone would be read as the loss that stands beside it.
  const own = words.map((each) =>
    each.slice(isNumber(each[shared]) ? Math.max(0, shared - 1) : shared),
  );
  const first = own.map(initialAndNumber);
  const parts = first.every((part) => isClear(part, first))
    ? first
    : shortest(labels).map((name) => initialAndNumber(wordsOf(name)));
  return parts.map((part, lane) => {
    const alike = alikeTo(part, parts);
    if (alike.length < 2) return part.initial;
    if (alike.every((each) => each.number !== "" && isClear(each, parts)))
      return part.initial + part.number;
    return `${part.initial}${alikeTo(part, parts.slice(0, lane)).length + 1}`;
  });
}

const wordsOf = (label) => label.split(/[\s·]+/).filter(Boolean);

const isNumber = (word) => word !== undefined && /^\P{L}/u.test(word);

/** @param {string[]} words */
function initialAndNumber([word = "", next]) {
  // t alone is a timestep.
  const length = word.startsWith("t") ? 2 : 1;
  const initial = isNumber(word) ? word : [...word].slice(0, length).join("");
  return { initial, number: isNumber(next) ? next : "" };
}

const alikeTo = ({ initial }, parts) => parts.filter((each) => each.initial === initial);

/** Whether the number behind a letter, if one is needed and there, is short and no other's. */
function isClear(part, parts) {
  const alike = alikeTo(part, parts);
  if (alike.length < 2 || part.number === "") return true;
  const same = alike.filter(({ number }) => number === part.number);
  return part.number.length <= LONGEST_NUMBER && same.length === 1;
}
