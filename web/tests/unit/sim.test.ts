// The stand-in's admin: what it says of an order.
import { expect, test } from 'vitest';
import { stateOf } from '../../sim/src/orders.tsx';
import type { Order } from '../../sim/src/store.ts';

test.each([
  ['UNFULFILLED', 'Unfulfilled'],
  ['ON_HOLD', 'Unfulfilled'],
  ['PARTIALLY_FULFILLED', 'Partially fulfilled'],
  ['FULFILLED', 'Fulfilled'],
])('an order that is %s: %s', (fulfillment, expected) => {
  const order = { fulfillment, cancelled_at: null } as Order;
  expect(stateOf(order)).toBe(expected);
  expect(stateOf({ ...order, cancelled_at: '2026-11-23T10:00:00Z' })).toBe('Cancelled');
});
