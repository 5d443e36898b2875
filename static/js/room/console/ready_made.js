// Questions that need no preparation. What they say is true of the default recipe (adding problem,
// T = 50, H = 32, tanh RNN, LSTM and GRU, PyTorch's initialisation), measured with seeds 0 to 2.

/**
 * `truth` is what Reveal suggests; of a curve the engine computes it.
 *
 * @type {(Partial<AskedQuestion> & {name: string, truth?: number})[]}
 */
export const READY_MADE = [
  {
    name: "Draw the way back",
    kind: "curve",
    text: "Draw how ‖∂ℓ/∂h_t‖ runs over the timesteps, before it is computed.",
  },
  {
    // log10 of ‖∂ℓ/∂h_0‖ at iteration 0: RNN −11.5 to −13.0, LSTM −4.2 to −4.7, GRU −9.1 to −10.1.
    name: "Which cell, before any training?",
    kind: "choice",
    text:
      "Before any training: whose gradient of the last timestep’s loss is largest at t = 0, " +
      "fifty steps back?",
    options: ["The tanh RNN’s", "The LSTM’s", "The GRU’s", "They are about the same"],
    truth: 1,
  },
  {
    // 100 · log10 0.9
    name: "0.9, a hundred times",
    kind: "number",
    text:
      "Each step back multiplies ‖∂ℓ/∂h_t‖ by 0.9. By how many powers of ten has it changed " +
      "after 100 steps? (Negative: it has become smaller.)",
    unit: "decades",
    truth: -4.58,
  },
  {
    name: "Twice as long",
    kind: "choice",
    text:
      "Over 50 timesteps the RNN’s gradient falls by a factor of 10¹², by about the same " +
      "factor at each step. And over 100 timesteps?",
    options: ["10¹³", "2 · 10¹²", "10²⁴", "10¹⁴⁴"],
    truth: 2,
  },
  {
    name: "Does clipping help?",
    kind: "choice",
    text:
      "Clipping by norm is on, at 1.0. What does it do for a gradient that vanishes on its " +
      "way back?",
    options: [
      "It brings its norm up to 1",
      "Nothing: it only shortens what is longer than 1",
      "It makes it vanish faster at every step",
    ],
    truth: 1,
  },
  {
    // The gradient of W_hh is a sum over timesteps; the learning rate multiplies all of it.
    name: "A larger learning rate?",
    kind: "choice",
    text:
      "In the gradient of W_hh, what comes from the first timesteps is 10⁻¹² of what comes " +
      "from the last. Does a learning rate that is 1,000 times larger change this ratio?",
    options: [
      "Yes, to 10⁻⁹",
      "No: it multiplies all timesteps alike",
      "Yes, to 10⁻¹⁵",
      "Only with plain SGD",
    ],
    truth: 1,
  },
];

/** The text that a question for a curve has at first. */
export const CURVE_TEXT = READY_MADE[0].text;
