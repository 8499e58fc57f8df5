/* Columns and drop-downs of the order list. */
import { useState } from 'preact/hooks';
import type { OrderSummary } from '../../api/client.ts';
import { useChannels } from '../../api/lists.ts';
import { words } from '../../i18n.ts';
import { Badge } from '../../ui/bits.tsx';
import { Icon } from '../../ui/icon.tsx';
import { type Choosing, type Column, Table } from '../../ui/table.tsx';
import { OrderStatus, SyncState } from '../../ui/words.tsx';
import { Details, type Drop } from './details.tsx';

function Opener(props: {
  isOpen: boolean;
  label: string;
  onToggle: () => void;
  children: preact.ComponentChildren;
}) {
  return (
    <button type="button" class="opener" aria-expanded={props.isOpen} onClick={props.onToggle}>
      <span class="label">{props.children}</span>
      <Icon name="down" />
      <span class="unseen">{props.label}</span>
    </button>
  );
}

/** Today's order with its hour, an older one with its date. */
function When({ at }: { at: string }) {
  const { time, date } = words();
  const isToday = new Date(at).toDateString() === new Date().toDateString();
  return (
    <time dateTime={at} title={time(at)}>
      {isToday ? new Date(at).toLocaleTimeString(words().locale, { timeStyle: 'short' }) : date(at)}
    </time>
  );
}

function Marks({ order }: { order: OrderSummary }) {
  const { t, maybe } = words();
  return (
    <>
      {order.cancelled && <Badge tone="bad">{t('order.cancelled')}</Badge>}
      {order.changed_in_store && <Badge tone="warning">{t('order.changed')}</Badge>}
      {order.flags.map((flag) => (
        <Badge key={flag} tone="plain">
          {maybe(`order.flag.${flag}`) ?? flag}
        </Badge>
      ))}
    </>
  );
}

type Open = { id: string; drop: Drop } | undefined;

function useColumns(open: Open, setOpen: (open: Open) => void): Column<OrderSummary>[] {
  const { t, country, number } = words();
  const channels = useChannels().data?.items;
  const toggle = (id: string, drop: Drop) => {
    const isOpen = open?.id === id && open.drop === drop;
    return { isOpen, onToggle: () => setOpen(isOpen ? undefined : { id, drop }) };
  };
  return [
    {
      key: 'date',
      head: t('orders.date'),
      class: 'short',
      cell: (o) => <When at={o.placed_at} />,
    },
    {
      key: 'number',
      head: t('orders.number'),
      cell: (o) => (
        <div class="number">
          <a href={`/orders/${o.id}`}>{o.number}</a>
          <Opener
            {...toggle(o.id, 'summary')}
            label={t('orders.openSummary', { number: o.number })}
          >
            <span class="quiet">{o.external_id}</span>
          </Opener>
        </div>
      ),
    },
    {
      key: 'status',
      head: t('orders.status'),
      class: 'wide status',
      cell: (o) => (
        <div class="marks">
          <OrderStatus status={o.status} />
          {o.state !== 'synced' && <SyncState state={o.state} />}
          <Marks order={o} />
        </div>
      ),
    },
    {
      key: 'due',
      head: t('orders.due'),
      class: 'due',
      cell: (o) => (o.latest_shipping_date ? <When at={o.latest_shipping_date} /> : '–'),
    },
    {
      key: 'channel',
      class: 'channel',
      head: t('orders.channel'),
      cell: (o) => channels && (channels.find((c) => c.id === o.channel)?.name ?? o.channel),
    },
    {
      key: 'country',
      head: t('orders.country'),
      cell: (o) => o.country && <abbr title={country(o.country)}>{o.country}</abbr>,
    },
    {
      key: 'destination',
      head: t('orders.destination'),
      class: 'wide destination',
      cell: (o) => (
        <Opener
          {...toggle(o.id, 'destination')}
          label={t('orders.openDestination', { number: o.number })}
        >
          <bdi>{o.destination ?? t('order.noAddress')}</bdi>
        </Opener>
      ),
    },
    {
      key: 'lines',
      head: t('orders.lines'),
      class: 'short',
      cell: (o) => (
        <Opener {...toggle(o.id, 'lines')} label={t('orders.openLines', { number: o.number })}>
          {number(o.lines_count)}
        </Opener>
      ),
    },
  ];
}

export function OrderTable(props: { orders: OrderSummary[]; choosing: Choosing }) {
  const { t } = words();
  const [open, setOpen] = useState<Open>();
  return (
    <Table
      label={t('nav.orders')}
      rows={props.orders}
      rowKey={(o) => o.id}
      rowName={(o) => o.number}
      choosing={props.choosing}
      columns={useColumns(open, setOpen)}
      details={(o) => open?.id === o.id && <Details id={o.id} drop={open.drop} />}
    />
  );
}
