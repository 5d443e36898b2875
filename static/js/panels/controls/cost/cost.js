// What BPTT of a lane costs: a small window beside the controls, with the bytes that it keeps and
// the times that were measured here, against T.

import { palette } from "../../../canvas/palette.js";
import { createSurface } from "../../../canvas/surface.js";
import { watching } from "../../../state/selectors.js";
import { button, make, write } from "../../../ui/elements.js";
import { bytes, costDescription, keepsSentence, milliseconds, timeSentence } from "./captions.js";
import { arrange, paintCost } from "./paint.js";
import { costRows, costScene, truncationOf } from "./scene.js";

const GAP = 8; // px between the controls and the window
const HEAD = [
  "T",
  "kept",
  "forward",
  "backward",
  "kept, windows",
  "forward, windows",
  "backward, windows",
];

/**
 * @param {HTMLElement} element a popover
 * @param {Pick<Actions, "study" | "endStudy">} actions
 */
export function createCost(element, actions) {
  const changed = watching("studies", "lanes", "task", "theme", "recipe");
  const title = make("h2", "cost-title");
  const close = button("×", "Close", () => element.hidePopover());
  close.className = "plain square";
  const keeps = make("p", "cost-says");
  const times = make("p", "cost-says");
  times.setAttribute("aria-live", "polite");
  const body = make("div", "cost-chart");
  const again = button("measure again", null, () => ask());
  again.className = "small";
  const spoken = make("table", "vh");
  title.id = "cost-title";
  element.setAttribute("aria-labelledby", title.id);
  element.append(make("div", "cost-head", title, again, close), keeps, body, times, spoken);
  const surface = createSurface(body, { onResize: draw });
  /** @type {State} */
  let state = null;
  let lane = 0;
  let opener = null;
  let lanes = null; // of the run that was measured
  let told = null;

  const isOpen = () => element.matches(":popover-open");
  const study = () => state.studies.cost;
  const scene = () => costScene(study(), lane);

  element.addEventListener("toggle", () => {
    opener?.setAttribute("aria-expanded", String(isOpen()));
    if (!isOpen() && study()?.status === "computing") actions.endStudy("cost");
  });

  /** Open it for a lane, beside the button that asks for it. */
  function open(index, by) {
    opener?.setAttribute("aria-expanded", "false");
    [lane, opener] = [index, by];
    element.showPopover({ source: by });
    opener.setAttribute("aria-expanded", "true");
    if (scene() === null || lanes !== state.lanes) ask();
    show();
    close.focus({ focusVisible: false });
  }

  function ask() {
    lanes = state.lanes;
    actions.study({ kind: "cost", lane });
  }

  function place() {
    if (!opener.isConnected) return; // the run has other lanes: it stays where it is
    const box = opener.getBoundingClientRect();
    const column = opener.closest(".controls").getBoundingClientRect();
    const { width, height } = element.getBoundingClientRect();
    const beside = column.right + GAP + width <= innerWidth;
    const left = beside ? column.right + GAP : (innerWidth - width) / 2;
    const top = beside ? box.top - GAP : box.bottom + GAP;
    element.style.left = `${Math.max(GAP, left)}px`;
    element.style.top = `${Math.max(GAP, Math.min(top, innerHeight - height - GAP))}px`;
  }

  function show() {
    const shown = state.lanes[lane];
    if (shown === undefined || state.task === null) return element.hidePopover();
    const found = scene();
    write(title, `What BPTT costs: ${shown.label}`);
    const truncate = truncationOf(state.recipe, lane);
    write(keeps, keepsSentence(shown, state.task.timesteps, truncate));
    write(times, timeSentence(study(), found, truncate));
    again.disabled = study()?.status === "computing";
    element.classList.toggle("stale", study()?.status === "computing");
    place();
    draw();
    surface.describe(false, () => costDescription(found, shown.label));
    tell(found);
    return undefined;
  }

  function draw() {
    if (state === null || !isOpen()) return;
    const context = surface.begin(false);
    const found = scene();
    if (context === null || found === null) return;
    const colors = palette();
    paintCost(context, arrange(surface, found, colors), found, colors);
  }

  function tell(found) {
    if (told === found?.timesteps && found !== null) return;
    told = found?.timesteps ?? null;
    spoken.replaceChildren();
    if (found === null) return;
    spoken.createCaption().textContent = "What BPTT costs by sequence length";
    const cells = (row, tag) => row.map((text) => make(tag, "", String(text)));
    spoken.createTHead().append(make("tr", "", ...cells(HEAD, "th")));
    const words = ([T, ...rest]) => [
      T,
      ...rest.map((value, k) => (k % 3 === 0 ? bytes(value) : milliseconds(value))),
    ];
    spoken
      .createTBody()
      .append(...costRows(found).map((row) => make("tr", "", ...cells(words(row), "td"))));
  }

  return {
    open,

    /** @param {State} next */
    render(next) {
      const another = changed(next);
      const restarted = state !== null && state.lanes !== next.lanes;
      state = next;
      if (!another || !isOpen()) return;
      if (restarted && lanes !== state.lanes && state.lanes[lane] !== undefined) ask();
      show();
    },
  };
}
