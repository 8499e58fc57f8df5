// The embedded app in the stand-in admin, with stores of a test's own.
import type { FrameLocator, Page } from '@playwright/test';
import { expect, machine, world } from '../kit.ts';

export interface Link {
  app_url: string;
  token: string;
}

export interface Store {
  shop: string;
  connector: string;
  link: Link;
}

export async function control<T>(where: string, body?: unknown, sim = world.sim): Promise<T> {
  const answer = await fetch(`${sim}/control${where}`, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await answer.json()) as T;
}

/** A call as the page makes it. */
export async function asStaff<T>(
  shop: string,
  method: string,
  where: string,
  body?: unknown,
): Promise<T> {
  const { id_token } = await control<{ id_token: string }>(`/shops/${shop}/id-token`, {});
  const answer = await fetch(`${world.app}${where}`, {
    method,
    headers: { authorization: `Bearer ${id_token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await answer.json()) as T;
}

let made = 0;

/** A store with the app, and a connector that waits for it. */
export async function makeStore(): Promise<Store> {
  made += 1;
  const shop = `store-${process.pid}-${made}.myshopify.com`;
  await control('/shops', { shop });
  await control(`/shops/${shop}/install`, {});
  const connector = await machine<{ id: string } & Link>('/connectors', 'POST', {
    technology: 'shopify',
    label: shop.split('.')[0],
  });
  const { app_url, token, id } = connector;
  return { shop, connector: id, link: { app_url, token } };
}

export async function makeLinkedStore(): Promise<Store> {
  const store = await makeStore();
  await asStaff(store.shop, 'GET', '/api/connection');
  await asStaff(store.shop, 'PUT', '/api/connection', store.link);
  return store;
}

export async function openApp(
  page: Page,
  shop: string,
  where = '/',
  language: 'en' | 'it' = 'en',
  sim = world.sim,
): Promise<FrameLocator> {
  await page.addInitScript((to) => localStorage.setItem('language', to), language);
  await page.goto(`${sim}/admin/${shop}/apps/logivery${where}`);
  return page.frameLocator('iframe');
}

/** Until something happened behind the page. */
export const until = <T>(ask: () => Promise<T>, holds: (seen: T) => boolean) =>
  expect.poll(async () => holds(await ask()), { timeout: 60_000 }).toBe(true);
