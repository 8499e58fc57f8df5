// Lighthouse, as it is usually set (a slow telephone), for the pages of the
// console that people see most, in both themes. Figures are kept, not judged: they
// move with what else the machine does. A page that cannot be measured fails.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type BrowserContext, chromium, type Page } from '@playwright/test';
import lighthouse from 'lighthouse';
import { freePort } from '../../../demo/port.mjs';
import { report } from '../../scripts/report.ts';
import { paths } from '../cloud/paths.ts';
import { consoleUrl, dress, expect, signIn, test } from '../kit.ts';

const PAGES = [
  'home',
  'orders',
  'order',
  'shipments',
  'shipment',
  'connectors',
  'connector',
].concat(['log', 'dead', 'job', 'users']);
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];

let dir = '';
let port = 0;
let browser: BrowserContext;

test.beforeAll(async () => {
  port = await freePort();
  dir = mkdtempSync(path.join(os.tmpdir(), 'logivery-lighthouse-'));
  browser = await chromium.launchPersistentContext(dir, {
    executablePath: '/usr/bin/chromium-headless-shell',
    args: ['--no-sandbox', `--remote-debugging-port=${port}`],
  });
});

test.afterAll(async () => {
  await browser.close();
  rmSync(dir, { recursive: true, force: true });
});

async function measure(url: string): Promise<Record<string, number>> {
  const flags = { port, output: 'json' as const, logLevel: 'error' as const };
  const result = await lighthouse(url, { ...flags, onlyCategories: CATEGORIES });
  if (!result || result.lhr.runtimeError) throw new Error(result?.lhr.runtimeError?.message);
  expect(result.lhr.finalDisplayedUrl).toBe(url);
  const { categories, audits } = result.lhr;
  return {
    ...Object.fromEntries(
      CATEGORIES.map((name) => [name, Math.round((categories[name]?.score ?? 0) * 100)]),
    ),
    lcp_ms: Math.round(audits['largest-contentful-paint']?.numericValue ?? 0),
    cls: Number((audits['cumulative-layout-shift']?.numericValue ?? 0).toFixed(3)),
    tbt_ms: Math.round(audits['total-blocking-time']?.numericValue ?? 0),
  };
}

async function keepFigures(name: string, url: string): Promise<void> {
  const figures = await measure(url);
  report('lighthouse', name, figures);
  console.log(`${name}: ${CATEGORIES.map((one) => figures[one]).join(' ')}`);
}

async function look(theme: 'light' | 'dark', isSignedIn: boolean): Promise<Page> {
  const page = await browser.newPage();
  await dress(page, { theme });
  if (isSignedIn) await signIn(page, { theme });
  await page.goto(consoleUrl); // keeps the look for the next page, too
  return page;
}

for (const theme of ['light', 'dark'] as const) {
  test(`sign-in, ${theme}`, async () => {
    await browser.clearCookies();
    const page = await look(theme, false);
    await keepFigures(`sign-in-${theme}`, `${consoleUrl}/`);
    await page.close();
  });

  test(`pages, ${theme}`, async () => {
    test.setTimeout(600_000);
    const page = await look(theme, true);
    const where = await paths();
    for (const name of PAGES) await keepFigures(`${name}-${theme}`, consoleUrl + where[name]);
    await page.close();
  });
}
