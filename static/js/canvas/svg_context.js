// A 2D context that writes what is drawn on it as SVG, so that a picture saves as lines and text
// and not as pixels. It knows what the page's pictures use of a canvas; images stay images.

const BASELINES = { top: "text-before-edge", middle: "central", bottom: "text-after-edge" };
const ANCHORS = { left: "start", start: "start", center: "middle", right: "end", end: "end" };
const FULL_TURN = 2 * Math.PI;

const STYLES = [
  "fillStyle",
  "strokeStyle",
  "lineWidth",
  "lineCap",
  "lineJoin",
  "globalAlpha",
  "font",
  "textAlign",
  "textBaseline",
];

export class SvgContext {
  /** @type {string | object} */
  fillStyle = "#000000";
  /** @type {string | object} */
  strokeStyle = "#000000";
  lineWidth = 1;
  lineCap = "butt";
  lineJoin = "miter";
  globalAlpha = 1;
  font = "10px sans-serif";
  textAlign = "start";
  textBaseline = "alphabetic";
  imageSmoothingEnabled = false;
  globalCompositeOperation = "source-over";
  #elements = [];
  #definitions = [];
  #states = [];
  #path = [];
  #matrix = [1, 0, 0, 1, 0, 0];
  #dash = [];
  #clip = null;

  /**
   * @param {{width: number, height: number, ground: string}} size `ground` is the colour behind
   * @param {{ruler: any, toDataURL: (image: any) => string}} means `ruler` is a context that
   *   measures text, and the function makes an address of a canvas
   */
  constructor({ width, height, ground }, { ruler, toDataURL }) {
    this.width = width;
    this.height = height;
    this.ground = ground;
    this.ruler = ruler;
    this.toDataURL = toDataURL;
  }

