// The status line: iteration, loss of each lane, and the state of the connection.

import { count, number } from "../text/format.js";
import { letters } from "../text/lane_names.js";
import { meaningOf, termHtml } from "../ui/term.js";
import { inTime } from "../ui/text_clock.js";

const RATE_OVER = 3000; // ms over which iterations are counted
const SLOW =
  "The link is slow: frames come as it takes them, and heatmaps bring fewer timesteps while the " +
  "run plays. No iteration is lost.";
const RATE_FROM = 1200; // ms of counting before the rate is shown

/** @param {HTMLElement} element */
export function create(element) {
  const iteration = part("status-iteration");
  iteration.innerHTML = `${termHtml("iteration", meaningOf("iteration"))} `;
  const losses = part("status-losses", "loss ");
  const connection = part("status-connection");
  const lamp = document.createElement("i");
  const label = document.createElement("span");
  lamp.className = "lamp";
  connection.append(lamp, label);
  element.append(iteration, losses, connection);
  const at = document.createElement("b");
  const of = document.createElement("span");
  iteration.append(at, of);

  /** @type {Lane[]} */
  let lanes = null;
  let values = [];
  /** @type {State} */
  let latest = null;
  const rate = rateOf();
  const texts = inTime(write);

  function part(name, text = "") {
    const span = document.createElement("span");
    span.className = name;
    span.textContent = text;
    return span;
  }

  function set(node, text) {
    if (node.textContent !== text) node.textContent = text;
  }

  function listLanes() {
    lanes = latest.lanes;
    losses.replaceChildren("loss ");
    const short = letters(lanes.map(({ label }) => label));
    values = lanes.map(({ index, label }, place) => {
      const lane = document.createElement("span");
      lane.className = "status-lane";
      lane.title = `Loss of ${label}`;
      lane.style.setProperty("--lane", `var(--lane-${index})`);
      const name = document.createElement("span");
      name.className = "vh";
      name.textContent = `${label} `;
      const value = document.createElement("b");
      const letter = document.createElement("span");
      letter.className = "status-letter";
      letter.setAttribute("aria-hidden", "true"); // the whole name is read
      letter.textContent = lanes.length > 1 ? short[place] : "";
      lane.append(name, letter, value);
      losses.append(lane, " ");
      return value;
    });
  }

  function write() {
    const { connection: link, frame, run, past } = latest;
    const playing = run === "playing" && link === "open";
    // Screen readers read the line only while it does not change all the time.
    element.setAttribute("aria-live", playing ? "off" : "polite");
    if (lanes !== latest.lanes) listLanes();
    iteration.hidden = losses.hidden = frame === null;
    if (frame !== null) {
      set(at, count(frame.iteration));
      set(of, past === null ? "" : ` of ${count(latest.latest.iteration)}`);
      element.classList.toggle("status-past", past !== null);
      values.forEach((value, lane) => {
        const diverged = frame.arrays[`${lane}/diverged`]?.data[0] > 0;
        set(value, diverged ? "diverged" : number(frame.arrays[`${lane}/loss`]?.data[0] ?? NaN));
      });
    }
    const perSecond = rate(latest);
    set(label, labelOf(latest, playing && perSecond > 0 ? ` · ${count(perSecond)}/s` : ""));
    connection.dataset.state = link;
    const slow = playing && frame?.coarse !== undefined;
    connection.title = slow ? SLOW : "";
  }

  return {
    /** @param {State} state */
    render(state) {
      if (state === latest) return;
      const live = latest !== null && state.run === "playing" && latest.run === "playing";
      const moved = latest !== null && state.past !== latest.past;
      latest = state;
      texts.ask(moved || !live);
    },
  };
}

/** @param {State} state */
export function labelOf({ connection, outage, refusal, run, frame, past, views }, rate) {
  if (refusal !== null && connection !== "open") return "not let in";
  if (outage?.full && connection !== "open") return "the lab is full";
  if (connection === "lost") return "connection lost";
  if (connection === "connecting") return "connecting …";
  if (run === "replaying") return "replaying …";
  if (views !== null) return `computing views · ${Math.floor(100 * views)} %`;
  if (frame === null) return "connected";
  if (past !== null) return "looking back";
  if (run !== "playing") return "live · paused";
  return `live${rate}${frame.coarse === undefined ? "" : " · slow link"}`;
}

/** Iterations a second, counted over the states it is called with; 0 while not known. */
function rateOf() {
  let samples = [];
  return (/** @type {State} */ { frame, run }) => {
    if (frame === null || run !== "playing") samples = [];
    if (frame === null) return 0;
    const now = performance.now();
    samples = samples.filter(({ time }) => now - time < RATE_OVER);
    samples.push({ time: now, iteration: frame.iteration });
    const [{ time, iteration }] = samples;
    if (now - time < RATE_FROM) return 0;
    return Math.max(0, Math.round((1000 * (frame.iteration - iteration)) / (now - time)));
  };
}
