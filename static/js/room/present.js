// The lecturer's page tells the class what it looks at: when that has changed, and not too often.

import { same } from "../text/json.js";
import { viewFrom } from "./view.js";

const EVERY = 100; // ms between two views

/**
 * @param {object} options
 * @param {Store} options.store
 * @param {Channel} options.channel
 * @param {Clock} options.clock
 */
export function createPresenter({ store, channel, clock }) {
  /** @type {ClassView | null} */
  let told = null;
  let timer = null;

  function tell() {
    timer = null;
    const view = viewFrom(store.state);
    if (store.state.recipe === null || same(view, told)) return;
    if (channel.send({ type: "view", view })) told = view;
  }

  store.subscribe(() => {
    timer ??= clock.setTimeout(tell, EVERY);
  });
  channel.on("open", () => {
    told = null;
    tell();
  });
}