  /** The picture so far, as the text of an SVG file. */
  toString() {
    const { width, height, ground } = this;
    const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" ${size}>`,
      `<defs>${this.#definitions.join("")}</defs>`,
      `<rect width="${width}" height="${height}" fill="${ground}"/>`,
      ...this.#elements,
      "</svg>\n",
    ].join("\n");
  }

  // --- state ------------------------------------------------------------------------------------

  save() {
    const styles = Object.fromEntries(STYLES.map((name) => [name, this[name]]));
    this.#states.push({ styles, matrix: this.#matrix, dash: this.#dash, clip: this.#clip });
  }

  restore() {
    const state = this.#states.pop();
    if (state === undefined) return;
    Object.assign(this, state.styles);
    this.#matrix = state.matrix;
    this.#dash = state.dash;
    this.#clip = state.clip;
  }

  setLineDash(lengths) {
    this.#dash = [...lengths];
  }

  translate(x, y) {
    this.transform(1, 0, 0, 1, x, y);
  }

  scale(x, y) {
    this.transform(x, 0, 0, y, 0, 0);
  }

  rotate(angle) {
    this.transform(Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle), 0, 0);
  }

  transform(a, b, c, d, e, f) {
    const [A, B, C, D, E, F] = this.#matrix;
    this.#matrix = [
      A * a + C * b,
      B * a + D * b,
      A * c + C * d,
      B * c + D * d,
      A * e + C * f + E,
      B * e + D * f + F,
    ];
  }

  // --- paths ------------------------------------------------------------------------------------

  beginPath() {
    this.#path = [];
  }

  moveTo(x, y) {
    this.#path.push(`M${places(x, y)}`);
  }

  lineTo(x, y) {
    this.#path.push(`${this.#path.length === 0 ? "M" : "L"}${places(x, y)}`);
  }

  quadraticCurveTo(...numbers) {
    this.#path.push(`Q${places(...numbers)}`);
  }

  bezierCurveTo(...numbers) {
    this.#path.push(`C${places(...numbers)}`);
  }

  closePath() {
    this.#path.push("Z");
  }

  rect(x, y, width, height) {
    this.#path.push(`M${places(x, y)}H${places(x + width)}V${places(y + height)}H${places(x)}Z`);
  }

  roundRect(x, y, width, height, radius = 0) {
    const r = Math.min(Array.isArray(radius) ? radius[0] : radius, width / 2, height / 2);
    const corner = (right, down) => `a${places(r, r)} 0 0 1 ${places(right, down)}`;
    this.#path.push(
      `M${places(x + r, y)}H${places(x + width - r)}${corner(r, r)}`,
      `V${places(y + height - r)}${corner(-r, r)}H${places(x + r)}${corner(-r, -r)}`,
      `V${places(y + r)}${corner(r, -r)}Z`,
    );
  }

  arc(x, y, radius, from, to, backwards = false) {
    const at = (angle) => places(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
    const turn = backwards ? from - to : to - from;
    const sweep = backwards ? 0 : 1;
    this.lineTo(x + radius * Math.cos(from), y + radius * Math.sin(from));
    const curve = (angle, large) => `A${places(radius, radius)} 0 ${large} ${sweep} ${at(angle)}`;
    if (Math.abs(turn) >= FULL_TURN - 1e-9) {
      this.#path.push(curve(from + Math.PI, 1), curve(from, 1));
    } else {
      const way = ((turn % FULL_TURN) + FULL_TURN) % FULL_TURN;
      this.#path.push(curve(to, way > Math.PI ? 1 : 0));
    }
  }

  fill() {
    this.#draw(`<path d="${this.#path.join("")}"${this.#filled()}`);
  }

  stroke() {
    this.#draw(`<path d="${this.#path.join("")}" fill="none"${this.#stroked()}`);
  }

  clip() {
    const id = `clip-${this.#definitions.length}`;
    const within = this.#clip === null ? "" : ` clip-path="url(#${this.#clip})"`;
    const path = `<path d="${this.#path.join("")}"${this.#transformed()}/>`;
    this.#definitions.push(`<clipPath id="${id}"${within}>${path}</clipPath>`);
    this.#clip = id;
  }

  fillRect(x, y, width, height) {
    this.#draw(`<rect${box(x, y, width, height)}${this.#filled()}`);
  }

  strokeRect(x, y, width, height) {
    this.#draw(`<rect${box(x, y, width, height)} fill="none"${this.#stroked()}`);
  }

  clearRect() {
    // Nothing lies beneath: a picture is painted once.
  }

  // --- text, images, gradients ------------------------------------------------------------------

  fillText(text, x, y) {
    this.#write(text, x, y, this.#filled());
  }

  strokeText(text, x, y) {
    this.#write(text, x, y, ` fill="none"${this.#stroked()}`);
  }

  measureText(text) {
    this.ruler.font = this.font;
    return this.ruler.measureText(text);
  }

  drawImage(image, x, y, width = image.width, height = image.height) {
    const address = this.toDataURL(image);
    const attributes = ' preserveAspectRatio="none" style="image-rendering:pixelated"';
    this.#draw(`<image${box(x, y, width, height)} href="${address}"${attributes}`);
  }

  createLinearGradient(x1, y1, x2, y2) {
    const stops = [];
    return {
      place: { x1, y1, x2, y2 },
      stops,
      addColorStop: (at, color) => stops.push([at, color]),
    };
  }

  // --- writing ----------------------------------------------------------------------------------

  #draw(start) {
    const alpha = this.globalAlpha === 1 ? "" : ` opacity="${rounded(this.globalAlpha)}"`;
    const element = `${start}${alpha}${this.#transformed()}/>`;
    this.#elements.push(this.#clipped(element));
  }

  #write(text, x, y, painted) {
    const [, weight = "400", size, family] = /^(?:(\S+) )?([\d.]+)px (.*)$/.exec(this.font) ?? [];
    const font = ` font-family="${escaped(family ?? "sans-serif")}" font-size="${size ?? 10}"`;
    const baseline = BASELINES[this.textBaseline];
    const alpha = this.globalAlpha === 1 ? "" : ` opacity="${rounded(this.globalAlpha)}"`;
    const attributes = [
      ` x="${rounded(x)}" y="${rounded(y)}"${font} font-weight="${weight}"`,
      ` text-anchor="${ANCHORS[this.textAlign]}"`,
      baseline === undefined ? "" : ` dominant-baseline="${baseline}"`,
      `${painted}${alpha}${this.#transformed()}`,
    ].join("");
    this.#elements.push(this.#clipped(`<text${attributes}>${escaped(String(text))}</text>`));
  }

  #clipped(element) {
    return this.#clip === null ? element : `<g clip-path="url(#${this.#clip})">${element}</g>`;
  }

  #transformed() {
    const plain = this.#matrix.every((value, k) => value === (k === 0 || k === 3 ? 1 : 0));
    return plain ? "" : ` transform="matrix(${this.#matrix.map(rounded).join(" ")})"`;
  }

  #filled() {
    return this.#paint("fill", this.fillStyle);
  }

  #stroked() {
    const dash = this.#dash.length === 0 ? "" : ` stroke-dasharray="${this.#dash.join(" ")}"`;
    const join = this.lineJoin === "miter" ? "" : ` stroke-linejoin="${this.lineJoin}"`;
    const cap = this.lineCap === "butt" ? "" : ` stroke-linecap="${this.lineCap}"`;
    const width = ` stroke-width="${rounded(this.lineWidth)}"`;
    return `${this.#paint("stroke", this.strokeStyle)}${width}${dash}${join}${cap}`;
  }

  // Many programs that open SVG read no rgba(): the opacity has an attribute of its own.
  #paint(attribute, style) {
    if (typeof style === "object") return ` ${attribute}="url(#${this.#gradient(style)})"`;
    const { color, opacity } = parted(style);
    const faint = opacity === 1 ? "" : ` ${attribute}-opacity="${rounded(opacity)}"`;
    return ` ${attribute}="${color}"${faint}`;
  }

  #gradient({ place, stops }) {
    const id = `gradient-${this.#definitions.length}`;
    const ends = Object.entries(place).map(([name, value]) => ` ${name}="${rounded(value)}"`);
    const colors = stops.map(([at, style]) => {
      const { color, opacity } = parted(style);
      const faint = ` stop-opacity="${rounded(opacity)}"`;
      return `<stop offset="${rounded(at)}" stop-color="${color}"${faint}/>`;
    });
    const start = `<linearGradient id="${id}" gradientUnits="userSpaceOnUse"${ends.join("")}>`;
    this.#definitions.push(`${start}${colors.join("")}</linearGradient>`);
    return id;
  }
}

function parted(style) {
  const rgba = /^rgba\(([^,]+),([^,]+),([^,]+),([^)]+)\)$/.exec(style);
  if (rgba === null) return { color: style, opacity: 1 };
  return { color: `rgb(${rgba.slice(1, 4).join(",")})`, opacity: Number(rgba[4]) };
}

function box(x, y, width, height) {
  const [left, right] = [Math.min(x, x + width), Math.max(x, x + width)];
  const [top, bottom] = [Math.min(y, y + height), Math.max(y, y + height)];
  const size = ` width="${rounded(right - left)}" height="${rounded(bottom - top)}"`;
  return ` x="${rounded(left)}" y="${rounded(top)}"${size}`;
}

const places = (...numbers) => numbers.map(rounded).join(" ");

function rounded(value) {
  return Number(value.toFixed(3));
}

const MARKS = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escaped(text) {
  return text.replace(/[&<>"]/g, (mark) => MARKS[mark]);
}
