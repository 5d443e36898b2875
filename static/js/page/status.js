// The status line: iteration, loss of each lane, and how the server is reached.

import { inTime } from "../ui/text_clock.js";
import { count, number } from "../text/format.js";

const RATE_OVER = 3000; // ms over which iterations are counted
const RATE_FROM = 1200; // ms before which the count says nothing

/** @param {Element} element */
export function create(element) {
  const iteration = part("status-iteration", "iteration ");
  const losses = part("status-losses", "loss ");
  const connection = part("status-connection");
  const lamp = document.createElement("i");
  const words = document.createElement("span");
  lamp.className = "lamp";
  connection.append(lamp, words);
  element.append(iteration, losses, connection);
  const at = document.createElement("b");
  const of = document.createElement("span");
  iteration.append(at, of);

  let lanes = null;
  let values = [];
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
    values = lanes.map(({ index, label }) => {
      const lane = document.createElement("span");
      lane.className = "status-lane";
      lane.title = `Loss of ${label}`;
      lane.style.setProperty("--lane", `var(--lane-${index})`);
      const name = document.createElement("span");
      name.className = "vh";
      name.textContent = `${label} `;
      const value = document.createElement("b");
      lane.append(name, value);
      losses.append(lane, " ");
      return value;
    });
  }

  function write() {
    const { connection: link, frame, run, past } = latest;
    const playing = run === "playing" && link === "open";
    // A line that changes all the time is not read aloud; it is, once the run stands still.
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
    set(words, saying(latest, playing && perSecond > 0 ? ` · ${count(perSecond)}/s` : ""));
    connection.dataset.state = link;
  }

  return {
    render(state) {
      if (state === latest) return;
      const live = latest !== null && state.run === "playing" && latest.run === "playing";
      const moved = latest !== null && state.past !== latest.past;
      latest = state;
      texts.ask(moved || !live);
    },
  };
}

function saying({ connection, run, frame, past }, rate) {
  if (connection === "lost") return "connection lost";
  if (connection === "connecting") return "connecting …";
  if (run === "replaying") return "replaying …";
  if (frame === null) return "connected";
  if (past !== null) return "looking back";
  return run === "playing" ? `live${rate}` : "live · paused";
}

/** Iterations a second, read off the states that pass; 0 while that is not known. */
function rateOf() {
  let samples = [];
  return ({ frame, run }) => {
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
