// Tabs for the faces of a panel that shows one thing or another.

/**
 * @param {Element} tools gets the tabs
 * @param {Object<string, string>} names of the faces, by key
 * @param {function(string): void} onFace a face was asked for
 * @returns {function(string): void} marks the face that is shown
 */
export function createFaces(tools, names, onFace) {
  const tabs = document.createElement("div");
  tabs.className = "view-tabs";
  tabs.setAttribute("role", "group");
  tabs.setAttribute("aria-label", "Show");
  const buttons = Object.entries(names).map(([face, name]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    button.addEventListener("click", () => onFace(face));
    return [face, button];
  });
  tabs.append(...buttons.map(([, button]) => button));
  tools.append(tabs);
  let marked = null;
  return (face) => {
    if (face === marked) return;
    marked = face;
    for (const [each, button] of buttons) button.setAttribute("aria-pressed", String(each === face));
  };
}
