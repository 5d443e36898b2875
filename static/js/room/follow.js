// A student's page in a class: it shows what the lecturer's page shows, until the student goes on
// alone from there, and again once she is back.

import { changedOf, stateOf } from "./view.js";

const FULL = 1013; // closes the channel of a class that has no place

/**
 * @param {object} options
 * @param {Store} options.store
 * @param {Channel} options.channel
 * @param {Pick<Socket, "open" | "close" | "ack">} options.socket of the stream, for an own run
 * @param {Pick<Inbox, "message" | "frame" | "connection">} options.inbox
 * @param {Pick<Starts, "begin" | "leave">} options.starts
 * @param {() => string} options.link returns the link to the run that is shown
 * @param {OwnRun} options.own what this page was doing before it was loaded again
 * @param {(state: Attendance) => void} options.onChange
 */
export function createFollower(options) {
  const { store, channel, socket, inbox, starts, link, own, onChange } = options;
  /** @type {Attendance} */
  let state = {
    place: "class",
    connected: false,
    present: true,
    frozen: false,
    forkedAt: null,
    kept: null,
    over: false,
    full: false,
  };
  /** @type {ReturnType<typeof stateOf>} */
  let view = null;
  /** @type {typeof view} */
  let seen = null; // the last one that this page has shown; null: none, since it follows again
  let due = true; // whether there is something of it that is not shown yet
  let wanted = false; // whether a fork was asked for
  let before = own.since; // where the run began that this page had, as long as it may be had again

  /** @param {Partial<Attendance>} patch */
  function set(patch) {
    state = { ...state, ...patch };
    if (patch.place !== undefined) own.keep(patch.place === "alone" ? state.forkedAt : null);
    onChange(state);
  }

  const follows = () => state.place === "class";

  // Shows what the lecturer looks at, as far as this page has it: what she has changed since last
  // time, so that whatever else a student looks at stays.
  function look() {
    const { lanes, latest, view: mine } = store.state;
    if (view === null || !due || !follows() || latest === null) return;
    const { settings, watch, past, pinned, ...place } = changedOf(view, seen);
    due = watch !== undefined && watch.lane >= lanes.length; // a run that is still on its way
    seen = due ? { ...view, watch: seen?.watch } : view;
    store.set({
      ...place,
      ...(settings === undefined ? {} : { view: { ...mine, ...settings } }),
      ...(watch === undefined || due ? {} : { watch }),
    });
    if (past !== undefined) store.lookAt(past);
    if (pinned !== undefined) compareWith(pinned);
  }

  /**
   * Compare with an iteration. Who came later than that has no frame near it: the nearest one may
   * be the very frame that is shown.
   *
   * @param {number | null} iteration
   */
  function compareWith(iteration) {
    store.pin(iteration);
    const { pinned, frame } = store.state;
    if (pinned !== null && pinned.iteration >= frame.iteration) store.pin(null);
  }

  /**
   * Go on in a run of one's own; it stands until it is played.
   *
   * @param {PartialRecipe} recipe
   * @param {number} at
   */
  function begin(recipe, at) {
    store.lookAt(null);
    set({ place: "alone", forkedAt: at });
    starts.begin(recipe, { play: false, at });
    socket.open();
  }

  function alone({ recipe, at }) {
    if (!wanted) return;
    wanted = false;
    if (!recipe) return; // the class has no run yet
    channel.send({ type: "follow", following: false });
    begin(recipe, at ?? 0);
  }

  // A phone lets go of pages that nobody looks at: the run of one's own goes on all the same.
  function again() {
    set({ place: "alone", forkedAt: before });
    own.visit();
    socket.open();
  }

  function back() {
    wanted = false;
    if (follows()) return;
    const kept = link();
    socket.close();
    set({ place: "class", forkedAt: null, kept });
    const connection = state.connected ? "open" : "connecting";
    starts.leave();
    store.set({ connection, outage: null, replay: null });
    seen = null;
    due = true;
    channel.send({ type: "follow", following: true });
  }

  channel.on("room", ({ present, frozen, view: now }) => {
    view = stateOf(now) ?? view;
    due = true;
    set({ connected: true, full: false, present, frozen });
    if (before !== null) {
      if (frozen) set({ place: "class", kept: own.link });
      else again();
      before = null;
    }
    if (follows()) {
      inbox.connection({ state: "open", wait: 0, attempt: 0, replayTo: null });
    } else if (frozen) back();
    else channel.send({ type: "follow", following: false });
  });
  for (const type of ["ready", "state"]) {
    channel.on(type, (message) => {
      if (follows() && (type === "ready" || message.state)) inbox.message(message);
    });
  }
  channel.on("frame", (bytes) => {
    if (!follows()) return;
    inbox.frame(bytes);
    look();
  });
  channel.on("view", (message) => {
    view = stateOf(message.view) ?? view;
    due = true;
    look();
  });
  channel.on("present", ({ present }) => set({ present }));
  channel.on("frozen", ({ frozen }) => {
    set({ frozen });
    if (frozen) back();
  });
  channel.on("fork", alone);
  channel.on("lost", ({ code, reason }) => {
    set({ connected: false, full: code === FULL });
    if (!follows()) return;
    inbox.connection({ state: "lost", wait: 1, attempt: 0, replayTo: null, code, reason });
  });
  channel.on("gone", () => {
    set({ over: true, connected: false });
    if (!follows()) return;
    // What the class has left is one's own now.
    const { recipe, latest } = store.state;
    begin(recipe ?? {}, latest?.iteration ?? 0);
  });

  return {
    get state() {
      return state;
    },

    /** Go on from what the class sees now, in a run of one's own. */
    leave() {
      if (!follows() || state.frozen) return;
      wanted = channel.send({ type: "fork" });
    },

    /** Be where the class is. */
    back,

    /**
     * A frame was drawn.
     *
     * @param {number} iteration
     */
    ack(iteration) {
      if (follows()) channel.send({ type: "ack", iteration });
      else socket.ack(iteration);
    },
  };
}
