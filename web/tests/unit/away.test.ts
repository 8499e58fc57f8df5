// Who does not answer: the program, or a store that it asked.
import { afterEach, expect, test, vi } from 'vitest';
import { api, got, isReachable } from '../../cloud/src/api/client.ts';

const answer = (status: number, type: string, body: string) =>
  vi.stubGlobal(
    'fetch',
    async () => new Response(body, { status, headers: { 'content-type': type } }),
  );

const ask = () => got(api.GET('/api/v1/summary')).catch(() => undefined);

afterEach(() => {
  vi.unstubAllGlobals();
  isReachable.value = true;
});

test.each([502, 504])('a %d of what stands in front: the program is away', async (status) => {
  answer(status, 'text/html', '<h1>Bad Gateway</h1>');
  await ask();
  expect(isReachable.value).toBe(false);
});

test('a 502 that the program tells of a store: it is there', async () => {
  const problem = { code: 'disconnected', status: 502, detail: 'The store does not answer.' };
  answer(502, 'application/problem+json', JSON.stringify(problem));
  await ask();
  expect(isReachable.value).toBe(true);
});
