// A page in a class: the channel, and what it does for a student or for the lecturer.

import { createLecturerBar, createStudentBar } from "./bar.js";
import { createChannel } from "./channel.js";
import { createConsole } from "./console/console.js";
import { createFollower } from "./follow.js";
import { createPresenter } from "./present.js";
import { createStudent } from "./questions/student.js";
import { stateOf } from "./view.js";

/**
 * @param {object} options
 * @param {RoomFacts} options.room
 * @param {Store} options.store
 * @param {Socket} options.socket
 * @param {Inbox} options.inbox
 * @param {Starts} options.starts
 * @param {Clock} options.clock
 * @param {(type: string) => string} options.address of a websocket, by its path
 * @param {string} options.seat
 * @param {boolean} options.asStudent whether a lecturer looks as a student
 * @param {{bar: HTMLElement, dialog: HTMLDialogElement, panel: HTMLElement,
 *   screen: HTMLDialogElement, locked: HTMLElement[]}} options.elements
 * @param {() => void} options.visit begin the run of the address
 * @param {boolean} options.again whether this page was loaded again, as by the browser's button
 * @param {OwnRun} options.own
 * @param {() => string} options.link returns the link to the run that is shown
 * @param {(link: string) => void} options.copy have a link copied
 * @param {(link: string) => void} options.openLink
 */
export function createRoom(options) {
  const { room, store, socket, inbox, starts, clock, address, seat, asStudent } = options;
  const query = `seat=${seat}${asStudent ? "&as=student" : ""}`;
  const channel = createChannel({
    url: address(`/api/room/${room.name}?${query}`),
    WebSocket,
    clock,
    now: Date.now,
    random: Math.random,
  });
  const act = room.role === "student" ? learn() : lead();

  function learn() {
    const { bar, locked } = options.elements;
    const shown = createStudentBar(bar, {
      name: room.name,
      leave: () => follower.leave(),
      back: () => follower.back(),
      copy() {
        const { place, kept } = follower.state;
        options.copy(place === "alone" ? options.link() : kept);
      },
    });
    const follower = createFollower({
      store,
      channel,
      socket,
      inbox,
      starts,
      link: options.link,
      own: options.own,
      onChange(state) {
        for (const each of locked) each.inert = state.place === "class";
        shown.render(state);
      },
    });
    for (const each of locked) each.inert = true;
    shown.render(follower.state);
    const { link } = options;
    const tools = shown.tools;
    repaint(createStudent(options.elements.panel, { channel, clock, link, tools }));
    return {
      prepare() {},
      fork: follower.leave,
      open: channel.open,
      retry: channel.retry,
      ack: follower.ack,
      where: ({ lesson, step }) => channel.send({ type: "where", lesson, step }),
      get locked() {
        return follower.state.place === "class";
      },
    };
  }

  function lead() {
    const { bar, dialog } = options.elements;
    let now = {
      followers: 0,
      alone: 0,
      away: 0,
      frozen: false,
      over: false,
      connected: false,
    };
    const shown = createLecturerBar(bar, {
      name: room.name,
      url: room.studentUrl,
      qr: room.qr,
      dialog,
      end: () => channel.send({ type: "end" }),
      freeze: (frozen) => channel.send({ type: "freeze", frozen }),
    });
    const set = (patch) => {
      now = { ...now, ...patch };
      shown.render(now);
    };
    let begun = false;

    // The class knows its run, and what was looked at, when this page is loaded again. What the
    // address then holds is older: it is written once in a while.
    function begin({ recipe = null, at = null, view = null } = {}) {
      if (begun) return;
      begun = true;
      if (recipe !== null && (location.hash === "" || options.again)) {
        const look = stateOf(view);
        if (look !== null) {
          const { settings, selection } = look;
          const view = { ...store.state.view, ...settings };
          store.set({ view, selection, cursor: selection });
        }
        starts.begin(recipe, { play: false, at: at ?? 0, watch: look?.watch });
      } else options.visit();
      socket.open();
    }

    channel.on("room", (message) => {
      set({ frozen: message.frozen, connected: true });
      begin(message);
    });
    channel.on("lost", ({ code, reason }) => {
      set({ connected: false });
      // Until the class has said what its run is, another one would take its place.
      if (begun) return;
      inbox.connection({ state: "lost", wait: 1, attempt: 0, replayTo: null, code, reason });
    });
    channel.on("frozen", ({ frozen }) => set({ frozen }));
    channel.on("class", ({ followers, alone, away }) => set({ followers, alone, away }));
    channel.on("gone", () => {
      set({ over: true });
      begin();
    });
    createPresenter({ store, channel, clock });
    const console = createConsole(options.elements.panel, {
      channel,
      store,
      record: `/api/rooms/${room.name}/record.csv`,
      openLink: options.openLink,
      link: options.link,
      dialog: options.elements.screen,
      tools: shown.tools,
    });
    repaint(console);
    return {
      prepare: console.prepare,
      fork() {},
      open: channel.open,
      retry: channel.retry,
      ack: socket.ack,
      where() {},
      get locked() {
        return false;
      },
    };
  }

  // A canvas keeps the colours that it was painted with.
  function repaint({ paint }) {
    let { theme } = store.state;
    store.subscribe((state) => {
      if (state.theme !== theme) paint();
      ({ theme } = state);
    });
  }

  return { channel, act };
}

/**
 * Remembers, for this tab, whether a student was alone in a class.
 *
 * @param {Storage} storage
 * @param {string} name of the class
 * @returns {Pick<OwnRun, "since" | "keep">}
 */
export function ownRunIn(storage, name) {
  const [of, since] = (storage.getItem("unrolled-alone") ?? "").split(" ");
  return {
    since: of === name && since ? Number(since) : null,
    keep(at) {
      if (at === null) storage.removeItem("unrolled-alone");
      else storage.setItem("unrolled-alone", `${name} ${at}`);
    },
  };
}

/**
 * The seat of this page: its answers are kept by it, and it says nothing of the person.
 *
 * @param {Storage} storage
 * @param {Crypto} crypto
 */
export function seatOf(storage, crypto) {
  const known = storage.getItem("unrolled-seat");
  if (known !== null) return known;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const seat = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  storage.setItem("unrolled-seat", seat);
  return seat;
}
