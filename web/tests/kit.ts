// What the browser tests share.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';
import { report } from '../scripts/report.ts';

export const world = JSON.parse(process.env.LOGIVERY_WORLD ?? '{}') as Record<string, string>;
export const consoleUrl = world.cloud ?? '';
const seen = path.join(import.meta.dirname, 'seen');

export interface Look {
  theme: 'light' | 'dark';
  language: 'en' | 'it';
}

export async function dress(page: Page, look: Partial<Look> = {}): Promise<void> {
  await page.addInitScript(
    ([theme, language]) => {
      localStorage.setItem('theme', theme ?? 'light');
      localStorage.setItem('language', language ?? 'en');
    },
    [look.theme ?? 'light', look.language ?? 'en'],
  );
}

/** Signed in, with a look that the program keeps: it counts on every machine. */
export async function signIn(page: Page, look: Partial<Look> = {}): Promise<void> {
  const { user, password } = world;
  const answer = await page.request.post(`${consoleUrl}/api/v1/session`, {
    data: { email: user, password },
  });
  expect(answer.status()).toBe(200);
  const { csrf } = await answer.json();
  await page.request.patch(`${consoleUrl}/api/v1/me`, {
    headers: { 'X-CSRF-Token': csrf },
    data: { theme: look.theme ?? 'light', language: look.language ?? 'en' },
  });
}

/** A control of Web Awesome's, chosen as a person does. */
export async function choose(page: Page, label: string, option: string): Promise<void> {
  const box = page
    .locator('wa-select')
    .filter({ has: page.getByRole('combobox', { name: label, exact: true }) });
  const wanted = page.getByRole('option', { name: option, exact: true });
  // A list that is still closing takes the click for itself.
  await expect(async () => {
    if (!(await wanted.isVisible())) await box.click();
    await wanted.click({ timeout: 2_000 });
  }).toPass();
}

/** What a machine reads from the program. */
export async function machine<T>(where: string, method = 'GET', body?: unknown): Promise<T> {
  const answer = await fetch(`${world.cloud}/api/v1${where}`, {
    method,
    headers: { authorization: `Bearer ${world.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await answer.json()) as T;
}

/** Neither the page nor an open dialog in it is wider than it shows. */
export async function checkSideways(page: Page, name: string): Promise<void> {
  const wide = await page.evaluate(() => {
    const open = [...document.querySelectorAll('wa-dialog[open]')].flatMap((d) => [
      ...(d.shadowRoot?.querySelectorAll('dialog, [part="body"]') ?? []),
    ]);
    return [document.documentElement, ...open]
      .filter((e) => e.scrollWidth > e.clientWidth || e.scrollLeft !== 0)
      .map((e) => `${e.localName}.${e.className}: ${e.scrollWidth} in ${e.clientWidth}`);
  });
  expect(wide, `${name} scrolls sideways`).toEqual([]);
}

/** A picture to look at. */
export async function keep(page: Page, name: string): Promise<void> {
  await checkSideways(page, name);
  mkdirSync(seen, { recursive: true });
  await page.screenshot({ path: path.join(seen, `${name}.png`), fullPage: true });
}

/** No fault that axe knows, by WCAG 2.2 AA and good practice; in all of the page
    or in a part of it. */
export async function checkAxe(page: Page, name: string, part?: string): Promise<void> {
  const axe = new AxeBuilder({ page });
  if (part) axe.include(part);
  const { violations } = await axe
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  report('axe', name, violations.length);
  const told = violations.map(
    (v) =>
      `${v.id}: ${v.nodes
        .slice(0, 3)
        .map((n) => n.target)
        .join(' | ')}`,
  );
  expect(told, name).toEqual([]);
}

/** A signed-in page; what the browser complains of fails the test. */
export const test = base.extend<{ signedIn: Page }>({
  signedIn: async ({ page }, use) => {
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) faults.push(message.text());
    });
    await dress(page);
    await signIn(page);
    await use(page);
    expect(faults).toEqual([]);
  },
});

export { expect };
