// A page of another site, open in the browser of somebody who is signed in here: nothing
// that it can send changes anything, and nothing of ours shows in its frames.
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { PATHS } from '../../shopify/src/paths.ts';
import { consoleUrl, machine, signIn, world } from '../kit.ts';
import { control } from '../shopify/kit.ts';
import { paths } from './paths.ts';

interface Items {
  items: { id: string; uuid: string; code: string; label: string; last_used?: string }[];
}

interface Call {
  method: string;
  path: string;
}

// Its "=" is where a form of type text/plain puts one of its own.
const THEIRS = { email: 'mallory@example.com', password: 'come in here=we are open' };

let server: Server;
let victim: BrowserContext;
/** Another port is the same site to a browser: our cookie goes with what it sends.
    Another name is another site: SameSite keeps the cookie back. */
let sites: { url: string; hasCookie: boolean }[];

test.beforeAll(async ({ browser }) => {
  victim = await browser.newContext();
  await signIn(await victim.newPage());
  server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>Another site</title><body></body>');
  }).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  sites = [
    { url: `http://127.0.0.1:${port}/`, hasCookie: true },
    { url: `http://localhost:${port}/`, hasCookie: false },
  ];
});

test.afterAll(async () => {
  await victim.close();
  server.close();
});

/** All that the console can be asked, as its description says, with ids that exist. */
async function calls(): Promise<Call[]> {
  const text = readFileSync(path.join(import.meta.dirname, '../../../doc/openapi.yaml'), 'utf8');
  const ids: Record<string, string> = {};
  for (const kind of ['users', 'tokens', 'connectors', 'orders', 'shipments', 'jobs', 'couriers']) {
    const first = (await machine<Items>(`/${kind}`)).items.at(-1);
    ids[kind] = first?.uuid ?? first?.id ?? first?.code ?? '1';
  }
  const found: Call[] = [];
  let at = '';
  for (const line of text.slice(text.indexOf('\npaths:')).split('\n')) {
    at = /^ {2}(\/\S+):$/.exec(line)?.[1] ?? at;
    const method = /^ {4}(get|post|put|patch|delete):$/.exec(line)?.[1]?.toUpperCase();
    const filled = at.replace(/(\w+)\/\{\w+\}/g, (_all, kind) => `${kind}/${ids[kind] ?? '1'}`);
    if (method && at !== '/api/v1/log/stream') found.push({ method, path: filled });
  }
  expect(found.length).toBeGreaterThan(60);
  return found;
}

/** What a forged call would have changed, and nothing else changes by itself. */
async function state(): Promise<unknown> {
  const kinds = ['users', 'tokens', 'couriers', 'audit'];
  const lists = await Promise.all(kinds.map((kind) => machine<Items>(`/${kind}?limit=100`)));
  return lists.map(({ items }) => items.map(({ last_used: _, ...one }) => one));
}

const drop = (where: string) =>
  fetch(`${consoleUrl}/api/v1${where}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${world.token}` },
  });

interface Heard {
  call: string;
  status: number;
}

/** What reached the program, and how it answered. */
function listen(): Heard[] {
  const heard: Heard[] = [];
  victim.on('response', (response) => {
    const request = response.request();
    if (!request.url().startsWith(consoleUrl)) return;
    heard.push({
      call: `${request.method()} ${new URL(request.url()).pathname}`,
      status: response.status(),
    });
  });
  return heard;
}

interface Form {
  to: string;
  type: string;
  field: [string, string];
}

