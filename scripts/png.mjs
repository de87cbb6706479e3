// Makes a screenshot small: a PNG of at most 256 colours instead of 16 million, which text on a plain ground does not miss.
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

/** The pixels of an 8-bit RGB or RGBA PNG without interlace, as `{width, height, colours}`: 0xRRGGBB each, row by row. */
function decode(png) {
  let width, height, size;
  const packed = [];
  for (let at = SIGNATURE.length; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const type = png.toString('latin1', at + 4, at + 8);
    const data = png.subarray(at + 8, at + 8 + png.readUInt32BE(at));
    if (type === 'IHDR') [width, height, size] = [data.readUInt32BE(0), data.readUInt32BE(4), data[9] === 6 ? 4 : 3];
    if (type === 'IDAT') packed.push(data);
  }
  const raw = inflateSync(Buffer.concat(packed));
  const row = width * size;
  const pixels = Buffer.alloc(row * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (row + 1)]; // PNG specification, section 9: how a byte was predicted from its neighbours
    for (let x = 0; x < row; x++) {
      const left = x >= size ? pixels[y * row + x - size] : 0;
      const up = y > 0 ? pixels[(y - 1) * row + x] : 0;
      const corner = x >= size && y > 0 ? pixels[(y - 1) * row + x - size] : 0;
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      pixels[y * row + x] = raw[y * (row + 1) + 1 + x] + predicted;
    }
  }
  return { width, height, colours: Array.from({ length: width * height }, (_, i) => pixels.readUIntBE(i * size, 3)) };
}

function paeth(left, up, corner) {
  const [a, b, c] = [left, up, corner].map((value) => Math.abs(left + up - corner - value));
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

const distance = (a, b) =>
  ((a >> 16) - (b >> 16)) ** 2 + (((a >> 8) & 255) - ((b >> 8) & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2;

/** One chunk of a PNG file. */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** Up to 256 of the colours: each one added is the one whose pixels are worst off with those before it. */
function choosePalette(counts) {
  const error = new Map([...counts].map(([colour, count]) => [colour, count * distance(0, 0xffffff)]));
  const palette = [];
  while (palette.length < Math.min(256, counts.size)) {
    const [next] = [...error].reduce((worst, entry) => (entry[1] > worst[1] ? entry : worst));
    palette.push(next);
    for (const [colour, count] of counts) {
      error.set(colour, Math.min(error.get(colour), count * distance(colour, next)));
    }
  }
  return palette;
}

/** The same picture in at most 256 colours; every other pixel takes the nearest of them. */
export function shrinkPng(png) {
  const { width, height, colours } = decode(png);
  const counts = new Map();
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const palette = choosePalette(counts);
  const nearest = (colour) =>
    palette.reduce((best, one, i) => (distance(one, colour) < distance(palette[best], colour) ? i : best), 0);
  const index = new Map([...counts.keys()].map((colour) => [colour, nearest(colour)]));
  const rows = Buffer.alloc((width + 1) * height); // each row begins with its filter: 0, none
  colours.forEach((colour, i) => {
    rows[Math.floor(i / width) * (width + 1) + 1 + (i % width)] = index.get(colour);
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8); // 8 bits, palette
  const entries = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', entries),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
