/*
 * Stand-in for App Bridge: runs in the app's page, asks the stand-in admin
 * around it by messages, as the real one does. It has what Logivery uses.
 */
export {};

type Reply = (answer: unknown) => void;

const query = new URLSearchParams(location.search);
const own = document.currentScript as HTMLScriptElement | null;
const apiKey =
  own?.dataset.apiKey ??
  document.querySelector<HTMLMetaElement>('meta[name="shopify-api-key"]')?.content ??
  '';
/** Where the admin is: this script came from there. */
const admin = new URL(own?.src ?? location.href).origin;
const waiting = new Map<number, Reply>();
let last = 0;

function tell(what: string, more: object = {}): void {
  parent.postMessage({ bridge: what, ...more }, admin);
}

function ask(what: string): Promise<unknown> {
  last += 1;
  const id = last;
  tell(what, { id });
  return new Promise((resolve) => waiting.set(id, resolve));
}

const idToken = () => ask('idToken') as Promise<string>;

/** A page without a good token: it is loaded again with a fresh one. */
async function reload(to: string): Promise<void> {
  const url = new URL(to);
  if (url.origin !== location.origin) return;
  url.searchParams.set('id_token', await idToken());
  location.replace(url);
}

/* --- the menu: an element that shows nothing in the page --- */

function links() {
  return [...document.querySelectorAll('s-app-nav s-link')].map((link) => ({
    href: link.getAttribute('href') ?? (link as HTMLElement & { href: string }).href,
    label: link.textContent ?? '',
    isHome: link.getAttribute('rel') === 'home',
  }));
}

class Nav extends HTMLElement {
  connectedCallback() {
    this.style.display = 'none';
    const show = () => tell('nav', { links: links(), path: location.pathname });
    new MutationObserver(show).observe(this, {
      subtree: true,
      childList: true,
      characterData: true,
    });
    queueMicrotask(show);
  }
}
customElements.define('s-app-nav', Nav);

function go(href: string): void {
  const link = document.createElement('s-link');
  link.setAttribute('href', href);
  link.hidden = true;
  document.body.append(link);
  const asked = new CustomEvent('shopify:navigate', { bubbles: true, cancelable: true });
  if (link.dispatchEvent(asked)) location.assign(href);
  link.remove();
  tell('nav', { links: links(), path: location.pathname });
}

/* --- the save bar: of forms that ask for it --- */

let changed: HTMLFormElement | undefined;

document.addEventListener('input', (event) => {
  const target = event.target instanceof HTMLElement ? event.target : null;
  const form = target?.closest<HTMLFormElement>('form[data-save-bar]');
  if (!form || changed) return;
  changed = form;
  tell('saveBar', { isShown: true });
});
for (const name of ['submit', 'reset']) {
  document.addEventListener(name, () => {
    changed = undefined;
    tell('saveBar', { isShown: false });
  });
}

addEventListener('message', (event) => {
  if (event.origin !== admin || event.source !== parent) return;
  const { reply, answer, command, href } = event.data ?? {};
  if (reply) {
    waiting.get(reply)?.(answer);
    waiting.delete(reply);
  }
  if (command === 'go') go(href);
  if (command === 'save') changed?.requestSubmit();
  if (command === 'discard') changed?.reset();
});

Object.assign(globalThis, {
  shopify: {
    config: {
      apiKey,
      shop: query.get('shop'),
      locale: query.get('locale') ?? 'en',
      host: query.get('host'),
    },
    idToken,
    toast: { show: (text: string) => tell('toast', { text }) },
    loading: (isOn?: boolean) => tell('loading', { isOn: isOn ?? true }),
  },
});

const to = query.get('shopify-reload');
if (to) void reload(to);