/** Forms, each sent in a frame of its own or, the one that is alone, as the whole page. */
async function post(page: Page, from: string, forms: Form[]): Promise<void> {
  await page.goto(from);
  await page.evaluate((all) => {
    for (const [i, { to, type, field }] of all.entries()) {
      const form = document.createElement('form');
      Object.assign(form, { method: 'post', action: to, enctype: type });
      const input = document.createElement('input');
      Object.assign(input, { type: 'hidden', name: field[0], value: field[1] });
      form.append(input);
      document.body.append(form);
      if (all.length > 1) {
        const frame = document.createElement('iframe');
        frame.name = `frame-${i}`;
        document.body.append(frame);
        form.target = frame.name;
      }
      form.submit();
    }
  }, forms);
  if (forms.length === 1) await page.waitForURL(forms[0]?.to ?? '');
}

/** JSON in the one field of a form: its name ends, and its value begins, where "=" stands. */
function asField(body: object): [string, string] {
  const [name = '', value = ''] = JSON.stringify({ ...body, x: '=' }).split('=');
  return [name, value];
}

const FORMS: [string, object][] = [
  ['/api/v1/tokens', { name: 'theirs', role: 'manager' }],
  ['/api/v1/users', { ...THEIRS, email: 'second@example.com', role: 'manager' }],
  ['/api/v1/me/password', { old: world.password, new: 'one that they know' }],
];

const TYPES = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'];

function forms(): Form[] {
  const known: [string, string] = JSON.stringify(THEIRS).split('=') as [string, string];
  return [
    ...TYPES.flatMap((type) =>
      FORMS.map(([to, body]) => ({ to: consoleUrl + to, type, field: asField(body) })),
    ),
    // Nor are they signed in here as somebody else, whose password is known.
    { to: `${consoleUrl}/api/v1/session`, type: 'text/plain', field: known },
  ];
}

