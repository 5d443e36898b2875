// The buttons of a sweep: play and pause, the phases, the speed.

import { PHASES } from "./sweep.js";

const SHORT = { forward: "fwd", loss: "loss", backward: "bwd", clip: "clip", update: "upd" };
const SPEED_NAMES = new Map([
  [0.25, "×¼"],
  [0.5, "×½"],
  [1, "×1"],
  [2, "×2"],
]);
const ICONS = {
  play: "M4.5 2.8v10.4L13 8z",
  pause: "M4 3h3v10H4zM9 3h3v10H9z",
  previous: "M12.5 3v10L6 8zM3 3h2v10H3z",
  next: "M3.5 3v10L10 8zM11 3h2v10h-2z",
};

/**
 * @param {HTMLElement} element holds the controls
 * @param {{toggle: Function, go: (value: number) => void, choose: (text: string) => void,
 *   otherSpeed: Function}} handlers `go(1)` goes to the next phase, `go(-1)` to the previous one
 */
export function createSweepControls(element, handlers) {
  const group = document.createElement("div");
  group.className = "sweep";
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", "Sweep");
  const previous = key("Previous phase", icon("previous"), () => handlers.go(-1));
  const play = key("Play sweep", icon("play"), handlers.toggle);
  const next = key("Next phase", icon("next"), () => handlers.go(1));
  const speed = key("Sweep speed", document.createElement("span"), handlers.otherSpeed);
  speed.classList.add("sweep-speed");
  const phases = new Map(
    PHASES.map((phase) => [phase, phaseKey(phase, () => handlers.choose(phase))]),
  );
  const announcement = document.createElement("p");
  announcement.className = "vh";
  announcement.setAttribute("aria-live", "polite");
  group.append(
    tabs("sweep-keys", [previous, play, next]),
    tabs("sweep-phases", [...phases.values()]),
    tabs("sweep-rate", [speed]),
    announcement,
  );
  element.append(group);
  let shown = {};

  /** @param {{phase: string | null, playing: boolean, speed: number}} sweep */
  function render(sweep) {
    const { phase, playing } = sweep;
    if (playing !== shown.playing) {
      play.replaceChildren(icon(playing ? "pause" : "play"));
      name(play, playing ? "Pause sweep" : "Play sweep");
    }
    if (phase !== shown.phase) {
      for (const [each, button] of phases)
        button.setAttribute("aria-pressed", String(each === phase));
    }
    if (sweep.speed !== shown.speed) {
      const text = SPEED_NAMES.get(sweep.speed);
      speed.firstChild.textContent = text;
      name(speed, `Sweep speed ${text}`);
    }
    shown = { phase, playing, speed: sweep.speed };
  }

  /** Announce a sentence to screen readers. */
  function say(text) {
    const plain = text.replaceAll("_", " ");
    if (announcement.textContent !== plain) announcement.textContent = plain;
  }

  return { render, say };
}

function tabs(name, buttons) {
  const made = document.createElement("div");
  made.className = `view-tabs ${name}`;
  made.append(...buttons);
  return made;
}

function key(label, content, click) {
  const button = document.createElement("button");
  button.type = "button";
  name(button, label);
  button.append(content);
  button.addEventListener("click", (event) => {
    click();
    // After a click of the mouse, so that the space bar controls the run and not this button.
    if (event.detail > 0) button.blur();
  });
  return button;
}

function name(button, label) {
  button.setAttribute("aria-label", label);
  button.title = label;
}

function phaseKey(phase, click) {
  const title = phase[0].toUpperCase() + phase.slice(1);
  const [long, short] = [title, SHORT[phase]].map((text, index) => {
    const span = document.createElement("span");
    span.className = index === 0 ? "phase-long" : "phase-short";
    span.textContent = text;
    return span;
  });
  const button = key(title, long, click);
  button.append(short);
  button.setAttribute("aria-pressed", "false");
  return button;
}

const SVG = "http://www.w3.org/2000/svg";

function icon(which) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[which]);
  path.setAttribute("fill", "currentColor");
  svg.append(path);
  return svg;
}
