// A part of the page over the whole screen, for the last row; Escape brings it back.

import { button, make } from "../../ui/elements.js";

/**
 * @param {HTMLDialogElement} dialog
 * @param {HTMLElement} part
 * @param {() => void} onChange called when it is shown elsewhere
 * @returns {{place: HTMLElement, opener: HTMLButtonElement, close: () => void}} `place`: where the
 *   part stands on the page
 */
export function createFullScreen(dialog, part, onChange) {
  const place = make("div", "", part);
  const leave = button("Close", null, () => dialog.close());
  dialog.replaceChildren(make("div", "class-screen-head", leave));
  const opener = button("Whole screen", "Show the answers over the whole screen", () => {
    dialog.append(part);
    dialog.showModal();
    onChange();
  });
  dialog.addEventListener("close", () => {
    place.append(part);
    onChange();
  });
  return {
    place,
    opener,
    close() {
      if (dialog.open) dialog.close();
    },
  };
}
