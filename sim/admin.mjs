/**
 * admin.mjs - the stand-in for the Shopify admin: the built files of web/sim.
 *
 * Everything it shows and does goes through the control API; here are only the
 * page and what it loads.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { sendText } from './server.mjs';

const TYPES = {
  '.css': 'text/css; charset=utf-8', '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
};
const NOT_BUILT = 'The admin page is not built: run script/bootstrap web, or start with --admin FOLDER.\n';

/** The file an address stands for: a name below assets/, or the page. */
function nameOf(pathname) {
  const asset = /^\/admin\/assets\/((?:extensions\/)?[\w-]+\.\w+)$/.exec(pathname);
  return asset ? asset[1] : 'index.html';
}

/** @param {any} world @param {URL} url */
export async function serveAdmin(world, response, url) {
  const name = nameOf(url.pathname);
  const file = path.join(world.adminDir, name);
  let text;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    sendText(response, 404, NOT_BUILT, { 'Content-Type': 'text/plain; charset=utf-8' });
    return;
  }
  sendText(response, 200, text, {
    'Content-Type': TYPES[path.extname(name)] ?? 'application/octet-stream', 'Cache-Control': 'no-cache',
    // The app's page loads the two scripts from here, as it does from Shopify's CDN.
    'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin',
  });
}
