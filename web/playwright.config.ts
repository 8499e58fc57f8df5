import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'tests',
  testMatch: '**/*.spec.ts',
  // Takes minutes and only reports: npm run lighthouse.
  testIgnore: 'lighthouse/**',
  globalSetup: './tests/start.ts',
  workers: 1,
  // Long enough for a machine that has other things to do.
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  use: {
    browserName: 'chromium',
    locale: 'en-GB',
    launchOptions: { executablePath: '/usr/bin/chromium-headless-shell', args: ['--no-sandbox'] },
    contextOptions: { permissions: ['clipboard-read', 'clipboard-write'] },
  },
});
