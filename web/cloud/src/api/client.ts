/* Calls to the Cloud App: typed by doc/openapi.yaml, problems as exceptions. */
import { signal } from '@preact/signals';
import createClient from 'openapi-fetch';
import type { components, paths } from '../../../gen/api.d.ts';
import { asProblem, type Problem, problemOf } from './problem.ts';

type Schemas = components['schemas'];
export type Session = Schemas['Session'];
export type User = Schemas['User'];
export type Role = Schemas['Role'];
export type Token = Schemas['Token'];
export type Connector = Schemas['Connector'];
export type Schedule = Schemas['Schedule'];
export type ScheduledKind = Schemas['ScheduledKind'];
export type OrderSummary = Schemas['OrderSummary'];
export type Order = Schemas['Order'];
export type OrderLine = Schemas['OrderLine'];
export type Job = Schemas['Job'];
export type LogLine = Schemas['LogLine'];
export type Level = Schemas['Level'];
export type Due = Schemas['Due'];
export type Summary = Schemas['Summary'];
export type ShippingRule = Schemas['ShippingRule'];
export type Channel = Schemas['Channel'];
export type Page<T> = { items: T[]; next_cursor: string | null };

/** undefined: not asked yet; null: nobody is signed in. */
export const session = signal<Session | null | undefined>(undefined);
/** The session ended by itself: nobody signed out. */
export const hasEnded = signal(false);
/** False while the program does not answer. */
export const isReachable = signal(true);

/** Back to the door, where it is said if that was not the person's wish. */
export function leave(isOver = false): void {
  hasEnded.value = isOver;
  session.value = null;
}

const ROLES: Role[] = ['viewer', 'operator', 'manager'];

export function may(role: Role): boolean {
  const mine = session.value?.user.role;
  return mine !== undefined && ROLES.indexOf(mine) >= ROLES.indexOf(role);
}

/** What stands in front speaks, since nobody is behind it; a store that does not answer is
    told by the program itself. */
const isAway = ({ status, headers }: Response) =>
  [502, 504].includes(status) && !headers.get('content-type')?.includes('problem+json');

async function send(request: Request): Promise<Response> {
  const csrf = session.value?.csrf;
  if (csrf && request.method !== 'GET') request.headers.set('X-CSRF-Token', csrf);
  try {
    const response = await fetch(request);
    isReachable.value = !isAway(response);
    return response;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    isReachable.value = false;
    throw asProblem(error);
  }
}

export const api = createClient<paths>({ baseUrl: location.origin, fetch: send });

function refused(response: Response, body: unknown): Problem {
  const problem = problemOf(response, body);
  if (problem.code === 'not_authorized' && session.value) leave(true);
  return problem;
}

/** The answer's data, or the problem as an exception. */
export async function got<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data, error, response } = await call;
  if (!response.ok) throw refused(response, error);
  return data as T;
}

/** A call by its path, where doc/openapi.yaml has no types for it. */
export async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const init: RequestInit = { method };
  if (body instanceof Blob) init.body = body;
  else if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { 'Content-Type': 'application/json' };
  }
  const response = await send(new Request(new URL(path, location.origin), init));
  const json = response.status === 204 ? undefined : await response.json().catch(() => undefined);
  if (!response.ok) throw refused(response, json);
  return json as T;
}

/** A page of a list. A search looks at some rows at a time and may have found
    nothing yet: it goes on until there are `enough`, or no more. */
export async function askPage<T>(
  path: string,
  { enough = 1, signal }: { enough?: number; signal?: AbortSignal } = {},
): Promise<Page<T>> {
  const page = await ask<Page<T>>('GET', path);
  while (page.next_cursor && page.items.length < enough) {
    signal?.throwIfAborted();
    const url = new URL(path, location.origin);
    url.searchParams.set('cursor', page.next_cursor);
    const more = await ask<Page<T>>('GET', url.pathname + url.search);
    page.items.push(...more.items);
    page.next_cursor = more.next_cursor;
  }
  return page;
}

/** A list that is shown whole, whatever its length: there are few of its kind. */
export const askAll = <T>(path: string) =>
  askPage<T>(`${path}?limit=100`, { enough: Number.POSITIVE_INFINITY });
