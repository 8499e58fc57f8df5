import '@shopify/ui-extensions';

//@ts-ignore
declare module './src/send-waiting.tsx' {
  const shopify: import('@shopify/ui-extensions/admin.order-index.action.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/send-selection.tsx' {
  const shopify: import('@shopify/ui-extensions/admin.order-index.selection-action.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/send-order.tsx' {
  const shopify: import('@shopify/ui-extensions/admin.order-details.action.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/send-dialog.tsx' {
  const shopify:
    | import('@shopify/ui-extensions/admin.order-index.action.render').Api
    | import('@shopify/ui-extensions/admin.order-index.selection-action.render').Api
    | import('@shopify/ui-extensions/admin.order-details.action.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module '../shared/results.tsx' {
  const shopify: import('@shopify/ui-extensions/admin.order-details.action.render').Api;
  const globalThis: { shopify: typeof shopify };
}
