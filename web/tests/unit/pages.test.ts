// Pages of the console, drawn from what the program answers.
import { QueryClientProvider } from '@tanstack/preact-query';
import { cleanup, render, screen } from '@testing-library/preact';
import { h } from 'preact';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { OrderSummary } from '../../cloud/src/api/client.ts';
import { cache } from '../../cloud/src/api/query.ts';
import { setLanguage, words } from '../../cloud/src/i18n.ts';
import { JobStory } from '../../cloud/src/pages/log/job.tsx';
import { OrderTable } from '../../cloud/src/pages/orders/table.tsx';

const UUID = '01982f6e-7c1a-7b52-9d0e-3f5a6b7c8d91';

const job = {
  uuid: UUID,
  kind: 'import',
  state: 'done',
  attempts: 1,
  created_at: '2026-11-20T09:14:12Z',
  finished_at: '2026-11-20T09:14:13Z',
  next_at: null,
  code: null,
  reason: null,
  next: null,
  connector: null,
  order: '7',
};

const order: OrderSummary = {
  id: '7',
  external_id: '6832000001001',
  number: '#1001',
  connector: null,
  channel: '1',
  status: 'placed',
  state: 'synced',
  code: null,
  reason: null,
  job: null,
  changed_in_store: false,
  cancelled: false,
  flags: [],
  placed_at: '2026-11-01T09:00:00Z',
  imported_at: '2026-11-20T09:14:13Z',
  updated_at: '2026-11-01T09:00:00Z',
  latest_shipping_date: null,
  country: null,
  destination: null,
  currency: 'EUR',
  total: '1.00',
  lines_count: 1,
};

const none = { items: [], next_cursor: null };
const answers: Record<string, unknown> = {
  [`/api/v1/jobs/${UUID}`]: job,
  '/api/v1/orders/7': order,
};

beforeAll(() => setLanguage('en'));
afterEach(() => {
  cleanup();
  cache.clear();
  vi.unstubAllGlobals();
});

function draw(page: preact.ComponentChild, others: Record<string, unknown> = {}) {
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname } = new URL(request.url);
    const body = others[pathname] ?? answers[pathname] ?? none;
    return new Response(JSON.stringify(body), { status: 200 });
  });
  render(h(QueryClientProvider, { client: cache }, page));
}

test('a job names its order by number, and itself once', async () => {
  draw(h(JobStory, { params: { uuid: UUID } }));
  const link = await screen.findByRole('link', { name: '#1001' });
  expect(link.getAttribute('href')).toBe('/orders/7');
  expect(screen.getAllByRole('heading').map((one) => one.textContent)).toEqual([
    'Import of an order',
    'Job',
    expect.any(String),
  ]);
});

test.each([
  [
    'en',
    'No store is linked with the connector.',
    'Link the store; the job then goes on by itself.',
  ],
  [
    'it',
    'Nessun negozio è collegato al connettore.',
    'Collega il negozio; il job poi prosegue da solo.',
  ],
] as const)('a parked job says what it waits for, %s', async (language, why, next) => {
  const parked = {
    ...job,
    state: 'parked',
    code: 'not_authorized',
    reason: 'No store is linked with the connector.',
    next: 'Link the store; the job then goes on by itself.',
  };
  await setLanguage(language);
  draw(h(JobStory, { params: { uuid: UUID } }), { [`/api/v1/jobs/${UUID}`]: parked });
  expect(await screen.findByText(why)).toBeTruthy();
  expect(screen.getByText(next)).toBeTruthy();
  await setLanguage('en');
});

test.each([
  ['a job that is not there', 404, 1],
  ['a program that is busy', 429, 3],
])('%s is asked for again only if that may help', async (_, status, asked) => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const fetch = vi.fn(async () => new Response('{}', { status }));
  vi.stubGlobal('fetch', fetch);
  render(h(QueryClientProvider, { client: cache }, h(JobStory, { params: { uuid: UUID } })));
  await screen.findByRole('alert');
  await vi.advanceTimersByTimeAsync(2_500);
  expect(fetch).toHaveBeenCalledTimes(asked);
  vi.useRealTimers();
});

test.each([
  ['en', 1, 'Import 1 line', '1 line:'],
  ['en', 2, 'Import 2 lines', '2 lines:'],
  ['it', 1, 'Importa 1 riga', '1 riga:'],
  ['it', 2, 'Importa 2 righe', '2 righe:'],
] as const)(
  'an import of lines is told by their number, %s, %d',
  async (language, count, to, of) => {
    await setLanguage(language);
    const { t } = words();
    await setLanguage('en');
    expect(t('csv.send', { count })).toBe(to);
    expect(t('csv.result', { count })).toContain(of);
  },
);

test('the date in the list of orders is the one they were placed at', () => {
  const choosing = { chosen: new Set<string>(), onChoose: () => {} };
  draw(h(OrderTable, { orders: [order], choosing }));
  const times = [...document.querySelectorAll('td time')];
  expect(times.map((one) => one.getAttribute('datetime'))).toEqual([order.placed_at]);
});
