/** The button that switches between light and dark. What is chosen is remembered by theme.js. */

/**
 * @param {HTMLElement} button
 * @param {(theme: string) => void} onTheme called now and whenever the theme is another
 */
export function createThemeSwitch(button, onTheme) {
  const root = document.documentElement;

  function show() {
    const { theme } = root.dataset;
    const words = `Switch to the ${theme === "dark" ? "light" : "dark"} theme`;
    button.setAttribute("aria-label", words);
    button.title = words;
    onTheme(theme);
  }

  button.addEventListener("click", () => {
    const theme = root.dataset.theme === "dark" ? "light" : "dark";
    root.dataset.theme = theme;
    try {
      localStorage.setItem("unrolled.theme", theme);
    } catch {
      // Storage is switched off: the choice lasts as long as the page.
    }
  });
  new MutationObserver(show).observe(root, { attributeFilter: ["data-theme"] });
  show();
}
