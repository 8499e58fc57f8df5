import { defineConfig } from 'vitest/config';

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    environment: 'jsdom',
    include: ['tests/unit/**/*.test.ts', 'extensions/**/*.test.ts'],
    // Else every rendering dies of "Unknown file extension .tsx".
    server: { deps: { inline: ['@shopify/ui-extensions-tester'] } },
  },
});
