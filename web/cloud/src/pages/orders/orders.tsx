/* The order list: tabs by latest shipping date, filters in the address. */
import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import { useEffect, useState } from 'preact/hooks';
import { askPage, type Due, type OrderSummary } from '../../api/client.ts';
import { DUES, useConnectors, useSummary } from '../../api/lists.ts';
import { words } from '../../i18n.ts';
import { Page, useRested } from '../../ui/bits.tsx';
import { Field } from '../../ui/controls.tsx';
import { type Filters, useFilters } from '../../ui/filters.ts';
import { Select } from '../../ui/select.tsx';
import { Empty, NoMatch, When } from '../../ui/states.tsx';
import { Pager } from '../../ui/table.tsx';
import { BulkBar } from './bulk.tsx';
import { OrderTable } from './table.tsx';

const NAMES = ['tab', 'q', 'status', 'state', 'connector'] as const;

function Tabs({ filters }: { filters: Filters }) {
  const { t, number } = words();
  const counts = useSummary().data?.due;
  const here = filters.get('tab');
  const link = (tab: Due | undefined) => {
    const params = new URLSearchParams(location.search);
    params.delete('cursor');
    if (tab) params.set('tab', tab);
    else params.delete('tab');
    const text = params.toString();
    return text ? `/orders?${text}` : '/orders';
  };
  return (
    <nav class="tabs" aria-label={t('orders.tabs')}>
      <a href={link(undefined)} aria-current={here ? undefined : 'page'}>
        {t('orders.tab.all')}
      </a>
      {DUES.map((due) => (
        <a
          key={due}
          href={link(due)}
          class={due === 'late' && counts?.late ? 'urgent' : ''}
          aria-current={here === due ? 'page' : undefined}
        >
          {t(`orders.tab.${due}`)}
          {counts && ' '}
          {counts && <span class="count">{number(counts[due])}</span>}
        </a>
      ))}
    </nav>
  );
}

function FilterBar({ filters }: { filters: Filters }) {
  const { t } = words();
  const connectors = useConnectors().data?.items ?? [];
  const [text, setText] = useState(filters.get('q') ?? '');
  const q = useRested(text.trim());
  const inAddress = filters.get('q') ?? '';
  // Only typing changes the address
  useEffect(() => {
    if (q !== inAddress) filters.set({ q }, { replace: true });
  }, [q]);
  const any = { value: '', label: t('list.any') };
  return (
    <search class="filters">
      <Field
        label={t('orders.search')}
        placeholder={t('orders.searchHint')}
        type="search"
        value={text}
        onInput={setText}
      />
      <Select
        label={t('order.statusLabel')}
        value={filters.get('status') ?? ''}
        choices={[
          any,
          ...(['placed', 'partial', 'total'] as const).map((s) => ({
            value: s,
            label: t(`order.status.${s}`),
          })),
        ]}
        onChange={(status) => filters.set({ status })}
      />
      <Select
        label={t('order.syncLabel')}
        value={filters.get('state') ?? ''}
        choices={[
          any,
          ...(['syncing', 'synced', 'error'] as const).map((s) => ({
            value: s,
            label: t(`order.sync.${s}`),
          })),
        ]}
        onChange={(state) => filters.set({ state })}
      />
      <Select
        label={t('connector.one')}
        value={filters.get('connector') ?? ''}
        choices={[any, ...connectors.map((c) => ({ value: c.id, label: c.label }))]}
        onChange={(connector) => filters.set({ connector })}
      />
    </search>
  );
}

function NoOrders({ filters, onClear }: { filters: Filters; onClear: () => void }) {
  const { t } = words();
  const isFiltered = NAMES.some((name) => filters.get(name));
  if (!isFiltered)
    return (
      <Empty title={t('orders.none')}>
        <p>{t('orders.noneLead')}</p>
        <a href="/connectors">{t('nav.connectors')}</a>
      </Empty>
    );
  return <NoMatch title={t('orders.noMatch')} onClear={onClear} />;
}

const nothing = () => Object.fromEntries(NAMES.map((name) => [name, undefined]));

export function Orders() {
  const { t } = words();
  const filters = useFilters();
  const [chosen, setChosen] = useState(new Set<string>());
  const [cleared, setCleared] = useState(0);
  function clear() {
    filters.set(nothing());
    setCleared((n) => n + 1);
  }
  const params = new URLSearchParams();
  const put = (name: string, value: string | undefined) => value && params.set(name, value);
  put('due', filters.get('tab'));
  for (const name of ['q', 'status', 'state', 'connector', 'cursor']) put(name, filters.get(name));
  const key = params.toString();
  const orders = useQuery({
    queryKey: ['orders', key],
    queryFn: ({ signal }) => askPage<OrderSummary>(`/api/v1/orders?${key}`, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  });
  // Other rows, nothing chosen
  useEffect(() => setChosen(new Set()), [key]);
  return (
    <Page title={t('nav.orders')}>
      <Tabs filters={filters} />
      <FilterBar key={`${filters.get('tab')} ${cleared}`} filters={filters} />
      <When asked={orders} rows={12}>
        {(page) => (
          <>
            {/* What it does goes on, though the last of them leave the list. */}
            <BulkBar orders={page.items.filter((o) => chosen.has(o.id))} onDone={setChosen} />
            {page.items.length === 0 ? (
              <NoOrders filters={filters} onClear={clear} />
            ) : (
              <>
                <OrderTable orders={page.items} choosing={{ chosen, onChoose: setChosen }} />
                <Pager cursor={filters.get('cursor')} next={page.next_cursor} onGo={filters.page} />
              </>
            )}
          </>
        )}
      </When>
    </Page>
  );
}
