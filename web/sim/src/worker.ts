/*
 * Where an extension runs: a Worker without a page, whose elements are echoes
 * (Remote DOM) of those the admin shows. It loads the very file that Shopify's
 * tool built.
 */
import '@remote-dom/core/polyfill';
import { retain, ThreadWebWorker } from '@quilted/threads';
import { type RemoteConnection, ROOT_ID } from '@remote-dom/core';
import { connectRemoteNode, createRemoteElement, setRemoteId } from '@remote-dom/core/elements';
import { type Messages, makeI18n } from '../../shared/i18n.ts';
import { EXTENSION_TAGS, eventsOf, propsOf } from './policy.ts';

export interface Start {
  target: string;
  bundle: string;
  locale: string;
  messages: Messages;
  selected: string[];
  appUrl: string;
}

export interface Admin {
  close: () => void;
  idToken: () => Promise<string>;
  query: (text: string, options: unknown) => Promise<unknown>;
}

export interface Extension {
  run: (connection: unknown, start: Start) => Promise<unknown>;
}

for (const tag of EXTENSION_TAGS) {
  customElements.define(
    tag,
    createRemoteElement({
      attributes: ['slot', 'id'],
      properties: Object.fromEntries(
        Object.entries(propsOf(tag)).map(([name, usual]) => [
          name,
          { type: typeof usual === 'boolean' ? Boolean : String, attribute: name.toLowerCase() },
        ]),
      ),
      events: Object.fromEntries(
        eventsOf(tag).map((name) => [
          name,
          { dispatchEvent: (detail: unknown) => new CustomEvent(name, { detail, bubbles: true }) },
        ]),
      ),
    } as never),
  );
}

const thread = new ThreadWebWorker<Admin, Extension>(self as unknown as Worker, {
  exports: { run },
});
const admin = thread.imports as unknown as Admin;

/** A relative address is the app's, and goes with a fresh ID token. */
function fetchAsAdmin(appUrl: string, real: typeof fetch): typeof fetch {
  return async (input, init) => {
    const url = new URL(String(input), appUrl);
    const headers = new Headers(init?.headers);
    if (url.origin === new URL(appUrl).origin)
      headers.set('Authorization', `Bearer ${await admin.idToken()}`);
    return real(url, { ...init, headers });
  };
}

/** From here on the polyfill tells of every change, one by one. */
function connectBody(connection: RemoteConnection): void {
  setRemoteId(document.body, ROOT_ID);
  connectRemoteNode(document.body, connection);
}

async function run(connection: unknown, start: Start): Promise<unknown> {
  retain(connection);
  const targets = new Map<string, () => Promise<unknown>>();
  const words = makeI18n(start.locale, start.messages);
  const source = await (await fetch(start.bundle)).text();
  Object.assign(globalThis, {
    fetch: fetchAsAdmin(start.appUrl, fetch.bind(globalThis)),
    shopify: {
      extend: (target: string, fn: () => Promise<unknown>) => targets.set(target, fn),
      setSignals() {},
      data: { selected: start.selected.map((id) => ({ id })) },
      i18n: { translate: words.t, formatNumber: words.number },
      close: () => admin.close(),
      auth: { idToken: () => admin.idToken() },
      query: (text: string, options: unknown) => admin.query(text, options),
    },
  });
  if (!start.target.endsWith('should-render')) connectBody(connection as RemoteConnection);
  new Function(source)();
  return targets.get(start.target)?.();
}
