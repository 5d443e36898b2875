/**
 * The buttons for the page's looks: light or dark, and the larger type and stronger lines of the
 * projector mode. What is chosen is remembered, and put back by theme.js.
 */

/**
 * @param {{theme: HTMLElement, projector: HTMLElement}} buttons
 * @param {(look: string) => void} onLook called now and whenever the look is another: "light" or
 *   "dark", and after it "projector", "more" or "forced" contrast, and the lanes' colours, where
 *   they are not by place
 * @returns {{toggleProjector: () => void}}
 */
export function createThemeSwitch({ theme: button, projector }, onLook) {
  const root = document.documentElement;

  function show() {
    const { theme, mode, contrast, lanes } = root.dataset;
    const words = `Switch to the ${theme === "dark" ? "light" : "dark"} theme`;
    button.setAttribute("aria-label", words);
    button.title = words;
    projector.setAttribute("aria-pressed", String(mode === "projector"));
    onLook([theme, mode, contrast, lanes].filter((part) => part !== undefined).join(" "));
  }

  function remember(what, value) {
    try {
      if (value === undefined) localStorage.removeItem(`unrolled.${what}`);
      else localStorage.setItem(`unrolled.${what}`, value);
    } catch {
      // Storage is switched off: the choice lasts as long as the page.
    }
  }

  function toggleProjector() {
    if (root.dataset.mode === "projector") delete root.dataset.mode;
    else root.dataset.mode = "projector";
    remember("mode", root.dataset.mode);
  }

  button.addEventListener("click", () => {
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    remember("theme", root.dataset.theme);
  });
  projector.addEventListener("click", toggleProjector);
  new MutationObserver(show).observe(root, {
    attributeFilter: ["data-theme", "data-mode", "data-contrast", "data-lanes"],
  });
  show();
  return { toggleProjector };
}
