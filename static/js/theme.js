// Runs before the first paint, so that the page is never shown in the wrong look: the theme that
// was chosen here before, or else the system's, and the projector's sizes if they were chosen.
// Where the system forces its colours, or on paper, the ground decides which theme it is.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const forced = matchMedia("(forced-colors: active)");
  const more = matchMedia("(prefers-contrast: more)");
  let beforePrint = null; // the theme that comes back after it

  function chosen(what) {
    try {
      return localStorage.getItem(`unrolled.${what}`);
    } catch {
      return null; // storage is switched off
    }
  }

  function theme() {
    const systems = dark.matches ? "dark" : "light";
    return forced.matches ? systems : (chosen("theme") ?? systems);
  }

  function apply() {
    root.dataset.theme = theme();
    if (forced.matches) root.dataset.contrast = "forced";
    else if (more.matches) root.dataset.contrast = "more";
    else delete root.dataset.contrast;
  }

  apply();
  if (chosen("mode") === "projector") root.dataset.mode = "projector";
  for (const query of [dark, forced, more]) query.addEventListener("change", apply);
  addEventListener("beforeprint", () => {
    beforePrint = root.dataset.theme;
    root.dataset.theme = "light";
  });
  addEventListener("afterprint", () => {
    root.dataset.theme = beforePrint;
  });
})();
