// What a person waits for: the pages in Chromium, with many orders behind them.
//
// LCP, CLS and INP as the web-vitals are defined (web.dev/articles/vitals): the
// largest paint, the sum of unexpected shifts, the slowest of the interactions.

import { createRequire } from 'node:module';
import path from 'node:path';
import { median, root, row } from './lib.mjs';

const CHROMIUM = '/usr/bin/chromium-headless-shell';

/** Runs in the page and each of its frames, before anything else. */
function watch() {
  const seen = { lcp: 0, cls: 0, inp: 0 };
  globalThis.vitals = seen;
  const each = (type, options, take) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...options });
  each('largest-contentful-paint', {}, (e) => { seen.lcp = e.startTime; });
  each('layout-shift', {}, (e) => { if (!e.hadRecentInput) seen.cls += e.value; });
  each('event', { durationThreshold: 16 }, (e) => { if (e.interactionId) seen.inp = Math.max(seen.inp, e.duration); });
}

/** Two frames later what was done is painted and its event is told. */
const painted = (frame) => frame.evaluate(() => new Promise((r) => {
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(r, 50)));
}));

async function fresh(browser) {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 900 } });
  await context.addInitScript(watch);
  return context;
}

/** Bytes that came over the wire from `origin`, as long as the page is open. */
function weigh(page, origin) {
  const total = { bytes: 0 };
  page.on('requestfinished', async (request) => {
    if (!request.url().startsWith(origin)) return;
    const { responseBodySize, responseHeadersSize } = await request.sizes();
    total.bytes += responseBodySize + responseHeadersSize;
  });
  return total;
}

/** The console's order list, on a browser that was never here: opened, then used. */
async function consoleOnce(browser, world) {
  const context = await fresh(browser);
  try {
    const page = await context.newPage();
    await page.request.post(`${world.cloudUrl}/api/v1/session`, { data: { email: world.user, password: world.password } });
    const weight = weigh(page, world.cloudUrl);
    await page.goto(`${world.cloudUrl}/orders`);
    const rows = page.getByRole('row');
    await rows.nth(20).waitFor();
    await page.waitForLoadState('networkidle');
    await painted(page);
    const { bytes } = weight;
    const { lcp, cls } = await page.evaluate(() => globalThis.vitals);
    await rows.nth(1).getByRole('button', { name: /Lines of/ }).click();
    await painted(page);
    await page.getByRole('button', { name: 'Next' }).click();
    await page.waitForURL(/cursor=/);
    await painted(page);
    await page.getByLabel('Search').pressSequentially('#10');
    await page.waitForURL(/q=/);
    await painted(page);
    const { inp } = await page.evaluate(() => globalThis.vitals);
    return { kb: bytes / 1024, lcp, cls, inp };
  } finally {
    await context.close();
  }
}

/** The embedded app's Logs in the stand-in admin; what is not ours is not weighed. */
async function appOnce(browser, world, shop) {
  const context = await fresh(browser);
  try {
    const page = await context.newPage();
    const weight = weigh(page, world.appUrl);
    await page.goto(`${world.sim}/admin/${shop}/apps/logivery/logs`);
    const inside = page.frameLocator('iframe');
    const job = inside.locator('s-table-row s-button').first();
    await job.waitFor();
    await page.waitForLoadState('networkidle');
    const frame = page.frames().find((f) => f.url().startsWith(world.appUrl));
    await painted(frame);
    const { bytes } = weight;
    const { lcp, cls } = await frame.evaluate(() => globalThis.vitals);
    await job.click();
    await painted(frame);
    const { inp } = await frame.evaluate(() => globalThis.vitals);
    return { kb: bytes / 1024, lcp, cls, inp };
  } finally {
    await context.close();
  }
}

const FIGURES = [['kb', 'transfer', 'KB'], ['lcp', 'LCP', 'ms', 2500], ['cls', 'CLS', '', 0.1], ['inp', 'INP', 'ms', 200]];

/** Targets are what web.dev calls good. */
export async function screens(world, shop, { quick }) {
  const { chromium } = createRequire(path.join(root, 'web/package.json'))('@playwright/test');
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  try {
    const rows = [];
    for (const [name, once] of [['console, orders', consoleOnce], ['embedded app', appOnce]]) {
      const seen = [];
      for (let i = 0; i < (quick ? 1 : 5); i++) seen.push(await once(browser, world, shop));
      for (const [key, title, unit, most] of FIGURES) {
        rows.push(row(`screens, ${world.count} orders: ${name}, ${title}`, { unit, ours: median(seen.map((s) => s[key])), most }));
      }
    }
    return rows;
  } finally {
    await browser.close();
  }
}
