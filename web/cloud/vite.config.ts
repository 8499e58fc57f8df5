import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';

// The program checks that a change comes from its own address, so the proxy
// says it does: only here, between a developer's browser and his own program.
const target = process.env.LOGIVERY_CLOUD ?? 'http://127.0.0.1:8080';
const proxy = Object.fromEntries(
  ['/api', '/readyz', '/livez'].map((path) => [
    path,
    { target, changeOrigin: true, headers: { origin: target } },
  ]),
);

// As the program sends it (web/SERVING.md): what breaks it shows in the tests.
export const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export default defineConfig({
  root: import.meta.dirname,
  plugins: [preact()],
  server: { proxy },
  preview: { proxy, headers: { 'Content-Security-Policy': policy } },
  build: {
    outDir: '../dist/cloud',
    emptyOutDir: true,
    target: 'es2022',
    // Fonts and pictures as files: the policy allows no data: address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
