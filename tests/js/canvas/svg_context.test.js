import assert from "node:assert/strict";
import { test } from "node:test";

import { SvgContext } from "../../../static/js/canvas/svg_context.js";

const means = {
  ruler: { measureText: (text) => ({ width: 6 * text.length }) },
  toDataURL: () => "data:x",
};
const drawn = (paint) => {
  const context = new SvgContext({ width: 100, height: 50, ground: "#fff" }, means);
  paint(context);
  return String(context);
};

test("rectangles, paths and text become elements with the style of the moment", () => {
  const svg = drawn((context) => {
    context.fillStyle = "#d55e00";
    context.fillRect(1, 2, 30, 4);
    context.strokeStyle = "rgba(1,2,3,0.25)";
    context.lineWidth = 2;
    context.setLineDash([2, 3]);
    context.beginPath();
    context.moveTo(0, 0);
    context.lineTo(10, 20.5);
    context.stroke();
    context.font = "700 12px Some Font";
    context.textAlign = "right";
    context.textBaseline = "middle";
    context.fillText("a < b & c", 50, 25);
  });
  assert.match(svg, /<rect x="1" y="2" width="30" height="4" fill="#d55e00"\/>/);
  assert.match(
    svg,
    /<path d="M0 0L10 20.5" fill="none" stroke="rgb\(1,2,3\)" stroke-opacity="0.25"/,
  );
  assert.match(svg, /stroke-width="2" stroke-dasharray="2 3"/);
  assert.match(
    svg,
    /font-size="12" font-weight="700" text-anchor="end" dominant-baseline="central"/,
  );
  assert.match(svg, />a &lt; b &amp; c<\/text>/);
  assert.match(svg, /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="100" height="50"/);
});

test("what was saved comes back: styles, dashes, transforms and clips", () => {
  const svg = drawn((context) => {
    context.save();
    context.translate(10, 5);
    context.rotate(Math.PI / 2);
    context.beginPath();
    context.rect(0, 0, 4, 4);
    context.clip();
    context.globalAlpha = 0.5;
    context.fillRect(0, 0, 1, 1);
    context.restore();
    context.fillRect(0, 0, 2, 2);
  });
  assert.match(
    svg,
    /<clipPath id="clip-0"><path d="M0 0H4V4H0Z" transform="matrix\(0 1 -1 0 10 5\)"\/>/,
  );
  assert.match(
    svg,
    /<g clip-path="url\(#clip-0\)"><rect .*opacity="0.5" transform="matrix\(0 1 -1 0 10 5\)"\/><\/g>/,
  );
  assert.match(svg, /\n<rect x="0" y="0" width="2" height="2" fill="#000000"\/>/);
});

test("a clip within a clip shows what lies in both", () => {
  const svg = drawn((context) => {
    for (const size of [10, 5]) {
      context.beginPath();
      context.rect(0, 0, size, size);
      context.clip();
    }
    context.fillRect(0, 0, 20, 20);
  });
  assert.match(svg, /<clipPath id="clip-1" clip-path="url\(#clip-0\)">/);
  assert.match(svg, /<g clip-path="url\(#clip-1\)"><rect/);
});

test("a circle closes, a half circle does not", () => {
  const circle = drawn((context) => {
    context.beginPath();
    context.arc(10, 10, 5, 0, 2 * Math.PI);
    context.fill();
  });
  assert.match(circle, /d="M15 10A5 5 0 1 1 5 10A5 5 0 1 1 15 10"/);
  const half = drawn((context) => {
    context.beginPath();
    context.arc(10, 10, 5, 0, Math.PI);
    context.stroke();
  });
  assert.match(half, /d="M15 10A5 5 0 0 1 5 10"/);
});

test("gradients keep their places and opacities, images become addresses", () => {
  const svg = drawn((context) => {
    const gradient = context.createLinearGradient(0, 0, 10, 0);
    gradient.addColorStop(0, "rgba(0,0,0,0)");
    gradient.addColorStop(1, "#fff");
    context.fillStyle = gradient;
    context.fillRect(0, 0, 10, 10);
    context.drawImage({ width: 3, height: 2 }, 1, 1, 30, 20);
  });
  assert.match(svg, /gradientUnits="userSpaceOnUse" x1="0" y1="0" x2="10" y2="0"/);
  assert.match(svg, /<stop offset="0" stop-color="rgb\(0,0,0\)" stop-opacity="0"\/>/);
  assert.match(svg, /fill="url\(#gradient-0\)"/);
  assert.match(svg, /<image x="1" y="1" width="30" height="20" href="data:x"/);
});
