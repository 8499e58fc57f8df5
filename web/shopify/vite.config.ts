import preact from '@preact/preset-vite';
import { defineConfig, type Plugin } from 'vite';

// The two scripts of Shopify are classic ones whose address the program knows
// only when it runs: the build leaves their places alone.
function keepPlaces(): Plugin {
  const places = /<script src="__(APP_BRIDGE|POLARIS)_URL__"><\/script>/g;
  return {
    name: 'keep-places',
    transformIndexHtml: {
      order: 'pre',
      handler: (html) => html.replace(places, '<meta name="place" content="$1" />'),
    },
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        for (const file of Object.values(bundle)) {
          if (file.type !== 'asset' || !file.fileName.endsWith('.html')) continue;
          file.source = String(file.source).replace(
            /<meta name="place" content="(\w+)" \/>/g,
            '<script src="__$1_URL__"></script>',
          );
        }
      },
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [preact(), keepPlaces()],
  build: {
    outDir: '../dist/shopify',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
