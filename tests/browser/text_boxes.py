"""Where every text of the page stands, in the DOM, in Plotly's SVG and on the canvases."""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.browser.lab import Lab

LISTEN = """() => {
  // Texts of each canvas since it was cleared, in its own pixels.
  const texts = new Map();
  const listed = (canvas) => {
    if (!texts.has(canvas)) texts.set(canvas, []);
    return texts.get(canvas);
  };
  for (const { prototype } of [CanvasRenderingContext2D, OffscreenCanvasRenderingContext2D]) {
    const { fillText, clearRect, drawImage } = prototype;
    prototype.fillText = function (text, x, y, ...rest) {
      const measured = this.measureText(text);
      const at = this.getTransform();
      const corners = [
        [x - measured.actualBoundingBoxLeft, y - measured.actualBoundingBoxAscent],
        [x + measured.actualBoundingBoxRight, y + measured.actualBoundingBoxDescent],
      ].map(([px, py]) => at.transformPoint({ x: px, y: py }));
      const xs = corners.map((each) => each.x);
      const ys = corners.map((each) => each.y);
      const size = Number(/([\\d.]+)px/.exec(this.font)[1]);
      if (String(text).trim() !== "") listed(this.canvas).push({
        text: String(text), size,
        left: Math.min(...xs), right: Math.max(...xs),
        top: Math.min(...ys), bottom: Math.max(...ys),
      });
      return fillText.call(this, text, x, y, ...rest);
    };
    prototype.clearRect = function (x, y, ...size) {
      if (x === 0 && y === 0) texts.set(this.canvas, []);
      return clearRect.call(this, x, y, ...size);
    };
    prototype.drawImage = function (image, ...rest) {
      if (texts.has(image)) {
        const { e, f } = this.getTransform();
        const [dx, dy] = rest.length === 8 ? rest.slice(4) : rest;
        for (const each of texts.get(image)) listed(this.canvas).push({
          ...each, left: each.left + e + dx, right: each.right + e + dx,
          top: each.top + f + dy, bottom: each.bottom + f + dy,
        });
      }
      return drawImage.call(this, image, ...rest);
    };
  }
  globalThis.canvasTexts = texts;
}"""

READ = """() => {
  const seen = (element) =>
    element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  const found = [];
  for (const panel of document.querySelectorAll(".bar, .controls-head, .lanes, .panel")) {
    if (!seen(panel)) continue;
    const name = panel.getAttribute("aria-labelledby") ?? panel.className;
    const edge = panel.getBoundingClientRect();
    const say = (kind, text, size, box) => found.push({
      panel: name, kind, text, size: Math.round(10 * size) / 10,
      left: box.left, right: box.right, top: box.top, bottom: box.bottom,
    });
    const written = new Set();
    const walker = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      const text = node.textContent.trim();
      if (text === "" || !seen(element) || element.closest("option, .vh, style, .menu")) continue;
      const style = getComputedStyle(element);
      const range = document.createRange();
      range.selectNodeContents(node);
      // What is cut off by an element round it is not seen.
      let clip = { left: edge.left, right: edge.right, top: edge.top, bottom: edge.bottom };
      for (let at = element; at !== panel; at = at.parentElement) {
        const { overflowX, overflowY, clipPath } = getComputedStyle(at);
        if (clipPath !== "none") clip = { left: 0, right: 0, top: 0, bottom: 0 };
        if (overflowX === "visible" && overflowY === "visible") continue;
        const box = at.getBoundingClientRect();
        clip = {
          left: Math.max(clip.left, box.left), right: Math.min(clip.right, box.right),
          top: Math.max(clip.top, box.top), bottom: Math.min(clip.bottom, box.bottom),
        };
      }
      // Plotly writes a symbol and its subscript as parts of one text.
      const svg = element.closest("svg text");
      if (svg !== null && written.has(svg)) continue;
      if (svg !== null) written.add(svg);
      for (const box of svg ? [svg.getBoundingClientRect()] : range.getClientRects()) {
        const shown = svg ? box : {
          left: Math.max(box.left, clip.left), right: Math.min(box.right, clip.right),
          top: Math.max(box.top, clip.top), bottom: Math.min(box.bottom, clip.bottom),
        };
        // A line of text is higher than its letters.
        const size = parseFloat((svg ? getComputedStyle(svg) : style).fontSize);
        const spare = Math.max(0, (box.bottom - box.top - 0.8 * size) / 2);
        const top = Math.max(shown.top, box.top + spare);
        const bottom = Math.min(shown.bottom, box.bottom - spare);
        const { left, right } = shown;
        if (right - left < 2 || bottom - top < size * 0.4) continue;
        const small = element.closest("sub, sup, tspan") !== null;
        const words = svg ? svg.textContent.replaceAll("\u200b", "") : text;
        say(svg ? "svg" : small ? "sub" : "dom", words, size, { left, right, top, bottom });
      }
    }
    for (const canvas of panel.querySelectorAll("canvas")) {
      if (!seen(canvas)) continue;
      const box = canvas.getBoundingClientRect();
      const ratio = canvas.width / box.width;
      for (const { text, size, ...at } of canvasTexts.get(canvas) ?? []) {
        say("canvas", text, size, {
          left: box.left + at.left / ratio, right: box.left + at.right / ratio,
          top: box.top + at.top / ratio, bottom: box.top + at.bottom / ratio,
        });
      }
    }
  }
  return found;
}"""

