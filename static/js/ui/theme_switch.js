// The button for the page's theme, light or dark. What is chosen is remembered, and put back by
// theme.js.

/**
 * @param {HTMLElement} button
 * @param {(look: string) => void} onLook called now and whenever the look is another: "light" or
 *   "dark", and after it "projector", "more" or "forced" contrast, and the lanes' colours, where
 *   they are not by place
 * @returns {{remember: (what: string, value: string | undefined) => void}}
 */
export function createThemeSwitch(button, onLook) {
  const root = document.documentElement;

  function show() {
    const { theme, mode, contrast, lanes } = root.dataset;
    const words = `Switch to the ${theme === "dark" ? "light" : "dark"} theme`;
    button.setAttribute("aria-label", words);
    button.title = words;
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

  button.addEventListener("click", () => {
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    remember("theme", root.dataset.theme);
  });
  new MutationObserver(show).observe(root, {
    attributeFilter: ["data-theme", "data-mode", "data-contrast", "data-lanes"],
  });
  show();
  return { remember };
}
