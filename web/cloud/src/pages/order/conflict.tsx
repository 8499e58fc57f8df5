/* The store changed an order that has shipments: both sides, and a choice. */
import { may } from '../../api/client.ts';
import { type Conflict, type Side, settleConflict } from '../../api/shipments.ts';
import { words } from '../../i18n.ts';
import { Card } from '../../ui/bits.tsx';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote, Note } from '../../ui/states.tsx';
import { useAction } from '../../ui/use-action.ts';
import type { FullOrder } from './order.tsx';

function SideList({ side, order, title }: { side: Side | null; order: FullOrder; title: string }) {
  const { t, number } = words();
  if (!side) return null;
  return (
    <div>
      <h3>{title}</h3>
      {side.cancelled && <p>{t('order.cancelledLong')}</p>}
      <ul>
        {side.lines.map((l) => (
          <li key={l.line_id}>
            {number(l.quantity)} ×{' '}
            <bdi>{order.lines.find((o) => o.id === l.line_id)?.title ?? l.line_id}</bdi>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Choose(props: { order: string; choice: Conflict['choices'][number] }) {
  const { t } = words();
  const act = useAction(() => settleConflict(props.order, props.choice));
  return (
    <div class="stack">
      <Button
        kind={props.choice === 'cancel' ? 'danger' : 'plain'}
        isBusy={act.isBusy}
        onClick={act.run}
      >
        {t(`conflict.${props.choice}`)}
      </Button>
      <p class="quiet">{t(`conflict.${props.choice}Means`)}</p>
      {act.failure !== undefined && <ErrorNote error={act.failure} />}
    </div>
  );
}

export function ConflictCard({ order, conflict }: { order: FullOrder; conflict: Conflict }) {
  const { t, time } = words();
  return (
    <Card title={t('conflict.title')}>
      <Note tone="warning" title={conflict.what ?? t('conflict.lead')}>
        <p>{t('conflict.since', { time: time(conflict.since) })}</p>
      </Note>
      <div class="two">
        <SideList side={conflict.ours} order={order} title={t('conflict.ours')} />
        <SideList side={conflict.theirs} order={order} title={t('conflict.theirs')} />
      </div>
      {may('operator') && (
        <div class="two">
          {conflict.choices.map((choice) => (
            <Choose key={choice} order={order.id} choice={choice} />
          ))}
        </div>
      )}
    </Card>
  );
}
