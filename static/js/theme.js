// Runs before the first paint, so that the page is never shown in the wrong look: the theme that
// was chosen here before, or else the system's, and the projector's sizes if they were chosen.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");

  function chosen(what) {
    try {
      return localStorage.getItem(`unrolled.${what}`);
    } catch {
      return null; // storage is switched off
    }
  }

  function apply() {
    root.dataset.theme = chosen("theme") ?? (dark.matches ? "dark" : "light");
  }

  apply();
  if (chosen("mode") === "projector") root.dataset.mode = "projector";
  dark.addEventListener("change", apply);
})();
