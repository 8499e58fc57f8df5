import { afterEach, expect, test, vi } from 'vitest';
import { askPage } from '../../cloud/src/api/client.ts';

const answers = (pages: Record<string, unknown>) =>
  vi.stubGlobal(
    'fetch',
    vi.fn(async (request: Request) => {
      const cursor = new URL(request.url).searchParams.get('cursor') ?? '';
      return new Response(JSON.stringify(pages[cursor]), { status: 200 });
    }),
  );

afterEach(() => vi.unstubAllGlobals());

test('a search that has found nothing yet goes on', async () => {
  answers({
    '': { items: [], next_cursor: 'a' },
    a: { items: [], next_cursor: 'b' },
    b: { items: ['1'], next_cursor: 'c' },
    c: { items: ['2'], next_cursor: null },
  });
  expect(await askPage('/api/v1/orders?q=x')).toEqual({ items: ['1'], next_cursor: 'c' });
  expect(await askPage('/api/v1/log?q=x', { enough: 5 })).toEqual({
    items: ['1', '2'],
    next_cursor: null,
  });
  expect(fetch).toHaveBeenCalledTimes(3 + 4);
});

test('a page with something is asked once', async () => {
  answers({ '': { items: ['1'], next_cursor: 'a' } });
  expect(await askPage('/api/v1/orders')).toEqual({ items: ['1'], next_cursor: 'a' });
  expect(fetch).toHaveBeenCalledTimes(1);
});

test('who asks for something else ends it', async () => {
  answers({ '': { items: [], next_cursor: 'a' } });
  const signal = AbortSignal.abort();
  await expect(askPage('/api/v1/orders?q=x', { signal })).rejects.toThrow('abort');
});
