/* All shipments, newest first. */
import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import { useEffect, useState } from 'preact/hooks';
import { may } from '../../api/client.ts';
import { csvAddress, listShipments, SHIP_STATES, STORE_STATES } from '../../api/shipments.ts';
import { words } from '../../i18n.ts';
import { Page, useRested } from '../../ui/bits.tsx';
import { Button, Field } from '../../ui/controls.tsx';
import { useFilters } from '../../ui/filters.ts';
import { Select } from '../../ui/select.tsx';
import { Empty, When } from '../../ui/states.tsx';
import { Pager } from '../../ui/table.tsx';
import { ShipmentTable } from './table.tsx';

export function Shipments() {
  const { t } = words();
  const filters = useFilters();
  const [text, setText] = useState(filters.get('q') ?? '');
  const q = useRested(text.trim());
  // Only typing changes the address
  useEffect(() => {
    if (q !== (filters.get('q') ?? '')) filters.set({ q }, { replace: true });
  }, [q]);
  const asked = {
    q: filters.get('q'),
    state: filters.get('state'),
    store: filters.get('store'),
    cursor: filters.get('cursor'),
  };
  const shipments = useQuery({
    queryKey: ['shipments', asked],
    queryFn: () => listShipments(asked),
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  });
  const any = { value: '', label: t('list.any') };
  return (
    <Page
      title={t('nav.shipments')}
      actions={
        <>
          <Button icon="download" href={csvAddress({ q: asked.q, state: asked.state })} isDownload>
            {t('shipment.export')}
          </Button>
          {may('operator') && (
            <Button icon="upload" href="/shipments/import">
              {t('csv.title')}
            </Button>
          )}
        </>
      }
    >
      <search class="filters">
        <Field
          label={t('shipment.search')}
          placeholder={t('shipment.searchHint')}
          type="search"
          value={text}
          onInput={setText}
        />
        <Select
          label={t('shipment.stateLabel')}
          value={asked.state ?? ''}
          choices={[
            any,
            ...SHIP_STATES.map((s) => ({ value: s, label: t(`shipment.state.${s}`) })),
          ]}
          onChange={(state) => filters.set({ state })}
        />
        <Select
          label={t('shipment.storeLabel')}
          value={asked.store ?? ''}
          choices={[
            any,
            ...STORE_STATES.map((s) => ({ value: s, label: t(`shipment.store.${s}`) })),
          ]}
          onChange={(store) => filters.set({ store })}
        />
      </search>
      <When asked={shipments}>
        {(page) =>
          page.items.length === 0 ? (
            <Empty title={t('shipment.none')}>
              <p>{t('shipment.noneLead')}</p>
              <a href="/orders">{t('nav.orders')}</a>
            </Empty>
          ) : (
            <>
              <ShipmentTable shipments={page.items} />
              <Pager cursor={asked.cursor} next={page.next_cursor} onGo={filters.page} />
            </>
          )
        }
      </When>
    </Page>
  );
}
