// A picture for each curve: how a figure grows with what is in the database.
//
// Plain SVG, legible on light and on dark paper: ink takes the reader's scheme,
// and each line bears its name, so that nobody must tell colours apart.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const [WIDTH, HEIGHT] = [800, 340];
const BOX = { left: 56, right: 500, top: 44, bottom: 300 };
const NAME_HEIGHT = 15;
const COLOURS = ['#2f7ed8', '#c4661f', '#3a9a5b', '#b0489b', '#8a7a1d', '#5b6ee1', '#c0444c', '#2a8f9e', '#7d5fb2', '#6d7f8b', '#a0522d'];

export const TITLES = {
  lists: 'Lists: p99 of an answer, ms',
  import: 'Orders imported a second, of the rate with an empty database',
  start: 'Start until ready, ms',
  size: 'Database, KB an order',
};

const STYLE = `text { font: 12px system-ui, sans-serif; fill: #24292f } .title { font-weight: 600; font-size: 14px }
.grid { stroke: #8884; } .aim { stroke: #24292f; stroke-dasharray: 5 4 }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .aim { stroke: #e6edf3 } }`;

const escape = (s) => s.replace(/&/g, '&amp;').replace(/</g, '&lt;');
const short = (n) => (n >= 1e6 ? `${n / 1e6} M` : n >= 1000 ? `${n / 1000} k` : String(n));
const text = (x, y, s, more = '') => `<text x="${x}" y="${y}" ${more}>${escape(s)}</text>`;

/** The next of 1, 2, 5, 10, 20 … that is not below. */
function nice(x) {
  const ten = 10 ** Math.floor(Math.log10(x));
  return [1, 2, 5, 10].find((k) => k * ten >= x) * ten;
}

/** {picture: {line: [[x, y], …]}} and what each picture aims at. */
function gather(rows) {
  const pictures = {};
  for (const { curve, ours, ratio, target } of rows) {
    if (!curve) continue;
    const [picture, line, x] = curve;
    const p = pictures[picture] ??= { lines: {}, aim: null };
    (p.lines[line] ??= []).push([x, target?.includes(' x ') ? ratio : ours]);
    if (target) p.aim = Number(target.split(' ')[1]);
  }
  return pictures;
}

/** Names beside the ends of their lines, none over another, none outside. */
function names(ends) {
  let last = -Infinity;
  return [...ends].sort((a, b) => a.y - b.y).map((e, i) => {
    const lowest = HEIGHT - 10 - (ends.length - 1 - i) * NAME_HEIGHT;
    last = Math.min(Math.max(e.y, last + NAME_HEIGHT), lowest);
    return { ...e, at: last };
  });
}

function grid(xs, top, x, y) {
  const step = nice(top / 5);
  const out = [];
  for (let v = 0; v <= top * 1.001; v += step) {
    out.push(`<line class="grid" x1="${BOX.left}" x2="${BOX.right}" y1="${y(v)}" y2="${y(v)}"/>`,
      text(BOX.left - 8, y(v) + 4, String(Number(v.toPrecision(3))), 'text-anchor="end"'));
  }
  for (const v of xs) out.push(text(x(v), BOX.bottom + 20, short(v), 'text-anchor="middle"'));
  return [...out, text((BOX.left + BOX.right) / 2, BOX.bottom + 36, 'orders in the database', 'text-anchor="middle"')];
}

function picture(title, { lines, aim }) {
  const points = Object.values(lines).flat();
  const xs = [...new Set(points.map(([v]) => v))].sort((a, b) => a - b);
  const most = Math.max(...points.map(([, v]) => v), aim ?? 0) * 1.05;
  const top = Math.ceil(most / nice(most / 5)) * nice(most / 5);
  const wide = Math.log(xs.at(-1) / xs[0]) || 1;
  const x = (v) => Math.round(BOX.left + 24 + (BOX.right - BOX.left - 24) * Math.log(v / xs[0]) / wide);
  const y = (v) => Math.round(BOX.bottom - (BOX.bottom - BOX.top) * v / top);
  const drawn = Object.entries(lines).map(([name, list], i) => ({
    name, colour: COLOURS[i % COLOURS.length], y: y(list.at(-1)[1]), value: list.at(-1)[1],
    path: list.map(([a, b]) => `${x(a)},${y(b)}`).join(' '),
  }));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img">`,
    `<title>${escape(title)}</title><style>${STYLE}</style>`,
    text(BOX.left, 24, title, 'class="title"'),
    ...grid(xs, top, x, y),
    aim === null ? '' : `<line class="aim" x1="${BOX.left}" x2="${BOX.right}" y1="${y(aim)}" y2="${y(aim)}"/>${text(BOX.left + 4, y(aim) - 5, `target ${aim}`)}`,
    ...drawn.map((d) => `<polyline fill="none" stroke="${d.colour}" stroke-width="2" points="${d.path}"/>`),
    ...names(drawn).map((d) => `<rect x="${BOX.right + 10}" y="${d.at - 4}" width="10" height="8" fill="${d.colour}"/>`
      + text(BOX.right + 26, d.at + 4, `${d.name}: ${Number(d.value.toPrecision(3))}`)),
    '</svg>', '',
  ].join('\n');
}

/** Writes DIR/NAME.svg for each curve of these rows. */
export function draw(rows, dir) {
  mkdirSync(dir, { recursive: true });
  for (const [name, what] of Object.entries(gather(rows))) {
    writeFileSync(path.join(dir, `${name}.svg`), picture(TITLES[name], what));
  }
}