CUT_OFF = """() => [...document.querySelectorAll(".bar *, .controls *, .panel *")]
  .filter((node) => node.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true })
    && [...node.childNodes].some((each) => each.nodeType === 3 && each.textContent.trim() !== "")
    && !node.matches(".vh, option, sub, sup, .vh *") && node.closest("svg, .folded form") === null
    && getComputedStyle(node).clipPath === "none")
  .filter((node) => {
    const whole = node.closest(".panel, .controls, .bar");
    for (let at = node; at !== whole; at = at.parentElement) {
      const { overflowX, display } = getComputedStyle(at);
      if (overflowX === "visible" || display === "inline" || overflowX === "auto") continue;
      if (at.scrollWidth > at.clientWidth + 1) return at.closest("[title], [data-tip]") === null;
    }
    return false;
  })
  .map((node) => `${node.className}: ${node.textContent.trim()}`)"""

ROOM = 2
"""Pixels by which boxes may touch: letters do not fill theirs."""


class TextBox(NamedTuple):
    """One text as it is seen, in CSS pixels of the window."""

    panel: str
    kind: str
    text: str
    size: float
    left: float
    right: float
    top: float
    bottom: float

    def overlaps(self, other: TextBox) -> bool:
        """Whether letters of one lie on letters of the other."""
        return (
            min(self.right, other.right) - max(self.left, other.left) > ROOM
            and min(self.bottom, other.bottom) - max(self.top, other.top) > ROOM
        )

    def is_covered_by(self, other: TextBox) -> bool:
        """Whether it is a tick of Training's axis, out of sight beneath an iteration's plate."""
        return (
            self.kind == "svg"
            and self.text.replace(",", "").isdigit()
            and other.kind == "canvas"
            and other.panel == "training-title"
            and other.text.split()[0] in ("now", "at", "since")
        )


def listen(lab: Lab) -> None:
    """Hear from now on what the canvases of this document are told to write."""
    lab.page.evaluate(LISTEN)


def read(lab: Lab) -> list[TextBox]:
    """Return all texts that are seen."""
    found: list[dict[str, Any]] = lab.page.evaluate(READ)
    return [TextBox(**each) for each in found]


def collisions(boxes: list[TextBox]) -> list[str]:
    """Return which texts of a panel lie on each other."""
    return [
        f"{one.panel}: {one.kind} {one.text!r} on {other.kind} {other.text!r}"
        for k, one in enumerate(boxes)
        for other in boxes[k + 1 :]
        if one.panel == other.panel
        # Two lines of one text, or a label that the canvas hands over to the chart's library.
        and one.text != other.text
        and one.overlaps(other)
        and not (one.is_covered_by(other) or other.is_covered_by(one))
    ]
