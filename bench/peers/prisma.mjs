// shopify-app-express over Prisma, as Shopify's template has it: sessions and
// webhooks by one client.  With Prisma's own adapter of better-sqlite3, since its
// query engine does not come from the npm registry.
//
//   prisma.mjs DATABASE SECRET SHOP   prints its port

import Database from 'better-sqlite3';
import { PrismaBetterSQLite3 } from '@prisma/adapter-better-sqlite3';
import { PrismaClient } from '@prisma/client';
import { Session } from '@shopify/shopify-api';
import { PrismaSessionStorage } from '@shopify/shopify-app-session-storage-prisma';
import { serve } from './official.mjs';

const [file, secret, shop] = process.argv.slice(2);
const setUp = new Database(file);
setUp.pragma('journal_mode = WAL'); // stays with the file
setUp.exec(`CREATE TABLE Session (id TEXT NOT NULL PRIMARY KEY, shop TEXT NOT NULL, state TEXT NOT NULL,
  isOnline BOOLEAN NOT NULL DEFAULT false, scope TEXT, expires DATETIME, accessToken TEXT NOT NULL, userId BIGINT,
  firstName TEXT, lastName TEXT, email TEXT, accountOwner BOOLEAN, locale TEXT, collaborator BOOLEAN,
  emailVerified BOOLEAN, refreshToken TEXT, refreshTokenExpires DATETIME);
CREATE TABLE Hook (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, hookId TEXT NOT NULL, topic TEXT NOT NULL,
  shop TEXT NOT NULL, at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, state TEXT NOT NULL DEFAULT 'new', body TEXT NOT NULL);
CREATE UNIQUE INDEX Hook_hookId_key ON Hook(hookId)`);
setUp.close();

const prisma = new PrismaClient({ adapter: new PrismaBetterSQLite3({ url: `file:${file}` }) });
await prisma.$executeRawUnsafe('PRAGMA synchronous = FULL'); // its one connection's
const mode = await prisma.$queryRawUnsafe('PRAGMA synchronous');
if (Number(mode[0].synchronous) !== 2) throw new Error('not durable: synchronous is not FULL');
const storage = new PrismaSessionStorage(prisma);
const id = `offline_${shop}`;
await storage.storeSession(new Session({ id, shop, state: '', isOnline: false, scope: 'read_orders', accessToken: 'x' }));

// The template's authenticate.webhook loads the store's session first.
serve(secret, async (topic, from, body, hookId) => {
  await storage.loadSession(`offline_${from}`);
  await prisma.hook.create({ data: { hookId, topic, shop: from, body } });
}, storage);
