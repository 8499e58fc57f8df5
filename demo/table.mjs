// The live table: where each order is on its way.  On a terminal it is drawn
// in place; elsewhere each change is a line.

const STATES = ['placed', 'no-sync', 'syncing', 'synced', 'error', 'left alone'];
const COLOUR = { placed: 37, 'no-sync': 33, syncing: 36, synced: 32, error: 31, 'left alone': 90 };

export class Table {
  constructor(out = process.stdout) {
    this.out = out;
    this.live = Boolean(out.isTTY);
    this.rows = new Map();
    this.drawn = 0;
    this.started = Date.now();
  }

  /** `way`: every state the order went through, oldest first. */
  set(id, { name, shape, state, why }) {
    const row = this.rows.get(id) ?? { id, name, shape, way: [] };
    Object.assign(row, { name, shape, why });
    if (row.way.at(-1) !== state) {
      row.way.push(state);
      this.rows.set(id, row);
      if (!this.live) this.line(row);
    }
    this.dirty = true;
  }

  seconds() {
    return ((Date.now() - this.started) / 1000).toFixed(1).padStart(6);
  }

  line(row) {
    this.out.write(`${this.seconds()} s  ${row.name.padEnd(8)} ${row.way.join(' → ')}${row.why ? `  (${row.why})` : ''}\n`);
  }

  counts() {
    return STATES.map((s) => [s, [...this.rows.values()].filter((r) => r.way.at(-1) === s).length])
      .filter(([, n]) => n > 0).map(([s, n]) => `${this.paint(s)} ${n}`).join('   ');
  }

  paint(state) {
    return this.live ? `\x1b[${COLOUR[state] ?? 37}m${state}\x1b[0m` : state;
  }

  draw() {
    if (!this.live || !this.dirty) return;
    this.dirty = false;
    const lines = [...this.rows.values()].map((r) =>
      `  ${r.name.padEnd(8)} ${(r.shape ?? '').slice(0, 22).padEnd(23)}${r.way.map((s) => this.paint(s)).join(' → ')}${r.why ? `  ${r.why}` : ''}`);
    const room = Math.max(5, (this.out.rows ?? 24) - 4);
    const shown = lines.length <= room ? lines : lines.slice(-room);
    const text = [`  ${this.seconds()} s   ${this.counts()}`, '', ...shown];
    if (this.drawn) this.out.write(`\x1b[${this.drawn}A\x1b[J`);
    this.out.write(`${text.join('\n')}\n`);
    this.drawn = text.length;
  }
}
