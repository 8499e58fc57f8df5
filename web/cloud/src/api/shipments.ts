/* Shipments, couriers and CSV, as the program answers them. */
import { ask, askAll, type Page } from './client.ts';

export const SHIP_STATES = [
  'CREATED',
  'CONFIRMED',
  'SHIPPED',
  'DELIVERED',
  'CLOSED',
  'TRACKING_FAILED',
  'CANCELLED',
] as const;
export type ShipState = (typeof SHIP_STATES)[number];
export const STORE_STATES = ['none', 'owed', 'sent', 'partial', 'held', 'refused'] as const;
export type StoreState = (typeof STORE_STATES)[number];

export interface StoreSide {
  state: StoreState;
  at: string | null;
  code: string | null;
  reason: string | null;
  next: string | null;
  retry_at: string | null;
  fulfillments?: { id: string; location: string | null; adopted: boolean; at: string | null }[];
}

export interface ShipmentLine {
  line_id: string;
  sku: string | null;
  title: string;
  quantity: number;
}

export interface CarrierEvent {
  id: string;
  source: string;
  kind: string;
  happened_at: string;
  message: string | null;
  state: string;
  reason: string | null;
  next: string | null;
  sent_at: string | null;
}

export interface Shipment {
  id: string;
  order: { id: string; external_id: string; number: string };
  connector: string | null;
  channel: string;
  state: ShipState;
  on_hold: boolean;
  courier: { code: string; name: string } | null;
  tracking: { number: string; url: string | null }[];
  notify_customer: boolean;
  created_at: string;
  shipped_at: string | null;
  delivered_at: string | null;
  store: StoreSide;
  lines?: ShipmentLine[];
  events?: CarrierEvent[];
}

export interface Side {
  cancelled: boolean;
  lines: { line_id: string; quantity: number }[];
}

export interface Conflict {
  since: string;
  what: string | null;
  ours: Side | null;
  theirs: Side | null;
  choices: ('keep' | 'cancel' | 'adapt')[];
}

export interface Courier {
  code: string;
  name: string;
  shopify_name: string | null;
  tracking_url: string | null;
  custom: boolean;
}

export interface NewShipment {
  lines?: { line_id: string; quantity: number }[];
  courier?: string;
  tracking_numbers?: string[];
  notify_customer?: boolean;
}

export type Verb = 'ship' | 'deliver' | 'track' | 'cancel' | 'close' | 'retry';
export interface VerbBody {
  courier?: string;
  tracking_numbers?: string[];
  shipped_at?: string;
  delivered_at?: string;
}

/** What the program allows in each state; it refuses the rest in words. */
export const VERBS: Record<ShipState, Verb[]> = {
  CREATED: ['ship', 'track', 'cancel'],
  CONFIRMED: ['ship', 'track', 'cancel'],
  SHIPPED: ['deliver', 'track'],
  TRACKING_FAILED: ['track', 'deliver'],
  DELIVERED: ['track', 'close'],
  CLOSED: [],
  CANCELLED: [],
};

function query(params: Record<string, string | undefined>): string {
  const set = Object.entries(params).filter((p): p is [string, string] => Boolean(p[1]));
  return set.length ? `?${new URLSearchParams(set)}` : '';
}

export const listShipments = (params: Record<string, string | undefined>) =>
  ask<Page<Shipment>>('GET', `/api/v1/shipments${query(params)}`);
export const getShipment = (id: string) => ask<Shipment>('GET', `/api/v1/shipments/${id}`);
export const addShipment = (order: string, body: NewShipment) =>
  ask<Shipment>('POST', `/api/v1/orders/${order}/shipments`, body);
export const moveShipment = (id: string, verb: Verb, body: VerbBody = {}) =>
  ask<Shipment>('POST', `/api/v1/shipments/${id}/${verb}`, body);
export const settleConflict = (order: string, choice: string) =>
  ask<unknown>('POST', `/api/v1/orders/${order}/conflict`, { choice });
export const listCouriers = () => askAll<Courier>('/api/v1/couriers');

export interface CsvImport {
  id: string;
  state: string;
  lines: number;
  done: number;
  taken: number;
  unchanged: number;
  refused: number;
  job: string | null;
  finished_at: string | null;
}

export interface CsvError {
  line: number;
  code: string;
  reason: string;
}

export const sendCsv = (file: Blob) =>
  ask<CsvImport>('POST', '/api/v1/shipments/csv', new Blob([file], { type: 'text/csv' }));
export const getCsv = (id: string) => ask<CsvImport>('GET', `/api/v1/shipments/csv/${id}`);
export const getCsvErrors = (id: string) =>
  ask<Page<CsvError>>('GET', `/api/v1/shipments/csv/${id}/errors?limit=100`);
export const csvAddress = (params: Record<string, string | undefined>) =>
  `/api/v1/shipments.csv${query(params)}`;
