// What the engine says of itself: the quantities that it measures, its constants, its cells, and
// the names of hyperparameters and of their values. The server writes it into the page, and main.js
// hands it in before any view is made.

const QUANTILES = ["q10", "q90"]; // of what is averaged over the batch: `<name>.q10`
const REVERSE = ".reverse"; // of what is of the half that reads the sequence backward

/** @type {Catalogue} */
let catalogue = {
  quantities: [],
  constants: {},
  cells: {},
  nonlinearities: {},
  tasks: {},
  hyperparameters: {},
};
const found = new Map(); // quantities by the names of arrays

/** @param {Catalogue} given */
export function setCatalogue(given) {
  catalogue = given;
  found.clear();
}

/**
 * The quantity of an array; a name that the engine does not know is a mistake of the page.
 *
 * @param {string} name of the array, without its lane: "dh_norm.q10", "gate.f"
 * @returns {Quantity}
 */
export function quantity(name) {
  if (!found.has(name)) {
    const reverse = name.endsWith(REVERSE);
    const forward = reverse ? name.slice(0, -REVERSE.length) : name;
    const known = catalogue.quantities.find((each) => matches(each, forward));
    if (known === undefined) throw new Error(`the engine has no quantity ${name}`);
    found.set(name, reverse ? ofReverse(known) : known);
  }
  return found.get(name);
}

/** The same of the reverse half, which begins at another timestep. */
function ofReverse(known) {
  const first = known.first_timestep === null ? null : constant("reverse_first_timestep");
  return { ...known, first_timestep: first };
}

/** All that the engine measures. */
export const quantities = () => catalogue.quantities;

/** Whether an array is of a quantity, whose name may hold "*" for a part without a dot. */
function matches({ name: pattern, spread }, name) {
  const own = pattern.split(".");
  const parts = name.split(".");
  if (spread && QUANTILES.includes(parts.at(-1))) parts.pop();
  return own.length === parts.length && own.every((part, k) => part === "*" || part === parts[k]);
}

/** The names of an array's mean and of its quantiles over the batch, where it has them. */
export function withQuantiles(name) {
  const end = name.endsWith(REVERSE) ? REVERSE : "";
  const stem = name.slice(0, name.length - end.length);
  const { spread } = quantity(name);
  return [name, ...(spread ? QUANTILES.map((each) => `${stem}.${each}${end}`) : [])];
}

/** The head of a table's column that holds an array as it is sent: "log10 dh_norm". */
export const columnTitle = (name) => (quantity(name).log ? `log10 ${name}` : name);

/** The views that arrays have to be asked for by, each once; none for what every frame holds. */
export function viewsOf(names) {
  return [...new Set(names.map((name) => quantity(name).view))].filter((view) => view !== null);
}

/** A constant of the engine, by its name. */
export function constant(name) {
  if (!Object.hasOwn(catalogue.constants, name)) throw new Error(`the engine has no ${name}`);
  return catalogue.constants[name];
}

/**
 * What the engine says of a kind of cell.
 *
 * @param {string} name as in a recipe: "lstm"
 * @returns {CellFacts}
 */
export const cellFacts = (name) => catalogue.cells[name];

/**
 * What the engine says of a gate's nonlinearity.
 *
 * @param {string} name as in a recipe: "hard_sigmoid"
 * @returns {NonlinearityFacts}
 */
export const nonlinearityFacts = (name) => catalogue.nonlinearities[name];

/** The value of a hyperparameter as people write it: "Adam" for `optimizer` "adam". */
export function valueLabel(hyperparameter, value) {
  return catalogue.hyperparameters[hyperparameter]?.labels?.[value] ?? value;
}

/** The letter of a hyperparameter, "η"; undefined if it has none. */
export const symbolOf = (hyperparameter) => catalogue.hyperparameters[hyperparameter]?.symbol;
