/* Calls that doc/openapi.yaml does not describe, and their answers. */
import { ask, type Page } from './client.ts';
import { Problem } from './problem.ts';

export type Due = 'late' | 'today' | 'tomorrow' | 'later' | 'none' | 'managed';
export const DUES: Due[] = ['late', 'today', 'tomorrow', 'later', 'none', 'managed'];

export interface Summary {
  due: Record<Due, number>;
  errors: number;
  dead: number;
  disconnected: number;
  hours: { at: string; imported: number; shipped: number }[];
}

/** What a program answers that does not have the call yet: nothing. */
async function ifThere<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Problem && error.code === 'no_such_path') return null;
    throw error;
  }
}

export const getSummary = () => ifThere(ask<Summary>('GET', '/api/v1/summary'));

/** What the store itself says of an order the Cloud App does not hold. */
export interface StoreAnswer {
  found: boolean;
  number: string | null;
  code: string | null;
  reason: string;
  next: string | null;
  can_send: boolean;
}

export const askStore = (connector: string, q: string) =>
  ask<StoreAnswer>('POST', `/api/v1/connectors/${connector}/lookup`, { q });

export const refreshOrder = (id: string) =>
  ask<{ uuid: string }>('POST', `/api/v1/orders/${id}/refresh`);

export type { Page };
