/*
 * The elements of the Polaris stand-in, one row each. Names, properties,
 * defaults and slots are Shopify's: a test holds them against its published
 * manifest. The look is only near enough to work with.
 */
export type Value = string | boolean;

export interface Host extends HTMLElement {
  get: (name: string) => Value | undefined;
  /** What a form sends, and what the field shows. */
  value: string;
}

export interface Row {
  props?: Record<string, Value>;
  slots?: string[];
  events?: string[];
  /** Its role for those who do not see it. */
  role?: string;
  /** How the host itself is laid out. */
  display?: string;
  css?: string;
  html?: (host: Host) => string;
}

const SIGNS: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
export const text = (value: unknown) =>
  String(value ?? '').replace(/[&<>"]/g, (sign) => SIGNS[sign] ?? sign);

const GAPS: Record<string, string> = {
  none: '0',
  'small-500': '1px',
  'small-400': '2px',
  'small-300': '4px',
  'small-200': '6px',
  'small-100': '8px',
  small: '8px',
  base: '16px',
  large: '20px',
  'large-100': '20px',
};

const TONES = `.auto,.neutral{--bg:#e3e3e3;--fg:#303030}.info{--bg:#e0f0ff;--fg:#00527c}
.success{--bg:#cdfee1;--fg:#0c5132}.warning,.caution{--bg:#ffef9d;--fg:#4f4700}
.critical{--bg:#fee8eb;--fg:#8e0b21}`;

const FIELD_PROPS = {
  name: '',
  label: '',
  value: '',
  placeholder: '',
  details: '',
  error: '',
  disabled: false,
  required: false,
  readOnly: false,
  autocomplete: '',
};

function field(type: string): Row {
  return {
    props: FIELD_PROPS,
    events: ['input', 'change', 'focus', 'blur'],
    display: 'block',
    css: `label{display:block;font-weight:550;margin-bottom:4px}
input{font:inherit;width:100%;box-sizing:border-box;padding:6px 12px;border:1px solid #8a8a8a;border-radius:8px;background:#fff;color:inherit}
input:focus-visible{outline:2px solid #005bd3;outline-offset:1px}
.details{color:#616161;margin-top:4px}.error{color:#8e0b21;margin-top:4px}`,
    html: (host) => `<label for="f">${text(host.get('label'))}</label>
<input id="f" type="${type}" placeholder="${text(host.get('placeholder'))}" autocomplete="${text(host.get('autocomplete') || 'off')}"${host.get('details') ? ' aria-describedby="d"' : ''}>
${host.get('details') ? `<div class="details" id="d">${text(host.get('details'))}</div>` : ''}
${host.get('error') ? `<div class="error" role="alert">${text(host.get('error'))}</div>` : ''}`,
  };
}

const block = (css = '', role?: string): Row => ({
  display: 'block',
  css,
  html: () => '<slot></slot>',
  ...(role ? { role } : {}),
});

const FOOT = `footer{display:flex;gap:8px;justify-content:flex-end;padding:12px 16px;border-top:1px solid #ebebeb}
header{padding:12px 16px;font-weight:650;border-bottom:1px solid #ebebeb}.in{padding:16px}`;

export const ROWS: Record<string, Row> = {
  's-page': {
    props: { heading: '', inlineSize: 'base' },
    slots: ['primary-action', 'secondary-actions', 'aside'],
    display: 'block',
    css: `main{max-width:960px;margin:0 auto;padding:20px;display:grid;gap:16px}h1{font-size:20px;margin:0}`,
    html: (host) => `<main><h1>${text(host.get('heading'))}</h1><slot></slot></main>`,
  },
  's-section': {
    props: { heading: '', padding: 'base' },
    display: 'block',
    css: `section{background:#fff;border-radius:12px;box-shadow:0 1px 2px #0002;overflow-x:auto}
.in{padding:16px}.none{padding:0}h2{font-size:14px;margin:0;padding:16px 16px 0}`,
    html: (host) =>
      `<section>${host.get('heading') ? `<h2>${text(host.get('heading'))}</h2>` : ''}<div class="in ${text(host.get('padding'))}"><slot></slot></div></section>`,
  },
  's-stack': {
    props: { gap: 'none', direction: 'block', alignItems: 'normal' },
    display: 'block',
    css: '.s{display:flex}',
    html: (host) =>
      `<div class="s" style="gap:${GAPS[String(host.get('gap'))] ?? '0'};${host.get('direction') === 'inline' ? 'flex-wrap:wrap;' : 'flex-direction:column;align-items:stretch;'}${host.get('alignItems') === 'center' ? 'align-items:center' : host.get('direction') === 'inline' ? '' : 'justify-items:start'}"><slot></slot></div>`,
  },
  's-text': {
    props: { type: 'generic', tone: 'auto', color: 'base' },
    display: 'inline',
    css: '.strong{font-weight:650}.subdued{color:#616161}',
    html: (host) =>
      `<span class="${text(host.get('type'))} ${text(host.get('color'))}"><slot></slot></span>`,
  },
  's-paragraph': {
    props: { tone: 'auto', color: 'base' },
    ...block('p{margin:0}'),
    html: () => '<p><slot></slot></p>',
  },
  's-badge': {
    props: { tone: 'auto', icon: '', size: 'base' },
    display: 'inline-block',
    css: `${TONES}span{background:var(--bg);color:var(--fg);border-radius:8px;padding:2px 8px;font-size:12px;white-space:nowrap}`,
    html: (host) => `<span class="${text(host.get('tone'))}"><slot></slot></span>`,
  },
  's-banner': {
    props: { heading: '', tone: 'auto', dismissible: false },
    display: 'block',
    css: `${TONES}div.b{background:var(--bg);color:var(--fg);border-radius:12px;padding:12px 16px;border-left:6px solid var(--fg)}strong{display:block;margin-bottom:4px}`,
    html: (host) =>
      `<div class="b ${text(host.get('tone'))}" role="${host.get('tone') === 'critical' ? 'alert' : 'status'}">${host.get('heading') ? `<strong>${text(host.get('heading'))}</strong>` : ''}<slot></slot></div>`,
  },
  's-spinner': {
    props: { accessibilityLabel: '', size: 'base' },
    display: 'inline-block',
    css: '@media (prefers-reduced-motion:no-preference){i{animation:t 1s linear infinite}}i{display:inline-block;width:20px;height:20px;border:3px solid #ccc;border-top-color:#303030;border-radius:50%}@keyframes t{to{rotate:1turn}}',
    html: (host) =>
      `<i role="img" aria-label="${text(host.get('accessibilityLabel') || 'Loading')}"></i>`,
  },
  's-button': {
    props: {
      variant: 'auto',
      tone: 'auto',
      type: 'button',
      disabled: false,
      loading: false,
      href: '',
      target: 'auto',
      accessibilityLabel: '',
      commandFor: '',
      command: '--auto',
      icon: '',
    },
    events: ['click', 'focus', 'blur'],
    display: 'inline-block',
    css: `button{font:inherit;font-weight:550;padding:6px 12px;border-radius:8px;border:1px solid #b5b5b5;background:#fff;color:#303030;cursor:pointer}
button:focus-visible{outline:2px solid #005bd3;outline-offset:1px}
.primary{background:#303030;color:#fff;border-color:#303030}.critical{background:#c70a24;color:#fff;border-color:#c70a24}
.tertiary{background:none;border-color:transparent;text-decoration:underline;padding:0}button:disabled{background:#ebebeb;color:#6b6b6b;border-color:#ebebeb;cursor:default}`,
    html: (host) =>
      `<button type="button" class="${text(host.get('variant'))} ${text(host.get('tone'))}"${host.get('disabled') || host.get('loading') ? ' disabled' : ''}${host.get('loading') ? ' aria-busy="true"' : ''}${host.get('accessibilityLabel') ? ` aria-label="${text(host.get('accessibilityLabel'))}"` : ''}><slot></slot></button>`,
  },
  's-link': {
    props: { href: '', target: 'auto', tone: 'auto', accessibilityLabel: '' },
    events: ['click'],
    display: 'inline',
    css: 'a{color:#005bd3}',
    html: (host) =>
      `<a href="${text(host.get('href'))}"${host.get('target') === '_blank' ? ' target="_blank" rel="noreferrer"' : ''}><slot></slot></a>`,
  },
  's-modal': {
    props: { heading: '', size: 'base', padding: 'base' },
    slots: ['primary-action', 'secondary-actions'],
    events: ['show', 'hide'],
    display: 'contents',
    css: `dialog{border:0;border-radius:12px;padding:0;max-width:620px;width:90%;color:#303030}dialog::backdrop{background:#0008}${FOOT}`,
    html: (host) =>
      `<dialog aria-labelledby="h"><header id="h">${text(host.get('heading'))}</header><div class="in"><slot></slot></div><footer><slot name="secondary-actions"></slot><slot name="primary-action"></slot></footer></dialog>`,
  },
  's-ordered-list': block(':host{padding-left:24px;list-style:decimal}', 'list'),
  's-unordered-list': block(':host{padding-left:24px;list-style:disc}', 'list'),
  's-list-item': { ...block('', 'listitem'), display: 'list-item' },
  's-divider': {
    display: 'block',
    css: 'hr{border:0;border-top:1px solid #ebebeb}',
    html: () => '<hr>',
  },
  's-heading': {
    display: 'block',
    css: 'h2{font-size:14px;margin:0}',
    html: () => '<h2><slot></slot></h2>',
  },
  's-text-field': field('text'),
  's-password-field': field('password'),
  's-url-field': field('url'),
  's-search-field': field('search'),
  's-table': { ...block('', 'table'), display: 'table' },
  's-table-header-row': { ...block('', 'row'), display: 'table-row' },
  's-table-header': {
    ...block('', 'columnheader'),
    display: 'table-cell',
    css: ':host{font-weight:550;padding:8px 12px;text-align:left;color:#616161;white-space:nowrap}',
  },
  's-table-body': { ...block('', 'rowgroup'), display: 'table-row-group' },
  's-table-row': { ...block('', 'row'), display: 'table-row' },
  's-table-cell': {
    ...block('', 'cell'),
    display: 'table-cell',
    css: ':host{padding:8px 12px;border-top:1px solid #ebebeb;vertical-align:top}',
  },
  // Of extensions: the dialog around an action.
  's-admin-action': {
    props: { heading: '', loading: false },
    slots: ['primary-action', 'secondary-actions'],
    display: 'block',
    css: `${FOOT}p{margin:0 0 8px;color:#616161}`,
    html: (host) =>
      `<header role="heading" aria-level="2">${text(host.get('heading'))}</header><div class="in"${host.get('loading') ? ' aria-busy="true"' : ''}>${host.get('loading') ? '<p role="status">…</p>' : ''}<slot></slot></div><footer><slot name="secondary-actions"></slot><slot name="primary-action"></slot></footer>`,
  },
};
