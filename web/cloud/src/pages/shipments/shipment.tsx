/* One shipment: where it is, what the store knows, and what can be done. */
import { useQuery, useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { may } from '../../api/client.ts';
import {
  getShipment,
  moveShipment,
  type Shipment,
  VERBS,
  type Verb,
  type VerbBody,
} from '../../api/shipments.ts';
import { words } from '../../i18n.ts';
import { Badge, Card, Facts, Moment, Page } from '../../ui/bits.tsx';
import { Button, Field } from '../../ui/controls.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { ErrorNote, Note, When } from '../../ui/states.tsx';
import { Table } from '../../ui/table.tsx';
import { useAction } from '../../ui/use-action.ts';
import { ShipmentState, StoreBadge } from '../../ui/words.tsx';
import { CourierFields, numbersOf, useCourier } from './courier-fields.tsx';
import { Tracking } from './table.tsx';

/** A moment typed in this browser's zone, as the program wants it. */
const instant = (local: string) => (local ? new Date(local).toISOString() : undefined);

function VerbDialog({
  shipment,
  verb,
  onClose,
}: {
  shipment: Shipment;
  verb: Verb;
  onClose: () => void;
}) {
  const { t } = words();
  const courier = useCourier(
    shipment.courier?.code ?? '',
    shipment.tracking.map((one) => one.number).join(' '),
  );
  const [at, setAt] = useState('');
  const hasCourier = verb === 'ship' || verb === 'track';
  const hasTime = verb === 'ship' || verb === 'deliver';
  const cache = useQueryClient();
  async function go() {
    const body: VerbBody = {};
    const when = instant(at);
    if (hasCourier && courier.code) body.courier = courier.code;
    if (hasCourier && courier.numbers.trim()) body.tracking_numbers = numbersOf(courier.numbers);
    if (when && verb === 'ship') body.shipped_at = when;
    if (when && verb === 'deliver') body.delivered_at = when;
    await moveShipment(shipment.id, verb, body);
  }
  return (
    <Confirm
      label={t(`shipment.do.${verb}`)}
      action={t(`shipment.do.${verb}`)}
      isOpen
      isDanger={verb === 'cancel'}
      onClose={onClose}
      onConfirm={async () => {
        await go();
        await cache.invalidateQueries();
      }}
    >
      <p>{t(`shipment.means.${verb}`)}</p>
      {hasCourier && <CourierFields courier={courier} />}
      {hasTime && (
        <Field
          label={verb === 'ship' ? t('shipment.shippedAt') : t('shipment.deliveredAt')}
          hint={t('shipment.emptyIsNow')}
          type="datetime-local"
          value={at}
          onInput={setAt}
        />
      )}
    </Confirm>
  );
}

function StoreCard({ shipment }: { shipment: Shipment }) {
  const { t, said } = words();
  const { store } = shipment;
  const retry = useAction(() => moveShipment(shipment.id, 'retry'));
  const isStuck = ['held', 'refused', 'partial', 'owed'].includes(store.state);
  return (
    <Card title={t('shipment.storeLabel')}>
      <div class="row">
        <StoreBadge state={store.state} />
        <Moment at={store.at} none="" />
      </div>
      {store.reason && (
        <Note tone={store.state === 'refused' ? 'bad' : 'warning'} title={said(store.reason)}>
          {store.next && <p>{said(store.next)}</p>}
        </Note>
      )}
      {store.fulfillments && store.fulfillments.length > 0 && (
        <Facts
          facts={store.fulfillments.map((f) => [
            t('shipment.fulfillment', { id: f.id }),
            <>
              <Moment at={f.at} /> {f.adopted && <Badge tone="info">{t('shipment.adopted')}</Badge>}
              {f.location && (
                <div class="quiet">{t('shipment.atLocation', { id: f.location })}</div>
              )}
            </>,
          ])}
        />
      )}
      {isStuck && may('operator') && (
        <div>
          <Button icon="refresh" isBusy={retry.isBusy} onClick={retry.run}>
            {t('shipment.do.retry')}
          </Button>
        </div>
      )}
      {retry.failure !== undefined && <ErrorNote error={retry.failure} />}
    </Card>
  );
}

function Contents({ shipment }: { shipment: Shipment }) {
  const { t, number } = words();
  return (
    <Card title={t('orders.lines')}>
      <Table
        label={t('orders.lines')}
        rows={shipment.lines ?? []}
        rowKey={(l) => l.line_id}
        columns={[
          { key: 'title', head: t('line.title'), class: 'wide', cell: (l) => <bdi>{l.title}</bdi> },
          { key: 'sku', head: 'SKU', cell: (l) => <span class="mono">{l.sku ?? '–'}</span> },
          { key: 'n', head: t('line.quantity'), class: 'num', cell: (l) => number(l.quantity) },
        ]}
      />
    </Card>
  );
}

function Events({ shipment }: { shipment: Shipment }) {
  const { t, maybe, time, said } = words();
  const events = shipment.events ?? [];
  if (events.length === 0) return null;
  return (
    <Card title={t('shipment.events')}>
      <ol class="timeline">
        {events.map((e) => (
          <li key={`${e.source}/${e.id}`}>
            <time dateTime={e.happened_at}>{time(e.happened_at)}</time>
            <div>
              <strong>{maybe(`shipment.event.${e.kind}`) ?? e.kind}</strong>
              {e.message && <p dir="auto">{e.message}</p>}
              {e.reason && <p class="quiet">{said(e.reason)}</p>}
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}

function Body({ shipment }: { shipment: Shipment }) {
  const { t, time } = words();
  const [verb, setVerb] = useState<Verb>();
  return (
    <>
      {shipment.on_hold && (
        <Note tone="warning" title={t('shipment.onHold')}>
          <p>
            <a href={`/orders/${shipment.order.id}`}>{t('shipment.onHoldNext')}</a>
          </p>
        </Note>
      )}
      <Card
        title={t('shipment.one')}
        actions={
          may('operator') && (
            <div class="row">
              {VERBS[shipment.state].map((v, i) => (
                <Button
                  key={v}
                  kind={v === 'cancel' ? 'danger' : i === 0 ? 'main' : 'plain'}
                  onClick={() => setVerb(v)}
                >
                  {t(`shipment.do.${v}`)}
                </Button>
              ))}
            </div>
          )
        }
      >
        <Facts
          facts={[
            [t('shipment.stateLabel'), <ShipmentState state={shipment.state} />],
            [
              t('orders.number'),
              <a href={`/orders/${shipment.order.id}`}>{shipment.order.number}</a>,
            ],
            [t('shipment.courier'), shipment.courier?.name ?? '–'],
            [t('shipment.tracking'), <Tracking shipment={shipment} />],
            [t('shipment.madeAt'), time(shipment.created_at)],
            [t('shipment.shippedAt'), <Moment at={shipment.shipped_at} />],
            [t('shipment.deliveredAt'), <Moment at={shipment.delivered_at} />],
            [t('connector.notify'), shipment.notify_customer ? t('do.yes') : t('do.no')],
          ]}
        />
      </Card>
      <StoreCard shipment={shipment} />
      <Contents shipment={shipment} />
      <Events shipment={shipment} />
      {verb && <VerbDialog shipment={shipment} verb={verb} onClose={() => setVerb(undefined)} />}
    </>
  );
}

export function ShipmentPage({ params }: { params: Record<string, string | undefined> }) {
  const { t } = words();
  const id = params.id ?? '';
  const shipment = useQuery({
    queryKey: ['shipment', id],
    queryFn: () => getShipment(id),
    refetchInterval: 5_000,
  });
  return (
    <Page
      title={t('shipment.title', { id })}
      back={{ href: '/shipments', label: t('nav.shipments') }}
    >
      <When asked={shipment}>{(s) => <Body shipment={s} />}</When>
    </Page>
  );
}