test('forms of another site change nothing', async () => {
  const page = await victim.newPage();
  const user = await machine<{ id: string }>('/users', 'POST', { ...THEIRS, role: 'viewer' });
  const before = await state();
  for (const { url, hasCookie } of sites) {
    const heard = listen();
    const sent = () => heard.filter(({ call }) => call.startsWith('POST'));
    await post(page, url, forms());
    await expect.poll(() => sent().length).toBe(10);
    for (const one of forms().slice(-1)) await post(page, url, [one]);
    await post(page, url, forms().slice(0, 1));
    await expect.poll(() => sent().length).toBe(12);
    expect(sent().filter(({ status }) => ![401, 403, 415].includes(status))).toEqual([]);
    // It is not for want of a session that they fail.
    expect(sent().some(({ status }) => status === 403)).toBe(hasCookie);
    expect(sent().some(({ status }) => status === 401)).toBe(!hasCookie);
    victim.removeAllListeners('response');
  }
  expect(await state()).toEqual(before);
  await page.goto(`${consoleUrl}/api/v1/session`);
  await expect(page.locator('body')).toContainText(`"email":"${world.user}"`);
  const known = await fetch(`${consoleUrl}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(THEIRS),
  });
  expect(known.status, 'what the form tried is right as JSON of our own page').toBe(200);
  await drop(`/users/${user.id}`);
});

/** Each call in each way that a script has; what is answered cannot be read. */
async function tryAll(page: Page, all: Call[]): Promise<string[]> {
  return page.evaluate(
    async ([base, list]) => {
      const readable: string[] = [];
      async function ask(to: string, how: RequestInit) {
        const answer = await fetch(to, { credentials: 'include', ...how }).catch(() => undefined);
        if (answer && answer.type !== 'opaque') readable.push(`${how.method} ${to}`);
      }
      const body = '{"name":"theirs","role":"manager"}';
      for (const { method, path: to } of list) {
        if (method === 'GET') {
          await ask(base + to, { method });
          continue;
        }
        const proof = { 'content-type': 'application/json', 'x-csrf-token': 'a'.repeat(43) };
        const over = { 'x-http-method-override': method };
        await Promise.all([
          ask(base + to, { method, body, headers: proof }),
          ask(base + to, { method: 'POST', body, mode: 'no-cors' }),
          ask(base + to, { method: 'POST', body, headers: over }),
          ask(`${base}${to}?_method=${method}&csrf=x`, { method: 'GET', mode: 'no-cors' }),
          navigator.sendBeacon(base + to, new Blob([body], { type: 'text/plain' })),
        ]);
      }
      return readable;
    },
    [consoleUrl, all] as const,
  );
}

/** The same with the page's own proof, from a page of ours. */
const ours = (page: Page, proof: boolean) =>
  page.evaluate(async (withProof) => {
    const { csrf } = await (await fetch('/api/v1/session')).json();
    const headers = {
      'content-type': 'application/json',
      ...(withProof ? { 'x-csrf-token': csrf } : {}),
    };
    const body = '{"name":"ours","role":"viewer"}';
    const answer = await fetch('/api/v1/tokens', { method: 'POST', headers, body });
    return { status: answer.status, id: (await answer.json()).id as string };
  }, proof);

test('no script of another site changes or reads anything', async () => {
  const page = await victim.newPage();
  const all = await calls();
  const before = await state();
  for (const { url, hasCookie } of sites) {
    await page.goto(url);
    const heard = listen();
    expect(await tryAll(page, all)).toEqual([]);
    const changes = heard.filter(({ call }) => !call.startsWith('GET'));
    expect(changes.length).toBeGreaterThan(all.length);
    const done = changes.filter(({ status }) => status < 400).map(({ call }) => call);
    expect(done, url).toEqual([]);
    expect(changes.some(({ status }) => status === 403)).toBe(hasCookie);
    expect(changes.some(({ status }) => status === 401)).toBe(!hasCookie);
    victim.removeAllListeners('response');
  }
  // A link that is followed is let in, and changes nothing.
  for (const { path: to } of all.filter(({ method }) => method === 'DELETE').slice(0, 3)) {
    await page.goto(sites[1]?.url ?? '');
    await page.evaluate((link) => location.assign(link), `${consoleUrl}${to}?_method=DELETE`);
    await page.waitForURL(`${consoleUrl}${to}**`);
  }
  expect(await state()).toEqual(before);
  await page.goto(consoleUrl);
  expect(await ours(page, false)).toMatchObject({ status: 403 });
  const { status, id } = await ours(page, true);
  expect(status).toBe(201);
  await drop(`/tokens/${id}`);
});

test('no other site shows a page of ours in a frame', async () => {
  const page = await victim.newPage();
  const shop = 'tea-and-more.myshopify.com';
  const { id_token } = await control<{ id_token: string }>(`/shops/${shop}/id-token`, {});
  const verified = `?shop=${shop}&id_token=${id_token}`;
  const where = [
    ...Object.values(await paths()).map((to) => consoleUrl + to),
    ...['/setup', '/api/v1/orders', '/api/v1/nowhere', '/livez'].map((to) => consoleUrl + to),
    ...PATHS.map((to) => world.app + to + verified),
    `${world.app}/auth/session-token?shop=${shop}`,
  ];
  const console = where.filter((to) => to.startsWith(consoleUrl));
  const policies = await Promise.all(
    console.map(async (to) => (await fetch(to)).headers.get('content-security-policy')),
  );
  expect(policies.filter((one) => !one?.includes("frame-ancestors 'none'"))).toEqual([]);
  const url = sites[0]?.url ?? '';
  await page.goto(url);
  await page.evaluate(
    (all) => {
      for (const to of all) {
        const frame = document.createElement('iframe');
        frame.src = to;
        document.body.append(frame);
      }
    },
    [...where, `${url}own`],
  );
  const inside = () =>
    page
      .frames()
      .slice(1)
      .map((frame) => frame.url());
  const settled = () => inside().filter((to) => to && to !== 'about:blank');
  await expect.poll(() => settled().length, { timeout: 60_000 }).toBe(where.length + 1);
  const letIn = inside().filter((to) => !to.startsWith('chrome-error:'));
  expect(letIn, 'its own page alone is there').toEqual([`${url}own`]);
});
