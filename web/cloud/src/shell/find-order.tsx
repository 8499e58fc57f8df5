/* "Where is my order?": any number, id, tracking or name, answered in words. */
import { useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { navigate } from 'wouter-preact/use-browser-location';
import { api, got, type OrderSummary } from '../api/client.ts';
import { useConnectors, useLabels } from '../api/lists.ts';
import { askStore, type StoreAnswer } from '../api/wanted.ts';
import { words } from '../i18n.ts';
import { useRested } from '../ui/bits.tsx';
import { Button, Field } from '../ui/controls.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNote, Loading, Note } from '../ui/states.tsx';
import { OrderStatus, SyncState } from '../ui/words.tsx';

/** Where it is and why, in one sentence. */
function whereIs(o: OrderSummary): string {
  const { t, ago } = words();
  if (o.state === 'error') return t('find.where.error', { reason: o.reason ?? o.code ?? '' });
  if (o.cancelled) return t('find.where.cancelled');
  if (o.state === 'syncing') return t('find.where.syncing');
  if (o.status === 'total') return t('find.where.total');
  if (o.status === 'partial') return t('find.where.partial');
  return t('find.where.placed', { ago: ago(o.imported_at) });
}

function Found({ order, label, onGo }: { order: OrderSummary; label: string; onGo: () => void }) {
  return (
    <a class="found" href={`/orders/${order.id}`} onClick={onGo}>
      <span class="row">
        <strong>{order.number}</strong>
        <span class="quiet">{label}</span>
        <OrderStatus status={order.status} />
        <SyncState state={order.state} />
      </span>
      <span>{whereIs(order)}</span>
      <span class="quiet">{order.destination}</span>
    </a>
  );
}

/** Not here: the store itself may know it. */
function AskStores({ q }: { q: string }) {
  const { t } = words();
  const stores = (useConnectors().data?.items ?? []).filter((c) => c.linked);
  const [asked, setAsked] = useState('');
  const [answer, setAnswer] = useState<StoreAnswer>();
  const [failure, setFailure] = useState<unknown>();
  async function go(id: string) {
    setAsked(id);
    setAnswer(undefined);
    setFailure(undefined);
    await askStore(id, q).then(setAnswer, setFailure);
    setAsked('');
  }
  return (
    <div class="stack">
      <Note tone="info" title={t('find.nowhere', { q })}>
        <p>{t('find.nowhereWhy')}</p>
      </Note>
      <div class="row">
        {stores.map((c) => (
          <Button key={c.id} icon="store" isBusy={asked === c.id} onClick={() => void go(c.id)}>
            {t('find.askStore', { label: c.label })}
          </Button>
        ))}
      </div>
      {failure !== undefined && <ErrorNote error={failure} />}
      {answer && (
        <Note tone={answer.found ? 'good' : 'warning'} title={answer.reason}>
          {answer.next && <p>{answer.next}</p>}
        </Note>
      )}
    </div>
  );
}

export function FindOrder({ onClose }: { onClose: () => void }) {
  const { t } = words();
  const [text, setText] = useState('');
  const labels = useLabels();
  const q = useRested(text.trim());
  const found = useQuery({
    queryKey: ['find', q],
    enabled: q !== '',
    queryFn: ({ signal }) =>
      got(api.GET('/api/v1/orders', { params: { query: { q, limit: 8 } }, signal })),
  });
  const items = found.data?.items ?? [];
  const isTold = q !== '' && !found.isPending;
  function submit(event: Event) {
    event.preventDefault();
    if (!items[0]) return;
    onClose();
    navigate(`/orders/${items[0].id}`);
  }
  return (
    <Dialog label={t('find.title')} isOpen onClose={onClose}>
      <search>
        <form class="stack find" onSubmit={submit}>
          <Field
            label={t('find.label')}
            placeholder={t('find.placeholder')}
            type="search"
            autofocus
            value={text}
            onInput={setText}
          />
          <div class="stack" aria-live="polite">
            {q !== '' && found.isPending && <Loading rows={2} />}
            {found.error && <ErrorNote error={found.error} />}
            {items.map((o) => (
              <Found key={o.id} order={o} label={labels(o.connector)} onGo={onClose} />
            ))}
            {isTold && found.data && items.length === 0 && <AskStores key={q} q={q} />}
          </div>
        </form>
      </search>
    </Dialog>
  );
}
