// What the specs of hostile text share: answers whose text would run if it were taken for
// anything but text, and what to look for afterwards.
import type { Frame, Page, Route } from '@playwright/test';

export const MARK = '<img src=x onerror="ran(1)">';
export const EVIL = `'">${MARK}<svg onload="ran(2)"></svg><script>ran(3)</script>{{ran(4)}}`;
const EVIL_URL = 'javascript:ran(5)';

// Words of our own and what is computed with: the API's schema has no free text there.
const OURS =
  /^(id|uuid|state|status|code|kind|step|level|origin|role|theme|language|csrf|technology|.*_at|.*_until|.*_code|.*cursor|currency|revision|digest|schema|engine|link_state|mode|type|weekday|every|zone|time_zone|where|last_used|expires|at|from|to)$/;

export function poisoned<T>(value: T, key?: string): T;
export function poisoned(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((v) => poisoned(v, key));
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, poisoned(v, k)]));
  if (typeof value !== 'string' || OURS.test(key) || /^[\d.-]+(T.*Z)?$/.test(value)) return value;
  return /url$|^link$|^href$/.test(key) ? EVIL_URL : EVIL;
}

/** Answers the call with the program's own answer, all text in it replaced. */
export async function poison(route: Route): Promise<void> {
  if (route.request().headers().accept?.includes('event-stream')) return route.continue();
  const answer = await route.fetch();
  if (!answer.headers()['content-type']?.includes('json'))
    return route.fulfill({ response: answer });
  return route.fulfill({ response: answer, json: poisoned(await answer.json()) });
}

/** What was made of it that is not text: elements, addresses, things that ran. */
export const taken = (page: Page | Frame) =>
  page.evaluate(() => {
    const found: string[] = [];
    const walk = (root: Document | ShadowRoot): void => {
      for (const e of root.querySelectorAll('*')) {
        if (e.shadowRoot) walk(e.shadowRoot);
        const attributes = [...e.attributes].filter(
          (a) => a.name.startsWith('on') || /^\s*javascript:/i.test(a.value),
        );
        if (attributes.length || e.getAttribute('src') === 'x')
          found.push(e.outerHTML.slice(0, 200));
      }
    };
    walk(document);
    return [...found, ...(window as unknown as { did: string[] }).did];
  });

/** In every document from now on: what is called by a text. */
export const watch = (page: Page) =>
  page.addInitScript(() => {
    const did: string[] = [];
    Object.assign(window, { did, ran: (n: number) => did.push(`ran ${n}`) });
  });
