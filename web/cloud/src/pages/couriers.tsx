/* Courier services: those that are built in, and one's own. */
import { useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { api, got, may } from '../api/client.ts';
import { useCouriers } from '../api/lists.ts';
import type { Courier } from '../api/shipments.ts';
import { words } from '../i18n.ts';
import { Page } from '../ui/bits.tsx';
import { Button, Field } from '../ui/controls.tsx';
import { Confirm } from '../ui/dialog.tsx';
import { Empty, When } from '../ui/states.tsx';
import { Table } from '../ui/table.tsx';

function AddCourier({ onClose }: { onClose: () => void }) {
  const { t } = words();
  const cache = useQueryClient();
  const [courier, setCourier] = useState({
    name: '',
    code: '',
    shopify_name: '',
    tracking_url: '',
  });
  const field = (name: keyof typeof courier) => ({
    value: courier[name],
    onInput: (value: string) => setCourier((old) => ({ ...old, [name]: value })),
  });
  async function add() {
    const body = {
      name: courier.name.trim(),
      code: courier.code.trim(),
      shopify_name: courier.shopify_name.trim() || null,
      tracking_url: courier.tracking_url.trim() || null,
    };
    await got(api.POST('/api/v1/couriers', { body }));
    await cache.invalidateQueries({ queryKey: ['couriers'] });
  }
  return (
    <Confirm
      label={t('courier.add')}
      action={t('courier.add')}
      isOpen
      onClose={onClose}
      onConfirm={add}
    >
      <Field label={t('courier.name')} isNeeded autofocus maxLength={100} {...field('name')} />
      <Field
        label={t('courier.code')}
        hint={t('courier.codeHint')}
        isNeeded
        maxLength={32}
        {...field('code')}
      />
      <Field
        label={t('courier.shopify')}
        hint={t('courier.shopifyHint')}
        maxLength={100}
        {...field('shopify_name')}
      />
      <Field
        label={t('courier.url')}
        hint={t('courier.urlHint')}
        type="url"
        maxLength={500}
        {...field('tracking_url')}
      />
    </Confirm>
  );
}

function CourierTable(props: { couriers: Courier[]; onRemove: (courier: Courier) => void }) {
  const { t } = words();
  return (
    <Table
      label={t('nav.couriers')}
      rows={props.couriers}
      rowKey={(c) => c.code}
      columns={[
        { key: 'name', head: t('courier.name'), cell: (c) => <bdi>{c.name}</bdi> },
        { key: 'code', head: t('courier.code'), cell: (c) => <span class="mono">{c.code}</span> },
        { key: 'shopify', head: t('courier.shopify'), cell: (c) => c.shopify_name ?? '–' },
        {
          key: 'url',
          head: t('courier.url'),
          class: 'wide',
          cell: (c) => <span class="mono quiet">{c.tracking_url ?? '–'}</span>,
        },
        {
          key: 'origin',
          head: t('courier.origin'),
          cell: (c) => (
            <div class="marks">
              <span class="quiet">{c.custom ? t('courier.own') : t('courier.builtIn')}</span>
              {c.custom && may('manager') && (
                <button
                  type="button"
                  class="small"
                  aria-label={t('courier.removeWhat', { name: c.name })}
                  onClick={() => props.onRemove(c)}
                >
                  {t('courier.remove')}
                </button>
              )}
            </div>
          ),
        },
      ]}
    />
  );
}

export function Couriers() {
  const { t } = words();
  const cache = useQueryClient();
  const [isAdding, setAdding] = useState(false);
  const [removed, setRemoved] = useState<Courier>();
  const couriers = useCouriers();
  async function remove() {
    if (!removed) return;
    await got(api.DELETE('/api/v1/couriers/{code}', { params: { path: { code: removed.code } } }));
    await cache.invalidateQueries({ queryKey: ['couriers'] });
  }
  return (
    <Page
      title={t('nav.couriers')}
      lead={t('courier.lead')}
      actions={
        may('manager') && (
          <Button kind="main" icon="plus" onClick={() => setAdding(true)}>
            {t('courier.add')}
          </Button>
        )
      }
    >
      <When asked={couriers}>
        {(page) =>
          page.items.length === 0 ? (
            <Empty title={t('courier.add')} />
          ) : (
            <CourierTable couriers={page.items} onRemove={setRemoved} />
          )
        }
      </When>
      {isAdding && <AddCourier onClose={() => setAdding(false)} />}
      {removed && (
        <Confirm
          label={t('courier.removeWhat', { name: removed.name })}
          action={t('courier.remove')}
          isOpen
          isDanger
          onClose={() => setRemoved(undefined)}
          onConfirm={remove}
        >
          <p>{t('courier.removeMeans')}</p>
        </Confirm>
      )}
    </Page>
  );
}
