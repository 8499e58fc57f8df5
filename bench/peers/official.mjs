// The official way: @shopify/shopify-app-express checks and parses a webhook;
// `keep(topic, shop, body, id)` stores it, durable before the 200.

import express from 'express';
import { shopifyApp } from '@shopify/shopify-app-express';

export function serve(secret, keep, sessionStorage) {
  const shopify = shopifyApp({
    api: {
      apiKey: 'bench', apiSecretKey: secret, scopes: ['read_orders'], hostScheme: 'https', hostName: 'bench.example', apiVersion: '2026-07',
      logger: { level: 0 },
    },
    auth: { path: '/api/auth', callbackPath: '/api/auth/callback' },
    webhooks: { path: '/webhooks' },
    ...(sessionStorage ? { sessionStorage } : {}),
  });
  const app = express();
  app.post('/webhooks', shopify.processWebhooks({
    webhookHandlers: { ORDERS_CREATE: [{ deliveryMethod: 'http', callbackUrl: '/webhooks', callback: keep }] },
  }));
  const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port));
  return shopify;
}
