// Frames as they cross the wire: one safetensors message each (an 8-byte little-endian header
// length, a JSON header, the raw arrays). The platform is taken to be little-endian, as every
// platform with a browser is.

import { isWhole } from "../text/json.js";

const HEADER_LENGTH_BYTES = 8;

const TYPES = {
  F64: Float64Array,
  F32: Float32Array,
  I32: Int32Array,
  I64: BigInt64Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
};

/** Thrown when bytes are not a frame; the message has what was found instead. */
export class WireError extends Error {
  name = "WireError";
}

/**
 * Read one frame. Arrays are views on `buffer` where their place in it is aligned, and copies
 * where it is not; 64-bit integers become a Float64Array (exact to 2^53).
 *
 * @param {ArrayBuffer} buffer
 * @returns {Frame}
 * @throws {WireError} when the bytes are cut short or are not safetensors
 */
export function decode(buffer) {
  const { header, start } = readHeader(buffer);
  const { __metadata__: metadata = {}, ...entries } = header;
  const { iteration, ...text } = metadata;
  if (!/^\d+$/.test(iteration ?? "")) {
    throw new WireError(`a frame says which iteration it is; this one says ${quoted(iteration)}`);
  }
  const arrays = {};
  for (const [name, entry] of Object.entries(entries)) {
    arrays[name] = readArray(buffer, start, name, entry);
  }
  const { coarse, ...rest } = text;
  const frame = { iteration: Number(iteration), bytes: buffer.byteLength, text: rest, arrays };
  return coarse === undefined ? frame : { ...frame, coarse: spread(arrays, JSON.parse(coarse)) };
}

/**
 * Bring arrays of which a slow link took every so-many-th timestep to their length: a timestep that
 * did not come looks like the one before it.
 *
 * @param {Record<string, FrameArray>} arrays
 * @param {{every: number, timesteps: Record<string, number>}} coarse
 */
function spread(arrays, { every, timesteps }) {
  for (const [name, length] of Object.entries(timesteps)) {
    const { data, dtype, shape } = arrays[name];
    const [came, units] = shape;
    if (came !== Math.ceil(length / every)) {
      throw new WireError(`${name}: every ${every} of ${length} timesteps are not ${came}`);
    }
    const whole = /** @type {any} */ (new Float32Array(length * units));
    for (let t = 0; t < length; t += 1) {
      const from = Math.floor(t / every) * units;
      whole.set(data.subarray(from, from + units), t * units);
    }
    arrays[name] = { dtype, shape: [length, units], data: whole };
  }
  return every;
}

function readHeader(buffer) {
  if (buffer.byteLength < HEADER_LENGTH_BYTES) {
    throw new WireError(`a frame begins with 8 bytes; only ${buffer.byteLength} came`);
  }
  const length = new DataView(buffer).getBigUint64(0, true);
  const room = buffer.byteLength - HEADER_LENGTH_BYTES;
  if (length > BigInt(room)) {
    throw new WireError(`a header of ${length} bytes was announced; ${room} bytes came`);
  }
  const start = HEADER_LENGTH_BYTES + Number(length);
  const bytes = new Uint8Array(buffer, HEADER_LENGTH_BYTES, Number(length));
  let header;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new WireError(`the header is not JSON: ${error.message}`);
  }
  if (header === null || typeof header !== "object" || Array.isArray(header)) {
    throw new WireError(`the header is not a JSON object: ${quoted(header)}`);
  }
  return { header, start };
}

function readArray(buffer, start, name, { dtype, shape, data_offsets: offsets }) {
  const Type = TYPES[dtype];
  if (Type === undefined) {
    throw new WireError(`${name}: dtype ${quoted(dtype)} is none of ${Object.keys(TYPES)}`);
  }
  if (!Array.isArray(shape) || !shape.every(isWhole)) {
    throw new WireError(`${name}: ${quoted(shape)} is no shape`);
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(Number.isInteger)) {
    throw new WireError(`${name}: ${quoted(offsets)} are no offsets`);
  }
  const length = shape.reduce((product, size) => product * size, 1);
  const bytes = length * Type.BYTES_PER_ELEMENT;
  const [begin, end] = offsets;
  if (begin < 0 || end - begin !== bytes) {
    const what = `${dtype} of shape [${shape}] is ${bytes} bytes`;
    throw new WireError(`${name}: ${what}; its data lie at ${begin} to ${end}`);
  }
  if (start + end > buffer.byteLength) {
    const came = buffer.byteLength - start;
    throw new WireError(`${name}: its data ends at byte ${end}; ${came} bytes of data came`);
  }
  return { shape, dtype, data: typed(Type, buffer, start + begin, length) };
}

function typed(Type, buffer, at, length) {
  const size = Type.BYTES_PER_ELEMENT;
  const view =
    at % size === 0 ? new Type(buffer, at, length) : new Type(buffer.slice(at, at + length * size));
  return Type === BigInt64Array ? Float64Array.from(view, Number) : view;
}

function quoted(value) {
  return JSON.stringify(value) ?? "nothing";
}
