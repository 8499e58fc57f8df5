/* What Shopify's two scripts give the page, as its published types say it. */
import '@shopify/polaris-types';

declare module 'preact' {
  namespace createElement.JSX {
    interface IntrinsicElements {
      's-app-nav': { children?: preact.ComponentChildren };
    }
  }
}

declare global {
  var shopify: import('@shopify/app-bridge-types').ShopifyGlobal;
}
