/* Calls to the app's own program, each with a fresh ID token; no cookies. */
import { sayLost } from './alive.ts';

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly next: string | undefined;
  /** Of a check that failed: all it tried. */
  readonly checks: Check[] | undefined;

  constructor(
    status: number,
    code: string,
    detail: string,
    more: { next?: string; checks?: Check[] } = {},
  ) {
    super(detail);
    this.status = status;
    this.code = code;
    this.next = more.next;
    this.checks = more.checks;
  }
}

async function send(method: string, path: string, body: unknown): Promise<Response> {
  const headers: Record<string, string> = { Authorization: `Bearer ${await shopify.idToken()}` };
  const init: RequestInit = { method, headers };
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
    init.body = JSON.stringify(body);
  }
  return fetch(path, init);
}

async function problemOf(response: Response): Promise<Problem> {
  const body = await response.json().catch(() => ({}));
  return new Problem(
    response.status,
    body.code ?? 'no_answer',
    body.detail ?? body.title ?? response.statusText,
    body,
  );
}

export async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await send(method, path, body);
    // A token lives a minute: one that died on the way is worth a second one.
    if (response.status === 401) response = await send(method, path, body);
  } catch {
    sayLost();
    throw new Problem(0, 'app_away', '');
  }
  if (!response.ok) throw await problemOf(response);
  return response.json();
}

export interface Connection {
  shop: string;
  state: 'none' | 'linked' | 'disconnected';
  reason: string | null;
  reason_code: string | null;
  app_url: string | null;
  label: string | null;
  automatic: boolean;
  token_saved: boolean;
  cloud_url: string | null;
  /** Permissions that Shopify did not grant, parted by commas. */
  missing_scopes: string | null;
}

export interface LinkIn {
  app_url: string;
  /** None: the saved one, at the saved address. */
  token?: string;
}

/** One point of a check. */
export interface Check {
  name: string;
  state: 'ok' | 'failed' | 'unknown';
  code: string;
  at: string | null;
  seconds: number | null;
  missing: string | null;
}

export const getConnection = () => call<Connection>('GET', '/api/connection');
export const checkConnection = (link: LinkIn) =>
  call<{ established: true; label: string | null; checks: Check[] }>(
    'POST',
    '/api/connection/check',
    link,
  );
export const saveConnection = (link: LinkIn & { replace?: boolean }) =>
  call<Connection>('PUT', '/api/connection', link);
export const dropConnection = () => call<Connection>('DELETE', '/api/connection');

export interface AppEvent {
  id: number;
  at: string;
  level: string;
  step: string;
  job: string | null;
  order_id: string | null;
  order_name: string | null;
  text: string;
  reason: string | null;
  next: string | null;
}

export interface CloudLine {
  time: string;
  level: string;
  step: string;
  reason: string | null;
  next: string | null;
}

export interface Logs {
  items: AppEvent[];
  next_cursor: string | null;
  cloud?: { items: CloudLine[]; reason?: string };
}

export function getLogs(params: { job?: string | undefined; cursor?: string | undefined }) {
  const set = Object.entries(params).filter((p): p is [string, string] => Boolean(p[1]));
  return call<Logs>('GET', `/api/logs?${new URLSearchParams(set)}`);
}
