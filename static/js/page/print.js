// Paper: the panels are printed as they were drawn, made smaller where one is wider than the paper.
// A canvas cannot be drawn again for the paper's width: the browser shows no frame between asking
// for a print and printing.

const PAPER = 700; // CSS pixels between the margins of A4 and Letter, upright

/**
 * @param {() => void} draw draws every view at once; the theme is light by then
 */
export function listenToPrint(draw) {
  addEventListener("beforeprint", () => {
    const views = [...document.querySelectorAll(".view")];
    const sizes = views.map(({ offsetWidth, offsetHeight }) => [offsetWidth, offsetHeight]);
    views.forEach(({ style }, index) => {
      const [width, height] = sizes[index];
      style.setProperty("--print-width", `${width}px`);
      style.setProperty("--print-height", `${height}px`);
      style.setProperty("--print-zoom", String(Math.min(1, PAPER / Math.max(1, width))));
    });
    draw();
  });
}
