// A program nobody has used yet: its one-time link, and every page without data.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '../../../demo/port.mjs';
import { checkAxe, dress, expect, keep, test, world } from '../kit.ts';

const program = path.join(world.build ?? '', 'src/cloud/logivery-cloud');
let child: ChildProcess;
let dir = '';
let link = '';

test.beforeAll(async () => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'logivery-first-'));
  const listen = `127.0.0.1:${await freePort()}`;
  const data = path.join(dir, 'cloud');
  const args = ['serve', '--data', data, '--listen', listen, '--public-url', `http://${listen}`];
  child = spawn('stdbuf', ['-oL', program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (text) => {
      said += text;
    });
  await expect(() => {
    link = /http:\S+\/setup\?token=\S+/.exec(said)?.[0] ?? '';
    expect(link, said).not.toBe('');
  }).toPass({ timeout: 60_000 });
  await expect(async () => {
    expect((await fetch(`${new URL(link).origin}/readyz`)).ok).toBe(true);
  }).toPass({ timeout: 60_000 });
});

test.afterAll(async () => {
  child.kill('SIGTERM');
  await once(child, 'exit');
  rmSync(dir, { recursive: true, force: true });
});

test('the printed link makes the first manager, once', async ({ page }) => {
  await dress(page);
  const { origin } = new URL(link);
  await page.goto(origin);
  await expect(page.getByText('There is no user yet')).toBeVisible();
  await expect(page.getByText('Open the whole link that the program printed')).toBeVisible();
  await checkAxe(page, 'sign-in-first');
  await keep(page, 'sign-in-first');
  await page.goto(`${origin}/setup`);
  await expect(page.getByText('This address has no set-up token')).toBeVisible();
  await page.goto(`${origin}/setup?token=${'A'.repeat(43)}`);
  const make = async (email: string) => {
    await page.getByLabel('E-mail').fill(email);
    await page.getByRole('textbox', { name: 'Password' }).fill('a long pass phrase');
    await page.getByRole('button', { name: 'Make the user' }).click();
  };
  await make('nobody@logivery.example');
  await expect(page.getByRole('alert')).toContainText('The set-up link is not valid');

  await page.goto(link);
  await checkAxe(page, 'set-up');
  await keep(page, 'set-up');
  await make('anna@logivery.example');
  await expect(page.getByText('No store is connected yet')).toBeVisible();
  expect(page.url()).toBe(`${origin}/`);
  await keep(page, 'first-home');

  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await expect(page.getByText('There is no user yet')).toHaveCount(0);
  await page.goto(link);
  await expect(page.getByText('There is a user already')).toBeVisible();
  await expect(page.getByLabel('E-mail')).toHaveCount(0);
  await checkAxe(page, 'set-up-done');
  await keep(page, 'set-up-done');
  await page.getByRole('link', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
});
