/* States in the colours and words people know them by. */
import type { Connector, Job, Level, OrderSummary } from '../api/client.ts';
import type { ShipState, StoreState } from '../api/shipments.ts';
import { words } from '../i18n.ts';
import { Badge, type BadgeTone } from './bits.tsx';

const ORDER: Record<OrderSummary['status'], BadgeTone> = {
  placed: 'info',
  partial: 'warning',
  total: 'good',
};

const SYNC: Record<OrderSummary['state'], BadgeTone> = {
  syncing: 'info',
  synced: 'good',
  error: 'bad',
};

const LEVEL: Record<Level, BadgeTone> = {
  debug: 'plain',
  info: 'info',
  warn: 'warning',
  error: 'bad',
};

const SHIP: Record<ShipState, BadgeTone> = {
  CREATED: 'plain',
  CONFIRMED: 'info',
  SHIPPED: 'info',
  DELIVERED: 'good',
  CLOSED: 'plain',
  TRACKING_FAILED: 'bad',
  CANCELLED: 'plain',
};

const STORE: Record<StoreState, BadgeTone> = {
  none: 'plain',
  owed: 'info',
  sent: 'good',
  partial: 'warning',
  held: 'warning',
  refused: 'bad',
};

const JOB: Record<Job['state'], BadgeTone> = {
  queued: 'plain',
  running: 'info',
  waiting: 'info',
  parked: 'warning',
  done: 'good',
  dead: 'bad',
  cancelled: 'plain',
};

export const OrderStatus = ({ status }: { status: OrderSummary['status'] }) => (
  <Badge tone={ORDER[status]}>{words().t(`order.status.${status}`)}</Badge>
);
export const SyncState = ({ state }: { state: OrderSummary['state'] }) => (
  <Badge tone={SYNC[state]}>{words().t(`order.sync.${state}`)}</Badge>
);
export const LogLevel = ({ level }: { level: Level }) => (
  <Badge tone={LEVEL[level]}>{words().t(`log.level.${level}`)}</Badge>
);
export const ShipmentState = ({ state }: { state: ShipState }) => (
  <Badge tone={SHIP[state]}>{words().t(`shipment.state.${state}`)}</Badge>
);
export const StoreBadge = ({ state }: { state: StoreState }) => (
  <Badge tone={STORE[state]}>{words().t(`shipment.store.${state}`)}</Badge>
);
export const JobState = ({ state }: { state: Job['state'] }) => (
  <Badge tone={JOB[state]}>{words().t(`job.state.${state}`)}</Badge>
);

/** A step or kind in words; the bare name of one that is new to us. */
export function stepName(step: string): string {
  return words().maybe(`log.step.${step.replaceAll('.', '_')}`) ?? step;
}

export function kindName(kind: string): string {
  return words().maybe(`job.kind.${kind}`) ?? kind;
}

const SILENT_MS = 30 * 60_000;

export interface Health {
  tone: BadgeTone;
  text: string;
}

/** How a store's link is, in words. */
export function healthOf(c: Connector, now = Date.now()): Health {
  const { t, ago } = words();
  if (!c.linked && c.last_contact === null) return { tone: 'plain', text: t('health.never') };
  if (!c.linked) return { tone: 'bad', text: t('health.disconnected') };
  if (c.link_state === 'disconnected') return { tone: 'bad', text: t('health.refused') };
  if (c.token_awaited_since)
    return { tone: 'bad', text: t('health.awaited', { ago: ago(c.token_awaited_since, now) }) };
  if (c.failing_since)
    return { tone: 'bad', text: t('health.noAnswer', { ago: ago(c.failing_since, now) }) };
  if (c.last_contact && now - Date.parse(c.last_contact) > SILENT_MS)
    return { tone: 'warning', text: t('health.silent', { ago: ago(c.last_contact, now) }) };
  if (c.counts.error > 0)
    return { tone: 'warning', text: t('health.errors', { count: c.counts.error }) };
  if (c.counts.held > 0)
    return { tone: 'warning', text: t('health.held', { count: c.counts.held }) };
  if (!c.automatic) return { tone: 'info', text: t('health.manual') };
  return { tone: 'good', text: t('health.good') };
}

/** Whether an order is paid, as the store has it; a word we do not know stays. */
export function paymentName(status: string | null | undefined): string {
  if (!status) return '–';
  return words().maybe(`order.paid.${status.toLowerCase()}`) ?? status;
}
