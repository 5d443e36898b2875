/** Plotly is large: it is asked for when the page has been drawn, and plays already. */

/**
 * @param {string} address
 * @returns {Promise<object>} the library; never, if it cannot be had: charts do without it then
 */
export function loadPlotly(address) {
  return new Promise((arrived) => {
    requestAnimationFrame(() => {
      setTimeout(() => {
        const script = document.createElement("script");
        script.src = address;
        script.addEventListener("load", () => arrived(globalThis.Plotly));
        document.head.append(script);
      }, 0);
    });
  });
}
