// Runs before the first paint, so that the page is never shown in the wrong theme: the one that
// was chosen here before, or else the system's.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");

  function chosen() {
    try {
      return localStorage.getItem("unrolled.theme");
    } catch {
      return null; // storage is switched off
    }
  }

  function apply() {
    root.dataset.theme = chosen() ?? (dark.matches ? "dark" : "light");
  }

  apply();
  dark.addEventListener("change", apply);
})();
