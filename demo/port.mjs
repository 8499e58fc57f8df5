// A port for a program that is about to be started.

import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

/* Below those that the system gives to whoever calls out. */
const FIRST = 20_000;
const LAST = 32_000;

const marks = [];
process.once('exit', () => marks.forEach((mark) => rmSync(mark, { force: true })));

/** Other worlds ask at the same time: what one has got, none of them gets. */
function claim(port) {
  const mark = path.join(os.tmpdir(), `logivery-port-${port}`);
  try {
    closeSync(openSync(mark, 'wx'));
  } catch (e) {
    if (e.code === 'EEXIST') return false;
    throw e;
  }
  marks.push(mark);
  return true;
}

async function isFree(port) {
  const server = net.createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  await new Promise((done) => server.close(done));
  return true;
}

export async function freePort() {
  for (;;) {
    const port = randomInt(FIRST, LAST);
    if (claim(port) && await isFree(port)) return port;
  }
}
