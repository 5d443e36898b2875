// Transport: play, pause, step, reset and the pace.

const PACES = [1, 2, 5, 10, 30, 60, null];

/**
 * @param {Element} element
 * @param {{play: Function, pause: Function, step: Function, reset: Function,
 *   pace: function(?number): void}} actions
 */
export function create(element, actions) {
  const button = (name) => element.querySelector(`[data-do="${name}"]`);
  const slider = element.querySelector("#pace");
  const says = element.querySelector(".pace-value");
  let shownPace;
  let shownPlaying;

  function onClick(event) {
    const pressed = event.target.closest("[data-do]");
    if (pressed === null) return;
    actions[pressed.dataset.do]();
    // After the mouse, so that the space bar is play and pause again and not this button.
    if (event.detail > 0) pressed.blur();
  }

  function onPace() {
    actions.pace(PACES[Number(slider.value)]);
  }

  element.addEventListener("click", onClick);
  slider.max = String(PACES.length - 1);
  slider.addEventListener("input", onPace);

  return {
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
        says.textContent = pace === null ? "max" : `${pace}/s`;
        const words = pace === null ? "as fast as it goes" : `${pace} iterations a second`;
        slider.setAttribute("aria-valuetext", words);
      }
    },
  };
}
