import { copyFileSync } from 'node:fs';
import path from 'node:path';
import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';

const here = import.meta.dirname;

// One file each, under the name the stand-in Shopify serves it by. The two of
// Shopify's scripts are classic ones: nothing in them is shared.
const files: Record<string, { entry: string; format: 'es' | 'iife' }> = {
  admin: { entry: 'src/admin.tsx', format: 'es' },
  worker: { entry: 'src/worker.ts', format: 'es' },
  polaris: { entry: 'src/polaris.ts', format: 'iife' },
  'app-bridge': { entry: 'src/app-bridge.ts', format: 'iife' },
};

const name = process.env.SIM_FILE ?? 'admin';
const file = files[name] ?? { entry: 'src/admin.tsx', format: 'es' };

export default defineConfig({
  root: here,
  define: { 'process.env.NODE_ENV': '"production"' },
  plugins: [
    preact(),
    {
      name: 'document',
      writeBundle() {
        if (name === 'admin')
          copyFileSync(path.join(here, 'index.html'), path.join(here, '../dist/sim/index.html'));
      },
    },
  ],
  build: {
    outDir: '../dist/sim',
    emptyOutDir: false,
    target: 'es2022',
    lib: {
      entry: path.join(here, file.entry),
      formats: [file.format],
      name: 'standIn',
      fileName: () => `${name}.js`,
      cssFileName: 'admin',
    },
  },
});
