// The live table: where each order is on its way.  On a terminal it is drawn in
// place, as many rows as there is room for, what needs a look first; elsewhere
// each change is a line.

const STATES = ['placed', 'no-sync', 'syncing', 'synced', 'shipped', 'delivered', 'error', 'left alone'];
const COLOUR = { placed: 37, 'no-sync': 33, syncing: 36, synced: 32, shipped: 34, delivered: 35, error: 31, 'left alone': 90 };
/** What is shown first when not all fits. */
const RANK = { error: 0, syncing: 1, 'no-sync': 2, placed: 3, synced: 4, shipped: 5, delivered: 6, 'left alone': 7 };
const SHAPE_WIDTH = 20;
const BAR_WIDTH = 24;
const FRAME = 4; // summary, bar, blank, "and N more"
const SILENT_MS = 5000; // and where lines are written, one says that it goes on

const cut = (text, n) => (text.length <= n ? text : `${text.slice(0, Math.max(0, n - 1))}…`);

/** Words with colours, cut to a width counted without the colours. */
function fit(parts, width) {
  let left = width;
  let text = '';
  for (const [word, colour] of parts) {
    if (left <= 0) break;
    const shown = cut(word, left);
    left -= shown.length;
    text += colour ? `\x1b[${colour}m${shown}\x1b[0m` : shown;
  }
  return text;
}

export class Table {
  constructor(out = process.stdout) {
    this.out = out;
    this.live = Boolean(out.isTTY);
    this.rows = new Map();
    this.drawn = 0;
    this.changes = 0;
    this.started = Date.now();
    this.note = '';
    this.spoke = Date.now();
    if (this.live) out.write('\x1b[?25l'); // no cursor running about
  }

  /** `state`: the newest one; `why`: a reason in words, if there is one. */
  set(id, { name, shape, state, why }) {
    const row = this.rows.get(id) ?? { id, name, shape, way: [], changed: 0, at: 0 };
    const news = row.way.at(-1) !== state || row.why !== why;
    Object.assign(row, { name, shape, why });
    if (row.way.at(-1) !== state) {
      row.way.push(state);
      row.changed = ++this.changes;
      row.at = Date.now();
    }
    this.rows.set(id, row);
    if (news && !this.live) this.line(row);
  }

  since(at) {
    return ((at - this.started) / 1000).toFixed(1);
  }

  say(words) {
    this.spoke = Date.now();
    this.out.write(`${this.since(this.spoke).padStart(6)} s  ${words}\n`);
  }

  line(row) {
    const why = row.why ? `  (${row.why})` : '';
    this.say(`${row.name.padEnd(8)} ${row.way.join(' → ')}${why}`);
  }

  count(state) {
    return [...this.rows.values()].filter((r) => r.way.at(-1) === state).length;
  }

  summary() {
    const parts = [[`  ${this.since(Date.now()).padStart(5)} s`]];
    for (const state of STATES) {
      const n = this.count(state);
      if (n > 0) parts.push(['   '], [`${state} ${n}`, COLOUR[state]]);
    }
    return parts;
  }

  ready() {
    return ['synced', 'shipped', 'delivered', 'left alone'].reduce((n, state) => n + this.count(state), 0);
  }

  progress() {
    return `${this.ready()} of ${this.rows.size} are where they belong${this.note ? `   ${this.note}` : ''}`;
  }

  bar() {
    const done = Math.round((BAR_WIDTH * this.ready()) / Math.max(1, this.rows.size));
    return [['  '], ['█'.repeat(done), COLOUR.synced], ['░'.repeat(BAR_WIDTH - done), 90], [`  ${this.progress()}`]];
  }

  row(row) {
    const parts = [['  '], [row.name.padEnd(7)], [' '], [cut(row.shape ?? '', SHAPE_WIDTH).padEnd(SHAPE_WIDTH), 90], [' ']];
    row.way.forEach((state, i) => parts.push([i ? ' → ' : ''], [state, COLOUR[state] ?? 37]));
    if (row.way.at(-1) === 'synced') parts.push([`  ${this.since(row.at)} s`, 90]);
    if (row.why) parts.push([`  ${row.why}`, row.way.at(-1) === 'error' ? COLOUR.error : 90]);
    return parts;
  }

  draw() {
    if (!this.live) {
      if (Date.now() - this.spoke > SILENT_MS) this.say(`…        ${this.progress()}`);
      return;
    }
    const width = (this.out.columns ?? 80) - 1;
    const room = Math.max(3, (this.out.rows ?? 24) - FRAME - 1);
    const rank = (r) => RANK[r.way.at(-1)] ?? 3;
    const byUrgency = [...this.rows.values()].sort((a, b) => rank(a) - rank(b) || b.changed - a.changed);
    const shown = new Set(this.rows.size <= room + 1 ? byUrgency : byUrgency.slice(0, room));
    const rows = [...this.rows.values()].filter((r) => shown.has(r));
    const lines = [this.summary(), this.bar(), [['']], ...rows.map((r) => this.row(r))];
    const hidden = this.rows.size - rows.length;
    if (hidden) lines.push([[`  … and ${hidden} more`, 90]]);
    this.paint(lines.map((parts) => fit(parts, width)));
  }

  /* Each line over the old one, the rest of the screen cleared after: nothing
     is ever blank in between. */
  paint(lines) {
    const up = this.drawn > 1 ? `\x1b[${this.drawn - 1}A` : '';
    this.out.write(`\x1b[?2026h${this.drawn ? `\r${up}` : ''}${lines.map((l) => `${l}\x1b[K`).join('\n')}\x1b[J\x1b[?2026l`);
    this.drawn = lines.length;
  }

  /** The last picture stays; what is printed now comes below it. */
  end() {
    if (!this.live || this.ended) return;
    this.ended = true;
    this.out.write(`${this.drawn ? '\n' : ''}\x1b[?25h`);
  }
}
