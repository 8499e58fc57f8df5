import { expect, test } from 'vitest';
import { asProblem, problemOf } from '../../cloud/src/api/problem.ts';

test('a problem body says what, why and what next', () => {
  const response = new Response('', { status: 429, headers: { 'retry-after': '7' } });
  const body = { title: 'Busy', detail: 'Too many at once.', code: 'busy', next: 'Wait.' };
  expect(problemOf(response, body)).toMatchObject({
    status: 429,
    code: 'busy',
    message: 'Too many at once.',
    next: 'Wait.',
    retryAfter: 7,
  });
});

test.each([[null], ['text'], [{}], [{ detail: 5, code: [] }]])(
  'a body that is none becomes a problem all the same: %j',
  (body) => {
    const problem = problemOf(new Response('', { status: 502, statusText: 'Bad Gateway' }), body);
    expect(problem).toMatchObject({ code: 'no_answer', message: 'Bad Gateway' });
  },
);

test('no answer at all is a problem of the way there', () => {
  expect(asProblem(new TypeError('Failed to fetch')).status).toBe(0);
  expect(asProblem('odd').code).toBe('unreachable');
});
