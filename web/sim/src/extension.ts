/* Runs one extension in a Worker of its own and shows what it draws. */
import { release, retain, ThreadWebWorker } from '@quilted/threads';
import { DOMRemoteReceiver } from '@remote-dom/core/receivers';
import type { Messages } from '../../shared/i18n.ts';
import { EXTENSION_TAGS, eventsOf, propsOf } from './policy.ts';
import { idToken, post } from './store.ts';
import type { Admin, Extension, Start } from './worker.ts';

/** As the build names them, in extensions.json. */
export interface Target {
  target: string;
  handle: string;
  bundle: string;
  /** Asked first whether the action is shown. */
  condition: string | null;
  locales: Record<string, Messages>;
}

export interface Place {
  shop: string;
  selected: string[];
  locale: string;
  appUrl: string;
}

export interface Running {
  answer: Promise<unknown>;
  end: () => void;
}

export const wordsOf = (one: Target, locale: string): Messages =>
  one.locales[locale] ?? one.locales.en ?? {};

const policyOf = (tag: string) => ({
  properties: Object.fromEntries(
    Object.keys(propsOf(tag)).map((name) => [name, { attribute: name.toLowerCase() }]),
  ),
  attributes: ['slot', 'id'],
  events: Object.fromEntries(eventsOf(tag).map((name) => [name, {}])),
});

/** Anything else that an extension draws is refused. */
const elements = Object.fromEntries(EXTENSION_TAGS.map((tag) => [tag, policyOf(tag)]));

function start(one: Target, place: Place, target: string, bundle: string): Start {
  return {
    target,
    bundle: new URL(`/admin/assets/extensions/${bundle}`, location.href).href,
    locale: place.locale,
    messages: wordsOf(one, place.locale),
    selected: place.selected,
    appUrl: place.appUrl,
  };
}

function open(root: HTMLElement, place: Place, begin: Start, onClose: () => void): Running {
  const worker = new Worker('/admin/assets/worker.js', { type: 'module' });
  const receiver = new DOMRemoteReceiver({ root, elements, retain, release });
  const admin: Admin = {
    close: onClose,
    idToken: () => idToken(place.shop),
    query: (query, options) =>
      post(`/shops/${place.shop}/query`, { query, ...(options as object) }),
  };
  const thread = new ThreadWebWorker<Extension, Admin>(worker, { exports: admin });
  const { run } = thread.imports as unknown as Extension;
  return { answer: run(receiver.connection, begin), end: () => worker.terminate() };
}

export function runAction(root: HTMLElement, one: Target, place: Place, onClose: () => void) {
  return open(root, place, start(one, place, one.target, one.bundle), onClose);
}

export async function isShown(one: Target, place: Place): Promise<boolean> {
  if (!one.condition) return true;
  const target = one.target.replace(/action\.render$/, 'action.should-render');
  const begin = start(one, place, target, one.condition);
  const running = open(document.createElement('div'), place, begin, () => {});
  const answer = (await running.answer) as { display?: boolean } | undefined;
  running.end();
  return answer?.display === true;
}
