// Formulas as the browser's own MathML, from a line of symbols set apart by spaces:
// "c_t = f_t ⊙ c_t-1 + i_t ⊙ g_t", fractions "∂ℓ/∂c_t", squares "tanh²", and "#name" for a number
// that is written later.

const NAMESPACE = "http://www.w3.org/1998/Math/MathML";
const OPERATORS = "=+−×⊙(),→≈";
const BEHIND = "+−×⊙"; // after these a negative number stands in parentheses

function make(tag, ...children) {
  const element = document.createElementNS(NAMESPACE, tag);
  element.append(...children);
  return element;
}

/** "f_t" → <msub>, "∂ℓ" → <mrow>, "0.5" and "1" → <mn>. */
function symbol(text) {
  const [base, below] = text.split("_");
  if (below?.endsWith("²")) return make("msup", symbol(text.slice(0, -1)), make("mn", "2"));
  if (below?.endsWith("ᵀ")) return make("msup", symbol(text.slice(0, -1)), make("mi", "T"));
  if (below !== undefined) return make("msub", symbol(base), subscript(below));
  if (/^[\d.]+$/.test(base)) return make("mn", base);
  if (base.endsWith("²")) return make("msup", symbol(base.slice(0, -1)), make("mn", "2"));
  if (base.length > 1 && base.startsWith("∂")) {
    return make("mrow", make("mo", "∂"), symbol(base.slice(1)));
  }
  return make("mi", base);
}

function subscript(text) {
  const [name, sign, number] = text.split(/([-+])/);
  const letters = [...name].map((letter) => make("mi", letter));
  if (number === undefined) return letters.length === 1 ? letters[0] : make("mrow", ...letters);
  const operator = make("mo", sign === "-" ? "−" : "+");
  for (const side of ["lspace", "rspace"]) operator.setAttribute(side, "0");
  return make("mrow", ...letters, operator, make("mn", number));
}

function space() {
  const element = make("mspace");
  element.setAttribute("width", "0.17em");
  return element;
}

function operator(text) {
  const element = make("mo", text);
  // As high as a letter: a parenthesis that grows with a fraction inside moves the line.
  if ("()".includes(text)) element.setAttribute("stretchy", "false");
  return element;
}

/**
 * @param {string} source
 * @returns {{element: Element, slots: {id: string, element: Element, guarded: boolean}[]}}
 *   `guarded`
 *   numbers stand in parentheses while they are negative
 */
export function mathml(source) {
  const slots = [];
  const tokens = source.split(" ");
  const parts = tokens.flatMap((token, index) => {
    if (token.startsWith("#")) {
      const element = make("mn", "–");
      element.dataset.value = token.slice(1);
      slots.push({
        id: token.slice(1),
        element,
        guarded: BEHIND.includes(tokens[index - 1] ?? "="),
      });
      return element;
    }
    if (OPERATORS.includes(token)) return operator(token);
    const [above, below] = token.split("/");
    if (below !== undefined) return make("mfrac", symbol(above), symbol(below));
    const applied =
      /^tanh²?$/.test(token) && tokens[index + 1] !== "(" && index + 1 < tokens.length;
    return applied ? [symbol(token), space()] : symbol(token);
  });
  const element = make("math", make("mrow", ...parts));
  if (slots.length === 0) element.setAttribute("alttext", plainText(source));
  return { element, slots };
}

/** The same line as plain text. */
export function plainText(source) {
  return source
    .replaceAll("t-1", "{t−1}")
    .replaceAll("t+1", "{t+1}")
    .replaceAll("( ", "(")
    .replaceAll(" )", ")");
}
