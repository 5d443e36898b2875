// The button that starts a class from the plain page.

/**
 * @param {HTMLElement} button
 * @param {object} options
 * @param {typeof globalThis.fetch} options.fetch
 * @param {(path: string) => void} options.go to a page of this server
 * @param {(text: string) => void} options.say show a short message
 */
export function createOpening(button, { fetch, go, say }) {
  button.addEventListener("click", async () => {
    button.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch("/api/rooms", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: "{}",
      });
      if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
      const { path } = await answer.json();
      go(path);
    } catch (error) {
      say(`The class could not be started: ${error.message}.`);
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
}
