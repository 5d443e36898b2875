// Small controls that choose what is watched: the lane, the layer, the example.

/**
 * @param {Element} element
 * @param {function({lane?: number, layer?: number, example?: number}): void} watch
 */
export function createWatchControls(element, watch) {
  let shownFor = null;
  let state = null;

  function render(next) {
    state = next;
    const { lanes, recipe, watch: now } = next;
    const facts = lanes.map(({ label, num_layers: layers }) => [label, layers]);
    const key = JSON.stringify([facts, now, recipe?.batch_size]);
    if (key === shownFor) return;
    shownFor = key;
    const { activeElement: focused } = document;
    const held = element.contains(focused) ? focused.dataset.key : null;
    element.replaceChildren(...(lanes.length === 0 ? [] : groups()));
    element.querySelector(`[data-key="${held}"]`)?.focus();
  }

  function groups() {
    const { lanes, recipe, watch: now } = state;
    const layers = lanes[now.lane]?.num_layers ?? 1;
    const examples = recipe?.batch_size ?? 1;
    const made = [];
    if (lanes.length > 1) {
      made.push(group("Lane", lanes.map(laneTab)));
    }
    if (layers > 1) {
      const tabs = Array.from({ length: layers }, (_, layer) => {
        return tab(`layer ${layer}`, String(layer), layer === now.layer, () => watch({ layer }));
      });
      made.push(group("Layer", [words("layer"), ...tabs]));
    }
    if (examples > 1) {
      const go = (change) => watch({ example: (now.example + change + examples) % examples });
      made.push(group("Example", [
        button("previous", "‹", "Previous example", () => go(-1)),
        words(`example ${now.example}`),
        button("next", "›", "Next example", () => go(1)),
      ]));
    }
    return made;
  }

  function laneTab({ index, label, num_layers: layers }) {
    const { watch: now } = state;
    const choose = () => watch({ lane: index, layer: Math.min(now.layer, layers - 1) });
    const made = tab(`lane ${index}`, label, index === now.lane, choose);
    made.style.setProperty("--own", `var(--lane-${index})`);
    return made;
  }

  function destroy() {
    element.remove();
  }

  return { render, destroy };
}

function group(label, children) {
  const made = document.createElement("div");
  made.className = "view-tabs";
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", label);
  made.append(...children);
  return made;
}

function words(text) {
  const made = document.createElement("span");
  made.textContent = text;
  return made;
}

function tab(key, text, pressed, click) {
  const made = button(key, text, null, click);
  made.setAttribute("aria-pressed", String(pressed));
  return made;
}

function button(key, text, label, click) {
  const made = document.createElement("button");
  made.type = "button";
  made.dataset.key = key;
  made.textContent = text;
  if (label !== null) made.setAttribute("aria-label", label);
  made.addEventListener("click", click);
  return made;
}
