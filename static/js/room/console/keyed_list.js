// A list on the page whose items stay where they are while others come and go, so that nobody loses
// the button under the finger, or the focus.

/**
 * @template Item
 * @param {HTMLElement} element
 * @param {(item: Item) => string} key
 * @param {(item: Item) => HTMLElement} create an item is never changed, only there or not
 */
export function createKeyedList(element, key, create) {
  /** @type {Map<string, HTMLElement>} */
  let shown = new Map();

  /** @param {Item[]} items */
  return (items) => {
    const next = new Map(items.map((item) => [key(item), shown.get(key(item)) ?? create(item)]));
    for (const [name, row] of shown) if (!next.has(name)) remove(row);
    let place = element.firstElementChild;
    for (const row of next.values()) {
      if (row === place) place = place.nextElementSibling;
      else element.insertBefore(row, place);
    }
    shown = next;
  };

  /** Take a row away; who had the focus in it goes on with the next one. */
  function remove(row) {
    const held = row.contains(document.activeElement);
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    if (!held) return;
    const button = next?.querySelector("button") ?? element.closest("[tabindex]");
    button?.focus();
  }
}
