// Help: the keys, and what the marks on the page mean, in a dialog over it.

/**
 * @param {HTMLDialogElement} element
 * @param {HTMLElement} opener the button that opens it, and has the focus again afterwards
 */
export function create(element, opener) {
  function open() {
    if (!element.open) element.showModal();
  }

  function onClick({ target }) {
    // A click beside the dialog is one on its backdrop, which is the dialog itself.
    if (target === element || target.closest("[data-close]") !== null) element.close();
  }

  function onKey(event) {
    if (event.key !== "?") return;
    event.preventDefault();
    event.stopPropagation();
    element.close();
  }

  opener.addEventListener("click", open);
  element.addEventListener("click", onClick);
  element.addEventListener("keydown", onKey);

  return {
    open,
    render() {},
  };
}
