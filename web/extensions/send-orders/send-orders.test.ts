/* The three ways to send, as the person in the admin meets them. */

import { setUpExtension } from '@shopify/ui-extensions-tester';
import { fireEvent, waitFor } from '@testing-library/preact';
import { describe, expect, it, vi } from 'vitest';

const ids = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ id: `gid://shopify/Order/${i + 1}` }));

const answer = (body: object, status = 200) =>
  vi.fn().mockResolvedValue(new Response(JSON.stringify(body), { status }));

const button = (slot: string) =>
  document.body.querySelector(`s-button[slot="${slot}"]`) as HTMLElement;

describe('chosen orders', () => {
  it('are sent, and each says how it stands', async () => {
    using ext = setUpExtension('admin.order-index.selection-action.render');
    ext.shopify.data.selected = ids(2);
    ext.fetch = answer({
      orders: [
        { id: 'gid://shopify/Order/1', state: 'syncing', code: null, reason: null, job: 'j' },
        {
          id: 'gid://shopify/Order/2',
          state: null,
          code: 'not_visible',
          reason: 'Older than 60 days, or not in this store.',
          job: null,
        },
      ],
    });
    await ext.render();
    fireEvent.click(button('primary-action'));
    await waitFor(() => expect(document.body.textContent).toContain('Older than 60 days'));
    const [path, init] = vi.mocked(ext.fetch).mock.calls[0] ?? [];
    expect(path).toBe('/api/actions/send-orders');
    expect(JSON.parse(String(init?.body))).toEqual({ orderIds: ids(2).map((one) => one.id) });
  });

  it('are refused when there are more than 10, before anything is sent', async () => {
    using ext = setUpExtension('admin.order-index.selection-action.render');
    ext.shopify.data.selected = ids(11);
    ext.fetch = answer({ orders: [] });
    await ext.render();
    expect(document.body.querySelector('s-banner[tone="warning"]')).not.toBeNull();
    fireEvent.click(button('primary-action'));
    expect(ext.fetch).not.toHaveBeenCalled();
  });
});

describe('the waiting orders', () => {
  it('are sent without naming any', async () => {
    using ext = setUpExtension('admin.order-index.action.render');
    ext.fetch = answer({ orders: [] });
    await ext.render();
    fireEvent.click(button('primary-action'));
    // Over: only Close is left.
    await waitFor(() => expect(button('secondary-actions')).toBeNull());
    const init = vi.mocked(ext.fetch).mock.calls[0]?.[1];
    expect(JSON.parse(String(init?.body))).toEqual({});
  });
});

describe('one order', () => {
  it('that is refused says why and what to do, and may be tried again', async () => {
    using ext = setUpExtension('admin.order-details.action.render');
    ext.shopify.data.selected = ids(1);
    ext.fetch = answer({ code: 'not_linked', detail: 'No link.', next: 'Save a token.' }, 409);
    await ext.render();
    fireEvent.click(button('primary-action'));
    await waitFor(() => expect(document.body.textContent).toContain('No link.'));
    expect(document.body.textContent).toContain('Save a token.');
    expect(button('primary-action').hasAttribute('disabled')).toBe(false);
  });

  it('that is refused says so in Italian to who reads it', async () => {
    using ext = setUpExtension('admin.order-details.action.render');
    ext.shopify.data.selected = ids(1);
    ext.shopify.i18n.translate = ((key: string) =>
      key === 'language' ? 'it' : key) as typeof ext.shopify.i18n.translate;
    ext.fetch = answer(
      {
        code: 'not_linked',
        detail: 'The store is not linked with a Cloud App. Nothing was sent.',
        next: "In the app's settings save a connector's Authorization token and Logivery App URL.",
      },
      409,
    );
    await ext.render();
    fireEvent.click(button('primary-action'));
    await waitFor(() => expect(document.body.textContent).toContain('Niente è stato inviato.'));
    expect(document.body.textContent).toContain("Nelle impostazioni dell'app salva");
    expect(document.body.textContent).not.toMatch(/store|settings/);
  });

  it('says so when the app does not answer', async () => {
    using ext = setUpExtension('admin.order-details.action.render');
    ext.shopify.data.selected = ids(1);
    ext.fetch = vi.fn().mockRejectedValue(new TypeError('Failed to fetch'));
    await ext.render();
    fireEvent.click(button('primary-action'));
    await waitFor(() =>
      expect(document.body.querySelector('s-banner[tone="critical"]')).not.toBeNull(),
    );
  });
});
