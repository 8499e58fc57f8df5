// Is the demo's judge worth its word?  With the dedupe, the fence or the
// read-back switched off (test builds only) it must turn red.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { build, hasSwitches, root } from './kit.mjs';

/** One demo, to its end: how it ended, and its last line of figures. */
async function demo(t, off, seed) {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'logivery-judge-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const child = spawn(process.execPath, ['demo/demo.mjs', '--once', '--seed', String(seed), '--patience', '20', '--build', build], {
    cwd: root, env: { ...process.env, TMPDIR: dir, LOGIVERY_FAULT_OFF: off }, stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (bytes) => { said += bytes; });
  const status = await new Promise((resolve) => child.on('close', resolve));
  const line = said.split('\n').findLast((l) => l.startsWith('{"placed"'));
  assert.ok(line, `the demo came to its figures:\n${said.slice(-2000)}`);
  return { status, figures: JSON.parse(line) };
}

/* With less weather of a kind the demo is red for that alone. */
const AT_LEAST = 3;

// What each protects against, in the judge's figures.
const wrong = {
  dedupe: (f) => f.duplicated > 0,
  fence: (f) => f.tags_untrue > 0 || f.duplicated > 0,
  readback: (f) => f.duplicated > 0 || f.tags_untrue > 0 || f.lost > 0 || f.error > 0 || f.synced < f.importable || f.mismatch > 0,
};

describe('the judge', { concurrency: 3 }, () => {
  for (const [off, shows] of Object.entries(wrong)) {
    test(`without the ${off} the judge turns red`, { skip: !hasSwitches('shopify') && 'this build has no test switches' }, async (t) => {
      // Whether the weather hits the hole is the machine's pace, too: up to three days of it.
      const seen = [];
      for (const seed of [1, 2, 3]) {
        const { status, figures } = await demo(t, off, seed);
        seen.push(figures);
        if (status !== 0 && shows(figures)) return;
        assert.ok(status === 0 || Object.values(figures.faults).some((n) => n < AT_LEAST), JSON.stringify(figures));
      }
      assert.fail(`green without it: ${JSON.stringify(seen)}`);
    });
  }
});
