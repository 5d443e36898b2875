// Which panels are far off the screen: the server need not compute or send what they would show.

const NEAR = "100% 0px"; // within a screen above or below: what scrolls into sight is there already

/**
 * Keeps `away` of the store.
 *
 * @param {object} options
 * @param {Pick<Store, "set">} options.store
 * @param {Map<Element, string>} options.panels their ids
 * @param {typeof IntersectionObserver} [options.Observer]
 */
export function keepSight({ store, panels, Observer = IntersectionObserver }) {
  const far = new Set();
  const observer = new Observer(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        far[isIntersecting ? "delete" : "add"](panels.get(target));
      }
      store.set({ away: [...panels.values()].filter((id) => far.has(id)) });
    },
    { rootMargin: NEAR },
  );
  for (const element of panels.keys()) observer.observe(element);
}
