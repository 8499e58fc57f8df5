/* Update Sync Status: opening it asks, once. */
import { setUpExtension } from '@shopify/ui-extensions-tester';
import { fireEvent, waitFor } from '@testing-library/preact';
import { expect, it, vi } from 'vitest';
import isSyncing from './src/is-syncing.ts';

const word = (state: string, reason: string | null) =>
  new Response(
    JSON.stringify({
      orders: [{ id: 'gid://shopify/Order/7', state, code: null, reason, job: null }],
    }),
  );

it('asks when it is opened, and again when told to', async () => {
  using ext = setUpExtension('admin.order-details.action.render');
  ext.shopify.data.selected = [{ id: 'gid://shopify/Order/7' }];
  ext.fetch = vi
    .fn()
    .mockResolvedValueOnce(word('syncing', null))
    .mockResolvedValueOnce(word('error', 'No address.'));
  await ext.render();
  await waitFor(() => expect(document.body.querySelector('s-badge')).not.toBeNull());
  expect(ext.fetch).toHaveBeenCalledTimes(1);
  const again = document.body.querySelector('s-button[slot="secondary-actions"]') as HTMLElement;
  fireEvent.click(again);
  await waitFor(() => expect(document.body.textContent).toContain('No address.'));
  const [path, init] = vi.mocked(ext.fetch).mock.calls[1] ?? [];
  expect(path).toBe('/api/actions/update-status');
  expect(JSON.parse(String(init?.body))).toEqual({ orderId: 'gid://shopify/Order/7' });
});

it.each([
  ['logivery-syncing', true],
  [' Logivery-Syncing ', true],
  ['logivery-synced', false],
  ['syncing', false],
])('on an order tagged "%s" it is shown: %s', async (tag, isShown) => {
  const query = vi.fn().mockResolvedValue({ data: { order: { tags: ['vip', tag] } } });
  vi.stubGlobal('shopify', { data: { selected: [{ id: 'gid://shopify/Order/7' }] }, query });
  expect(await isSyncing()).toEqual({ display: isShown });
  vi.unstubAllGlobals();
});

it('is not shown where the order cannot be read', async () => {
  const query = vi.fn().mockResolvedValue({ data: { order: null } });
  vi.stubGlobal('shopify', { data: { selected: [{ id: 'gid://shopify/Order/7' }] }, query });
  expect(await isSyncing()).toEqual({ display: false });
  vi.unstubAllGlobals();
});
