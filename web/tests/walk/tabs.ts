// The two tabs of a person who tries Logivery: the store's admin, and the
// console. Each knows where its buttons are; nothing here calls a program.
import { type BrowserContext, expect, type FrameLocator, type Page } from '@playwright/test';
import { keep } from '../kit.ts';
import type { Language, Words } from './words.ts';

/** Screenshots in the order of the way: walk-en-01-stores.png, … */
export class Album {
  private count = 0;
  private readonly language: Language;

  constructor(language: Language) {
    this.language = language;
  }

  async keep(page: Page, name: string): Promise<void> {
    this.count += 1;
    await page.evaluate(() => scrollTo(0, 0));
    await keep(page, `walk-${this.language}-${String(this.count).padStart(2, '0')}-${name}`);
  }
}

/** What the browser complains of fails the walk. */
export function watchFaults(context: BrowserContext): string[] {
  const faults: string[] = [];
  context.on('weberror', (error) => faults.push(error.error().message));
  context.on('console', (message) => {
    if (message.type() === 'error') faults.push(`${message.page()?.url()}: ${message.text()}`);
  });
  return faults;
}

export class Admin {
  readonly page: Page;
  readonly app: FrameLocator;
  private readonly w: Words;

  constructor(page: Page, w: Words) {
    this.page = page;
    this.w = w;
    this.app = page.frameLocator('iframe[title="Logivery"]');
  }

  async makeStore(name: string) {
    await this.page.getByRole('textbox', { name: this.w.newStore }).fill(name);
    await this.page.getByRole('button', { name: this.w.makeStore }).click();
    await expect(this.page.getByText(this.w.noOrders)).toBeVisible();
  }

  /** A link of the menu at the side; the app's own pages stand there too. */
  async go(name: string) {
    await this.page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
  }

  async press(name: string) {
    await this.page.getByRole('button', { name, exact: true }).click();
  }

  async pressInApp(name: string) {
    await this.app.getByRole('button', { name, exact: true }).click();
  }

  row(order: string) {
    return this.page
      .getByRole('row')
      .filter({ has: this.page.getByRole('link', { name: order, exact: true }) });
  }

  async choose(order: string) {
    await this.row(order)
      .getByRole('checkbox', { name: `${this.w.choose} ${order}` })
      .check();
  }

  async openActions() {
    await this.page.getByRole('button', { name: this.w.more }).click();
  }

  /** "Send Orders to Logivery", as far as its dialog. */
  async openSend() {
    await this.openActions();
    await this.press(this.w.sendOrders);
    await expect(this.dialog).toBeVisible();
  }

  get dialog() {
    return this.page.getByRole('dialog', { name: this.w.sendOrders });
  }

  async send(orders: string[]) {
    await this.dialog.getByRole('button', { name: this.w.send, exact: true }).click();
    for (const order of orders)
      await expect(this.dialog.getByText(order, { exact: true })).toBeVisible();
  }

  async closeDialog() {
    await this.dialog.getByRole('button', { name: this.w.close, exact: true }).click();
    await expect(this.dialog).toHaveCount(0);
  }

  /** Looks at the app's first page until it says so: it is told in the background. */
  async awaitStatus(word: string) {
    await this.page.bringToFront();
    await this.go('Logivery');
    let timeout = 1_000; // a slow machine gets more each time
    await expect(async () => {
      await this.go(this.w.settings);
      await this.go('Logivery');
      timeout *= 1.5;
      await expect(this.app.getByText(word, { exact: true })).toBeVisible({ timeout });
    }).toPass();
  }

  async paste(field: string) {
    await this.page.bringToFront();
    await this.app.getByRole('textbox', { name: field }).click();
    await this.page.keyboard.press('Control+V');
  }
}

export class Console {
  readonly page: Page;
  private readonly w: Words;

  constructor(page: Page, w: Words) {
    this.page = page;
    this.w = w;
  }

  async signIn(email: string, password: string) {
    await this.page.getByRole('textbox', { name: this.w.email }).fill(email);
    await this.page.getByRole('textbox', { name: this.w.password }).fill(password);
    await this.press(this.w.signIn);
  }

  async go(name: string) {
    await this.page.bringToFront();
    await this.page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
    await expect(this.page.getByRole('heading', { name, level: 1 })).toBeVisible();
  }

  async press(name: string) {
    await this.page.getByRole('button', { name, exact: true }).click();
  }

  get dialog() {
    return this.page.locator('wa-dialog[open]');
  }

  async addConnector(label: string) {
    await this.go(this.w.connectors);
    await this.page.getByRole('link', { name: this.w.addConnector }).first().click();
    await this.page.getByRole('link', { name: 'Shopify', exact: true }).click();
    await this.page.getByRole('textbox', { name: this.w.label }).fill(label);
    await this.press(this.w.saveAndContinue);
    await expect(this.page.getByRole('heading', { name: label, level: 1 })).toBeVisible();
  }

  /** The text is there before the person turns to the other tab. */
  async copy(what: string) {
    await this.page.bringToFront();
    await this.page.evaluate(() => navigator.clipboard.writeText(''));
    await this.press(what);
    await expect.poll(() => this.page.evaluate(() => navigator.clipboard.readText())).not.toBe('');
  }

  /** The connector's page, and its switch put the other way. */
  async switchAutomatic(label: string, isOn: boolean) {
    await this.go(this.w.connectors);
    await this.page.getByRole('link', { name: label, exact: true }).click();
    const control = this.page.locator('wa-switch', { hasText: this.w.automatic });
    await control.locator('[part~="control"]').click();
    await expect(this.page.getByText(this.w.noneByItself)).toHaveCount(isOn ? 0 : 1);
  }

  async find(text: string) {
    await this.page.bringToFront();
    await this.page.keyboard.press('Control+K');
    await this.page.getByRole('searchbox', { name: this.w.findField }).fill(text);
  }
}
