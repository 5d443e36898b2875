// Transport: play, pause, step, reset and the pace.

const PACES = [1, 2, 5, 10, 30, 60, null];

/**
 * @param {HTMLElement} element
 * @param {Pick<Actions, "play" | "pause" | "step" | "reset" | "pace">} actions
 */
export function create(element, actions) {
  const button = (name) => element.querySelector(`[data-do="${name}"]`);
  /** @type {HTMLInputElement} */
  const slider = element.querySelector("#pace");
  const paceLabel = element.querySelector(".pace-value");
  let shownPace;
  let shownPlaying;

  function onClick(event) {
    const pressed = event.target.closest("[data-do]");
    if (pressed === null) return;
    actions[pressed.dataset.do]();
    // After a click the space bar has to mean play and pause again, not this button.
    if (event.detail > 0) pressed.blur();
  }

  function onPace() {
    actions.pace(PACES[Number(slider.value)]);
  }

  element.addEventListener("click", onClick);
  slider.max = String(PACES.length - 1);
  slider.addEventListener("input", onPace);

  return {
    /** @param {State} state */
    render({ wanted, pace }) {
      if (wanted !== shownPlaying) {
        shownPlaying = wanted;
        button("play").setAttribute("aria-pressed", String(wanted));
        button("pause").setAttribute("aria-pressed", String(!wanted));
      }
      if (pace !== shownPace) {
        shownPace = pace;
        const index = PACES.indexOf(pace);
        if (index >= 0) slider.value = String(index);
        slider.style.setProperty(
          "--share",
          `${(100 * Number(slider.value)) / (PACES.length - 1)}%`,
        );
        paceLabel.textContent = pace === null ? "max" : `${pace}/s`;
        const spoken = pace === null ? "as fast as it goes" : `${pace} iterations a second`;
        slider.setAttribute("aria-valuetext", spoken);
      }
    },
  };
}
