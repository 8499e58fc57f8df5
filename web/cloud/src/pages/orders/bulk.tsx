/* What can be done with the chosen orders, with its progress. */
import { useQueryClient } from '@tanstack/preact-query';
import { useEffect, useState } from 'preact/hooks';
import { tellShort } from '../../../../shared/problem.ts';
import { may, type OrderSummary } from '../../api/client.ts';
import { asProblem } from '../../api/problem.ts';
import { addShipment } from '../../api/shipments.ts';
import { words } from '../../i18n.ts';
import { Button } from '../../ui/controls.tsx';
import { Confirm, Dialog } from '../../ui/dialog.tsx';
import { Note } from '../../ui/states.tsx';

interface Run {
  title: string;
  total: number;
  done: number;
  failed: { number: string; why: string }[];
}

function Progress({ run, onClose }: { run: Run; onClose: () => void }) {
  const { t, number } = words();
  const isDone = run.done === run.total;
  return (
    <Dialog
      label={run.title}
      isOpen
      onClose={onClose}
      footer={
        <Button kind="main" isBusy={!isDone} onClick={onClose}>
          {t('do.close')}
        </Button>
      }
    >
      <div class="stack">
        <progress value={run.done} max={run.total} aria-label={run.title} />
        <p aria-live="polite">
          {t('bulk.progress', { done: number(run.done), total: number(run.total) })}
        </p>
        {isDone && run.failed.length === 0 && <Note tone="good" title={t('bulk.allDone')} />}
        {isDone && run.failed.length < run.total && (
          <a href="/shipments">{t('bulk.toShipments')}</a>
        )}
        {run.failed.length > 0 && (
          <Note tone="warning" title={t('bulk.failed', { count: run.failed.length })}>
            <ul>
              {run.failed.map((f) => (
                <li key={f.number}>
                  <strong>{f.number}</strong>: {f.why}
                </li>
              ))}
            </ul>
          </Note>
        )}
      </div>
    </Dialog>
  );
}

export function BulkBar(props: { orders: OrderSummary[]; onDone: (chosen: Set<string>) => void }) {
  const { t } = words();
  const cache = useQueryClient();
  const [run, setRun] = useState<Run>();
  const [isAsked, setAsked] = useState(false);
  const isNone = props.orders.length === 0;
  // Orders may leave the list while the question stands.
  useEffect(() => {
    if (isNone) setAsked(false);
  }, [isNone]);
  if (isNone && !run) return null;

  // One after the other: the program answers each in a few milliseconds, and
  // what fails is named without stopping the rest.
  async function each(title: string, act: (o: OrderSummary) => Promise<unknown>) {
    let state: Run = { title, total: props.orders.length, done: 0, failed: [] };
    setRun(state);
    for (const order of props.orders) {
      const why = await act(order).then(
        () => undefined,
        (error) => tellShort(asProblem(error), words()),
      );
      const failed = why ? [...state.failed, { number: order.number, why }] : state.failed;
      state = { ...state, done: state.done + 1, failed };
      setRun(state);
    }
    await cache.invalidateQueries();
  }

  async function ship() {
    setAsked(false);
    void each(t('bulk.ship'), (o) => addShipment(o.id, {}));
  }

  function close() {
    setRun(undefined);
    props.onDone(new Set());
  }

  return (
    <section class="bulk row" aria-label={t('bulk.label')}>
      <strong>{t('bulk.chosen', { count: props.orders.length })}</strong>
      {may('operator') && (
        <Button icon="shipments" onClick={() => setAsked(true)}>
          {t('bulk.ship')}
        </Button>
      )}
      <button type="button" class="link" onClick={() => props.onDone(new Set())}>
        {t('bulk.none')}
      </button>
      <Confirm
        label={t('bulk.ship')}
        action={t('bulk.ship')}
        isOpen={isAsked}
        onClose={() => setAsked(false)}
        onConfirm={ship}
      >
        <p>{t('bulk.shipMeans', { count: props.orders.length })}</p>
      </Confirm>
      {run && <Progress run={run} onClose={close} />}
    </section>
  );
}
