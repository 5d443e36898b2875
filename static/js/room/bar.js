// The bar of a class: where one is, and the ways from there.

import { count } from "../text/format.js";
import { button, make, write } from "../ui/elements.js";

const KEPT = "The lecturer keeps everybody together now.";

/**
 * A student's bar.
 *
 * @param {HTMLElement} element
 * @param {{name: string, leave: () => void, back: () => void, copy: () => void}} options
 */
export function createStudentBar(element, { name, leave, back, copy }) {
  const title = make("b", "class-name", name);
  const says = make("span", "class-says");
  says.setAttribute("role", "status");
  const tools = make("div", "class-tools");
  const alone = button("Go on alone", null, leave);
  const home = button("Back to the class", null, back);
  const link = button("Copy my run’s link", null, copy);
  says.id = "class-says";
  alone.setAttribute("aria-describedby", says.id); // says why it can't be pressed
  home.classList.add("class-home");
  // The way back stands where the way out was, so that a second tap harms nobody.
  element.append(make("span", "class-title", "Class ", title), says, tools, alone, home, link);
  element.hidden = false;

  return {
    tools,

    /** @param {Attendance} state */
    render(state) {
      const follows = state.place === "class";
      write(says, sentence(state));
      element.dataset.place = state.place;
      const focused = element.contains(document.activeElement);
      alone.hidden = !follows || state.over;
      alone.disabled = state.frozen;
      alone.title = state.frozen ? KEPT : "";
      tools.hidden = state.over;
      home.hidden = follows || state.over;
      link.hidden = follows && state.kept === null;
      // The button that was pressed may be gone, and with it the place in the page.
      const lost = focused && !element.contains(document.activeElement);
      if (lost) [alone, home, link].find((each) => !each.hidden && !each.disabled)?.focus();
    },
  };
}

/** @param {Attendance} state */
export function sentence({ place, connected, present, frozen, forkedAt, over, full }) {
  if (over) return "The class is over. This run is yours now.";
  if (place === "alone") {
    return forkedAt === null
      ? "You are alone."
      : `Alone since iteration ${count(forkedAt)} of the class.`;
  }
  if (full) return "The class is full. This page joins as soon as there is a place.";
  if (!connected) return "Connecting to the class …";
  if (!present) return "The lecturer’s page is not connected; this is the last that came.";
  if (frozen) return KEPT;
  return "You follow the class. Go on alone to try things yourself.";
}

/**
 * The lecturer's bar.
 *
 * @param {HTMLElement} element
 * @param {{name: string, url: string, qr: string, end: () => void, freeze: (on: boolean) => void,
 *   dialog: HTMLDialogElement}} options
 */
export function createLecturerBar(element, { name, url, qr, end, freeze, dialog }) {
  const title = make("b", "class-name", name);
  const says = make("span", "class-says", "Nobody has joined yet.");
  says.setAttribute("role", "status");
  const tools = make("div", "class-tools");
  let frozen = false;
  const join = button("Join", "How students join", () => dialog.showModal());
  const keep = button("Keep together", null, () => freeze(!frozen));
  const leave = button("End the class", null, () => {
    if (confirm("End the class for everybody? Answers that were not saved are lost.")) end();
  });
  element.append(make("span", "class-title", "Class ", title), says, tools, join, keep, leave);
  element.hidden = false;
  fill(dialog, { name, url, qr });

  return {
    tools,

    /** @param {ClassNow} now */
    render(now) {
      frozen = now.frozen;
      keep.setAttribute("aria-pressed", String(frozen));
      for (const each of [tools, join, keep, leave]) each.hidden = now.over;
      // What is pressed meanwhile would reach nobody.
      for (const each of [keep, leave]) each.disabled = !now.connected;
      write(says, leads(now));
    },
  };
}

/** @param {ClassNow} now */
export function leads({ over, connected, ...now }) {
  if (over) return "The class is over.";
  if (!connected) return "Connecting to the class …";
  return attendance(now);
}

/** @param {{followers: number, alone: number, away: number}} now */
export function attendance({ followers, alone, away }) {
  if (followers === 0) return "Nobody has joined yet.";
  const parts = [`${count(followers)} ${followers === 1 ? "student" : "students"}`];
  if (alone > 0) parts.push(`${count(alone)} alone`);
  if (away > 0) parts.push(`${count(away)} not looking`);
  return parts.join(" · ");
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {{name: string, url: string, qr: string}} facts
 */
function fill(dialog, { name, url, qr }) {
  const picture = make("img", "class-code");
  picture.src = qr;
  picture.alt = `QR code of ${url}`;
  const address = make("p", "class-address");
  const { host, pathname, search, hostname } = new URL(url);
  address.append(make("span", "", `${host}${pathname}`));
  if (search !== "") address.append(make("span", "class-token", search));
  const close = button("Close", null, () => dialog.close());
  const children = [make("h2", "", `Join the class ${name}`), picture, address];
  if (["127.0.0.1", "localhost", "[::1]"].includes(hostname)) {
    const sentence =
      "This lab listens on this computer alone. So that others can join, end it and start it " +
      "with the command: unrolled class";
    children.push(make("p", "class-warning", sentence));
  }
  dialog.replaceChildren(...children, close);
  dialog.addEventListener("click", ({ target }) => {
    if (target === dialog) dialog.close();
  });
}
