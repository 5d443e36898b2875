// Why a page can't connect again, where the server could say so but a WebSocket does not tell: its
// link is no longer valid, as after a restart with another token.

/**
 * Ask while the connection is lost, and keep the answer in the store as `refusal`.
 *
 * @param {object} options
 * @param {Pick<Store, "state" | "set" | "subscribe">} options.store
 * @param {() => Promise<string | null>} options.ask returns why this page is not let in; null if
 *   it is, or nobody answers
 */
export function watchAdmission({ store, ask }) {
  let before = store.state.connection;
  store.subscribe(async ({ connection, refusal }) => {
    if (connection === before) return;
    before = connection;
    if (connection === "open" && refusal !== null) store.set({ refusal: null });
    if (connection !== "lost") return;
    const said = await ask();
    if (store.state.connection !== "open" && store.state.refusal !== said)
      store.set({ refusal: said });
  });
}

/**
 * What the server says of a page that it does not let in, null if it lets it in.
 *
 * @param {typeof globalThis.fetch} fetch
 * @returns {Promise<string | null>}
 */
export async function askWhy(fetch) {
  try {
    const answer = await fetch("/healthz", { cache: "no-store" });
    if (answer.status < 400 || answer.status >= 500) return null;
    const { detail } = await answer.json();
    return detail[0].message;
  } catch {
    return null; // nobody there, or not this service
  }
}
