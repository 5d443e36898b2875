// The scalars of all iterations so far, kept as envelopes that grow with the run.

import { Envelope } from "./envelope.js";

const CAPACITY = 640;
const MEMORY = 0.9; // of the smoothed lines: each iteration counts a tenth, a mean of about 10
const WARM_UP = 100; // iterations after which a smoothed line has forgotten where it began

const same = (value) => value;

// What is drawn of each column, as log10. Means are of the logarithms: on a log axis a plain mean
// would follow one explosion for hundreds of iterations.
const SERIES = {
  loss: { column: "loss", shown: Math.log10, smooth: false },
  "loss.mean": { column: "loss", shown: Math.log10, smooth: true },
  grad_norm: { column: "grad_norm", shown: same, smooth: false },
  "grad_norm.mean": { column: "grad_norm", shown: same, smooth: true },
  reach: { column: "reach", shown: same, smooth: false },
  "reach.mean": { column: "reach", shown: same, smooth: true },
  clip_factor: { column: "clip_factor", shown: same, smooth: false },
};

/** Iterations that a mean is of: before, it would be of fewer. */
export const MEAN_OF = 10;

/** An exponential mean without the bias of its first values; a gap makes it begin anew. */
export class Mean {
  #sum = 0;
  #weight = 0;

  push(value) {
    if (!Number.isFinite(value)) {
      this.#sum = this.#weight = 0;
      return NaN;
    }
    this.#sum = MEMORY * this.#sum + (1 - MEMORY) * value;
    this.#weight = MEMORY * this.#weight + (1 - MEMORY);
    return this.#sum / this.#weight;
  }
}

function readerOf({ shown, smooth }) {
  const mean = new Mean();
  return smooth ? (value) => mean.push(shown(value)) : shown;
}

/** Follows a run's history: the envelopes of each lane's series, and where it diverged. */
export class Histories {
  #seen = 0;
  #last = { iteration: NaN, loss: NaN };
  #closeUps = new Map();

  constructor() {
    this.lanes = [];
    this.history = null;
  }

  /**
   * Take in what is new since last time; returns "same", "grown" or "another" run.
   *
   * @param {RunHistory} history
   */
  follow(history) {
    const another = !this.#continues(history);
    if (another) this.#restart(history);
    this.history = history;
    const { length, iteration, lanes } = history;
    if (length === this.#seen) return another ? "another" : "same";
    lanes.forEach((columns, lane) => this.#takeIn(this.lanes[lane], columns));
    this.#seen = length;
    this.#last = { iteration: iteration.data[length - 1], loss: lanes[0].loss.data[length - 1] };
    return another ? "another" : "grown";
  }

  /** Iteration of the k-th entry. */
  iteration(k) {
    return this.history.iteration.data[k];
  }

  /**
   * One series of a lane, in full detail if only a part of it is asked for.
   *
   * @returns {{envelope: Envelope, offset: number}} `offset` is the place of its first value
   */
  between(lane, name, [from, to]) {
    const whole = this.lanes[lane].series[name].envelope;
    if (whole.stride === 1 || to - from > 0.6 * whole.length) return { envelope: whole, offset: 0 };
    const { iteration, length, lanes } = this.history;
    const first = iteration.data[0];
    const begin = Math.min(length, Math.max(0, Math.floor(from) - first - 1));
    const end = Math.max(begin, Math.min(length, Math.ceil(to) - first + 2));
    const { data } = lanes[lane][SERIES[name].column];
    const close = this.#closeUp(`${lane}/${name}`, SERIES[name], begin, end, data);
    for (; close.end < end; close.end += 1) close.envelope.push(close.read(data[close.end]));
    return { envelope: close.envelope, offset: begin };
  }

  // The close-up of a series that is asked for again and again while it grows.
  #closeUp(key, series, begin, end, data) {
    const kept = this.#closeUps.get(key);
    if (kept?.begin === begin && kept.end <= end) return kept;
    const read = readerOf(series);
    for (let k = Math.max(0, begin - WARM_UP); k < begin; k += 1) read(data[k]);
    const made = { begin, end: begin, envelope: new Envelope(CAPACITY), read };
    this.#closeUps.set(key, made);
    return made;
  }

  #takeIn(mine, columns) {
    const { length, iteration } = this.history;
    for (const { envelope, read, column } of Object.values(mine.series)) {
      const data = columns[column]?.data ?? [];
      for (let k = this.#seen; k < length; k += 1) envelope.push(read(data[k] ?? NaN));
    }
    for (let k = this.#seen; k < length; k += 1) {
      const diverged = columns.diverged.data[k] === 1;
      if (diverged && mine.divergedAt === null) mine.divergences.push(iteration.data[k]);
      if (!diverged) mine.divergedAt = null;
      else mine.divergedAt ??= iteration.data[k];
    }
  }

  #continues({ length, iteration, lanes }) {
    if (this.history === null || lanes.length !== this.lanes.length) return false;
    if (length < this.#seen) return false;
    if (this.#seen === 0) return true;
    const last = this.#seen - 1;
    const { iteration: before, loss } = this.#last;
    return iteration.data[last] === before && Object.is(lanes[0].loss.data[last], loss);
  }

  /** @param {RunHistory} history */
  #restart({ lanes }) {
    this.#seen = 0;
    this.#closeUps.clear();
    this.lanes = lanes.map(() => ({ divergedAt: null, divergences: [], series: freshSeries() }));
  }
}

function freshSeries() {
  const fresh = ([name, series]) => [
    name,
    { column: series.column, envelope: new Envelope(CAPACITY), read: readerOf(series) },
  ];
  return Object.fromEntries(Object.entries(SERIES).map(fresh));
}
