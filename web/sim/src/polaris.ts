/*
 * Stand-in for Polaris's web components: the page that loads it says so. One
 * class serves all elements; what differs is in the table.
 */
import { type Host, ROWS, type Row, type Value } from './elements.ts';

const lower = (name: string) => name.toLowerCase();

/** A property as it is set: a boolean one is what its value amounts to. */
function typed(usual: Value | undefined, given: unknown): Value {
  if (typeof usual === 'boolean') return Boolean(given);
  return given === null || given === undefined ? (usual ?? '') : String(given);
}

abstract class Element extends HTMLElement {
  static formAssociated = true;
  abstract readonly row: Row;
  readonly given = new Map<string, Value>();
  readonly internals = this.attachInternals();
  readonly shadow = this.attachShadow({ mode: 'open', delegatesFocus: true });
  isQueued = false;
  markup = '';

  get(name: string): Value | undefined {
    return this.given.get(name) ?? this.row.props?.[name];
  }

  put(name: string, value: unknown) {
    this.given.set(name, typed(this.row.props?.[name], value));
    if (name === 'value') this.internals.setFormValue(String(this.get('value')));
    // A form finds its fields by the attribute.
    if (name === 'name' && this.getAttribute('name') !== value)
      this.setAttribute('name', String(value));
    this.queue();
  }

  attributeChangedCallback(attribute: string, _old: string | null, value: string | null) {
    for (const name of Object.keys(this.row.props ?? {}))
      if (lower(name) === attribute) this.take(name, value);
  }

  /** An attribute: a boolean one is true by being there. */
  take(name: string, value: string | null) {
    if (this.given.get(name) === value) return;
    this.put(name, typeof this.row.props?.[name] === 'boolean' ? value !== null : value);
  }

  connectedCallback() {
    if (this.row.role) this.internals.role = this.row.role;
    this.queue();
  }

  formResetCallback() {
    this.put('value', this.getAttribute('value') ?? '');
  }

  queue() {
    if (this.isQueued) return;
    this.isQueued = true;
    queueMicrotask(() => {
      this.isQueued = false;
      if (this.isConnected) this.draw();
    });
  }

  /** Only what differs is drawn anew, so that a field keeps its caret. */
  draw() {
    const host = this as unknown as Host;
    const markup = `<style>:host{display:${this.row.display ?? 'inline'}}:host([hidden]){display:none}${this.row.css ?? ''}</style>${this.row.html?.(host) ?? '<slot></slot>'}`;
    if (markup !== this.markup) {
      const wasOpen = this.shadow.querySelector('dialog')?.open ?? false;
      this.markup = markup;
      this.shadow.innerHTML = markup;
      this.wire();
      if (wasOpen) this.shadow.querySelector('dialog')?.showModal();
    }
    const input = this.shadow.querySelector('input');
    if (!input) return;
    const value = String(this.get('value') ?? '');
    if (input.value !== value) input.value = value;
    input.disabled = this.get('disabled') === true;
  }

  wire() {
    const input = this.shadow.querySelector('input');
    input?.addEventListener('input', (event) => {
      event.stopPropagation();
      this.put('value', input.value);
      this.dispatchEvent(new CustomEvent('input', { bubbles: true, composed: true }));
    });
    input?.addEventListener('change', () =>
      this.dispatchEvent(new CustomEvent('change', { bubbles: true })),
    );
    if (this.localName === 's-button')
      this.shadow.querySelector('button')?.addEventListener('click', () => this.press());
    this.shadow.querySelector('a')?.addEventListener('click', (event) => this.follow(event));
    this.shadow.querySelector('dialog')?.addEventListener('close', () => {
      this.dispatchEvent(new CustomEvent('hide'));
    });
  }

  press() {
    const target = String(this.get('commandFor') ?? '');
    if (target) {
      const found = (this.getRootNode() as Document).getElementById(target);
      if (found instanceof Element) found.obey(String(this.get('command')));
    }
    if (this.get('type') === 'submit') this.internals.form?.requestSubmit();
  }

  obey(command: string) {
    const dialog = this.shadow.querySelector('dialog');
    if (!dialog) return;
    if (command === '--hide' || (command !== '--show' && dialog.open)) dialog.close();
    else dialog.showModal();
  }

  /** As App Bridge does it: the page may route by itself. */
  follow(event: Event) {
    const href = String(this.get('href') ?? '');
    if (!href.startsWith('/') || this.get('target') === '_blank') return;
    this.setAttribute('href', href);
    const asked = new CustomEvent('shopify:navigate', { bubbles: true, cancelable: true });
    if (!this.dispatchEvent(asked)) event.preventDefault();
  }

  showOverlay() {
    this.obey('--show');
  }

  hideOverlay() {
    this.obey('--hide');
  }
}

function define(tag: string, row: Row) {
  const made = class extends Element {
    static observedAttributes = Object.keys(row.props ?? {}).map(lower);
    readonly row = row;
  };
  for (const name of Object.keys(row.props ?? {})) {
    Object.defineProperty(made.prototype, name, {
      configurable: true,
      get(this: Element) {
        return this.get(name);
      },
      set(this: Element, value: unknown) {
        this.put(name, value);
      },
    });
  }
  customElements.define(tag, made);
}

const page = document.createElement('style');
page.textContent =
  'body{margin:0;background:#f1f1f1;color:#303030;font:14px/1.5 system-ui,sans-serif}';
document.head.prepend(page);

for (const [tag, row] of Object.entries(ROWS)) if (!customElements.get(tag)) define(tag, row);
