// Draws icon.png: three nodes that wait, one for the next, and the last one, lit, that all of them wait for.
// Run: node images/make-icon.mjs. Plain Node: shapes are distances, edges are smoothed by oversampling.
import { writeFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';

const size = 128;
const oversampling = 4;
/** Shades next to each other are this far apart: nobody sees it, and they pack better. */
const shade = 3;

const nodes = [
  { x: 29, y: 30, r: 11, color: [0x8f, 0xa6, 0xc4] },
  { x: 77, y: 33, r: 11, color: [0x8f, 0xa6, 0xc4] },
  { x: 40, y: 71, r: 11, color: [0x8f, 0xa6, 0xc4] },
];
const root = { x: 87, y: 90, r: 18, color: [0xff, 0xb0, 0x3a] };
const line = [0x6b, 0x82, 0xa3];

const mix = (a, b, t) => a.map((value, i) => value + (b[i] - value) * t);
const length = (x, y) => Math.hypot(x, y);
const toSegment = (x, y, a, b) => {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const t = Math.min(1, Math.max(0, ((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy)));
  return length(x - a.x - t * dx, y - a.y - t * dy);
};

const chain = [...nodes, root];
const links = nodes.map((node, i) => ({ from: node, to: chain[i + 1], width: 2.6 + i * 0.5 }));

/** Red, green, blue, opacity (0 to 1) of one point. */
function colorAt(x, y) {
  const corner = 26;
  const dx = Math.max(0, Math.abs(x - 64) - (64 - corner));
  const dy = Math.max(0, Math.abs(y - 64) - (64 - corner));
  if (length(dx, dy) > corner) return [0, 0, 0, 0];
  let color = mix([0x27, 0x33, 0x47], [0x14, 0x1a, 0x26], (x + y) / 256);
  const far = length(x - root.x, y - root.y);
  color = mix(color, root.color, 0.5 * Math.exp(-(((far - root.r) / 15) ** 2)) * (far > root.r ? 1 : 0));
  if (links.some(({ from, to, width }) => toSegment(x, y, from, to) < width)) color = line;
  for (const node of nodes) {
    const d = length(x - node.x, y - node.y);
    if (d < node.r) color = d > node.r - 4.6 ? node.color : [0x1b, 0x24, 0x33];
  }
  if (far < root.r)
    color = mix([0xff, 0xd0, 0x6b], [0xff, 0x8a, 0x1f], Math.min(1, (y - root.y + root.r) / (2 * root.r)));
  return [...color, 1];
}

const rows = [];
for (let y = 0; y < size; y++) {
  const row = [];
  for (let x = 0; x < size; x++) {
    const sum = [0, 0, 0, 0];
    for (let i = 0; i < oversampling ** 2; i++) {
      const sx = x + ((i % oversampling) + 0.5) / oversampling;
      const sy = y + (Math.floor(i / oversampling) + 0.5) / oversampling;
      const [r, g, b, opacity] = colorAt(sx, sy);
      for (const [k, value] of [r, g, b].entries()) sum[k] += value * opacity;
      sum[3] += opacity;
    }
    const opacity = sum[3];
    row.push(
      ...sum.slice(0, 3).map((value) => (opacity ? Math.min(255, shade * Math.round(value / opacity / shade)) : 0)),
    );
    row.push(Math.round((opacity / oversampling ** 2) * 255));
  }
  rows.push(Buffer.from(row));
}

/** Each row as what it is more than the one above: what changes little packs well (PNG specification, section 9, filter Up). */
const filtered = rows.map((row, y) =>
  Buffer.from([2, ...row.map((value, at) => (value - (y > 0 ? rows[y - 1][at] : 0)) & 0xff)]),
);

const chunk = (type, data) => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
};
const header = Buffer.alloc(13);
header.writeUInt32BE(size, 0);
header.writeUInt32BE(size, 4);
header.set([8, 6, 0, 0, 0], 8); // 8 bits a channel, colour with opacity
writeFileSync(
  new URL('icon.png', import.meta.url),
  Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(filtered), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]),
);
