/*
 * What the programs say, in the reader's language. Their logs are written once, in
 * English; here each sentence is found again by the words that it always has, and
 * told anew with what stood in its holes: names, numbers and times stay as they are.
 * What is not known stays English.
 *
 * A catalogue has "English with {1} and {2}" for each key. In its translation,
 * {1!} is itself something said, {1:one|more} chooses by the number in the hole,
 * and {-1} leaves a hole out.
 */
export type Catalogue = Record<string, string>;

interface Template {
  literals: string[];
  holes: string[];
  weight: number;
  isSentence: boolean;
  to: string;
}
interface Fit {
  template: Template;
  end: number;
  holes: string[];
}

const HOLE = /\{(\d)\}/g;
const LONGEST = 4_000;
const DEEPEST = 3;
const KEPT = 2_000;

function compile([from, to]: [string, string]): Template {
  const literals = from.split(/\{\d\}/);
  return {
    literals,
    holes: [...from.matchAll(HOLE)].map((m) => m[1] ?? ''),
    weight: literals.join('').length,
    isSentence: /(?:\.|: \{\d\})$/.test(from),
    to,
  };
}

/** A sentence ends where the text does or a blank follows: "213.40" has no end. */
function endOf(text: string, literal: string, at: number): number {
  let found = text.indexOf(literal, at);
  while (found >= 0) {
    const end = found + literal.length;
    if (end === text.length || text[end] === ' ') return end;
    found = text.indexOf(literal, found + 1);
  }
  return -1;
}

function after(text: string, literal: string, at: number): number {
  const found = text.indexOf(literal, at);
  return found < 0 ? -1 : found + literal.length;
}

/** Each literal at its first place after the one before: no way back, so no time lost. */
function fit(template: Template, text: string, from: number): Fit | undefined {
  const [first = '', ...rest] = template.literals;
  if (!text.startsWith(first, from)) return undefined;
  const holes: string[] = [];
  let at = from + first.length;
  if (rest.length === 0 && at < text.length && text[at] !== ' ') return undefined;
  for (const [i, literal] of rest.entries()) {
    const isLast = i === rest.length - 1;
    const start = at;
    if (isLast) at = literal === '' ? text.length : endOf(text, literal, at);
    else at = after(text, literal, at);
    if (at < 0) return undefined;
    holes.push(text.slice(start, at - literal.length));
  }
  return { template, end: at, holes };
}

const firstWord = (text: string) => /^[^ {]* /.exec(text)?.[0] ?? '';

/** By their first word; those that begin with a hole, or have but one word, by ''. */
function index(templates: Template[]): Map<string, Template[]> {
  const found = new Map<string, Template[]>();
  for (const one of templates.toSorted((a, b) => b.weight - a.weight)) {
    const key = firstWord(one.literals[0] ?? '');
    found.set(key, [...(found.get(key) ?? []), one]);
  }
  return found;
}

export function makeSaid(catalogue: Catalogue): (text: string) => string {
  const templates = Object.entries(catalogue).map(compile);
  const sentences = index(templates.filter((one) => one.isSentence));
  const phrases = index(templates.filter((one) => !one.isSentence));
  const cache = new Map<string, string>();

  function fill(found: Fit, depth: number): string {
    const { holes, template } = found;
    const hole = (name: string) => holes[template.holes.indexOf(name)] ?? '';
    return template.to.replace(
      /\{(-?)(\d)(!?)(?::([^|}]*)\|([^}]*))?\}/g,
      (_, drop, name, isSaid, one, more) => {
        if (drop) return '';
        if (one !== undefined) return hole(name) === '1' ? one : more;
        return isSaid ? tell(hole(name), depth + 1) : hole(name);
      },
    );
  }

  /** The one that ends first: a hole does not reach over another sentence. */
  function sentence(key: string, text: string, at: number): Fit | undefined {
    const fits = (sentences.get(key) ?? [])
      .map((one) => fit(one, text, at))
      .filter((one) => one !== undefined);
    return fits.length > 0 ? fits.reduce((a, b) => (b.end < a.end ? b : a)) : undefined;
  }

  function phrase(text: string): Fit | undefined {
    for (const key of new Set([firstWord(text), ''])) {
      const found = (phrases.get(key) ?? [])
        .map((one) => fit(one, text, 0))
        .find((one) => one?.end === text.length);
      if (found) return found;
    }
    return undefined;
  }

  /** "Import orders: 3 orders taken.": a job's title, then what came of it. Only if this
      is told at once: "Import orders: failed." is a sentence of its own, whatever follows. */
  function titled(text: string, depth: number): string | undefined {
    const colon = text.indexOf(': ');
    const title = colon > 0 ? phrase(text.slice(0, colon)) : undefined;
    if (!title || title.holes.length > 0) return undefined;
    const outcome = text.slice(colon + 2);
    const [first, end] = rest(outcome, 0, depth + 1);
    if (first === outcome.slice(0, end)) return undefined;
    return `${fill(title, depth)}: ${tell(outcome, depth + 1)}`;
  }

  /** What stands at a place, told, and where it ends. */
  function rest(text: string, at: number, depth: number): [string, number] {
    const known = sentence(firstWord(text.slice(at, at + 80)), text, at);
    if (known) return [fill(known, depth), known.end];
    const job = titled(text.slice(at), depth);
    if (job !== undefined) return [job, text.length];
    const open = sentence('', text, at);
    if (open) return [fill(open, depth), open.end];
    const whole = phrase(text.slice(at));
    if (whole) return [fill(whole, depth), text.length];
    const next = text.indexOf('. ', at);
    const end = next < 0 || next + 2 >= text.length ? text.length : next + 1;
    return [text.slice(at, end), end];
  }

  function tell(text: string, depth: number): string {
    if (depth > DEEPEST) return text;
    const parts: string[] = [];
    for (let at = 0; at < text.length; ) {
      const [part, end] = rest(text, at, depth);
      parts.push(part);
      at = end + 1;
    }
    return parts.join(' ');
  }

  return (text) => {
    if (text.length > LONGEST) return text;
    const known = cache.get(text);
    if (known !== undefined) return known;
    const told = tell(text, 0);
    if (cache.size >= KEPT) cache.clear();
    cache.set(text, told);
    return told;
  };
}
