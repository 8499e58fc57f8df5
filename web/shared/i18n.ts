/*
 * Words, numbers and dates of one language. Messages are in Shopify's locale
 * format: nested objects, {{variable}}, plurals as { one, other }.
 */

export type Messages = { [key: string]: string | Messages };
export type Vars = Record<string, string | number>;

/** Every path to a text, or to a plural, in a tree of messages. */
export type Path<M> = M extends string
  ? never
  : {
      [K in keyof M & string]: M[K] extends string
        ? K
        : M[K] extends { other: string }
          ? K
          : `${K}.${Path<M[K]>}`;
    }[keyof M & string];

function find(messages: Messages, key: string): string | Messages | undefined {
  let at: string | Messages | undefined = messages;
  for (const part of key.split('.')) {
    if (typeof at !== 'object') return undefined;
    at = at[part];
  }
  return at;
}

function fill(text: string, vars: Vars | undefined): string {
  return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name) => String(vars?.[name] ?? whole));
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

const INSTANT = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

const AMOUNT = /\b(\d+(?:\.\d+)?) ([A-Z]{3})\b/g;
const NEAR_MS = 3_600_000;

export interface I18n<K extends string> {
  locale: string;
  t: (key: K, vars?: Vars) => string;
  /** The text at a key that is put together at run time; undefined if none. */
  maybe: (key: string, vars?: Vars) => string | undefined;
  /** A sentence of the programs' logs, in this language where it is known; its times and amounts are the reader's. */
  said: (text: string) => string;
  number: (value: number) => string;
  money: (amount: string, currency: string) => string;
  date: (iso: string) => string;
  time: (iso: string) => string;
  /** With seconds, for logs; of today only the time. */
  clock: (iso: string) => string;
  ago: (iso: string, now?: number) => string;
  span: (seconds: number) => string;
  country: (code: string) => string;
}

/** A language as its reader writes it: 25/11/2026 for who has en-GB. */
export function regional(language: string, wanted: readonly string[]): string {
  return wanted.find((w) => w.startsWith(`${language}-`)) ?? language;
}

export function makeI18n<M extends Messages>(
  locale: string,
  messages: M,
  said: (text: string) => string = (text) => text,
): I18n<Path<M>> {
  const plural = new Intl.PluralRules(locale);
  const number = new Intl.NumberFormat(locale);
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const time = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const clock = new Intl.DateTimeFormat(locale, { dateStyle: 'short', timeStyle: 'medium' });
  const exact = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
  const second = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const countries = new Intl.DisplayNames(locale, { type: 'region', fallback: 'code' });

  function maybe(key: string, vars?: Vars): string | undefined {
    const found = find(messages, key);
    if (typeof found === 'string') return fill(found, vars);
    if (found === undefined) return undefined;
    const count = Number(vars?.count ?? 0);
    const form = found[plural.select(count)] ?? found.other;
    return typeof form === 'string'
      ? fill(form, { ...vars, count: number.format(count) })
      : undefined;
  }

  function money(amount: string, currency: string): string {
    try {
      const f = new Intl.NumberFormat(locale, { style: 'currency', currency });
      return f.format(amount as Intl.StringNumericLiteral);
    } catch {
      return `${amount} ${currency}`;
    }
  }

  /** What is about now has its seconds: "again at 7:59" would read as past. */
  function instant(iso: string): string {
    const at = Date.parse(iso);
    if (Number.isNaN(at)) return iso;
    return (Math.abs(at - Date.now()) < NEAR_MS ? exact : time).format(at);
  }

  return {
    locale,
    t: (key, vars) => maybe(key, vars) ?? key,
    maybe,
    said: (text) =>
      said(text)
        .replace(INSTANT, instant)
        .replace(AMOUNT, (_, amount, currency) => money(amount, currency)),
    number: (value) => number.format(value),
    money,
    date: (iso) => date.format(new Date(iso)),
    time: (iso) => time.format(new Date(iso)),
    clock(iso) {
      const at = new Date(iso);
      const isToday = at.toDateString() === new Date().toDateString();
      return (isToday ? second : clock).format(at);
    },
    ago(iso, now = Date.now()) {
      const seconds = Math.round((Date.parse(iso) - now) / 1000);
      const [unit, size] = UNITS.find(([, s]) => Math.abs(seconds) >= s) ?? ['second', 1];
      return relative.format(Math.round(seconds / size), unit);
    },
    span(seconds) {
      const [unit, size] = UNITS.find(([, s]) => seconds >= s && seconds % s === 0) ?? [
        'second',
        1,
      ];
      const f = new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' });
      return f.format(seconds / size);
    },
    country(code) {
      try {
        return countries.of(code) ?? code;
      } catch {
        return code;
      }
    },
  };
}
