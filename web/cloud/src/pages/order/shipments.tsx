/* The order's shipments, and a new one from what is left. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { may } from '../../api/client.ts';
import { addShipment, type NewShipment } from '../../api/shipments.ts';
import { words } from '../../i18n.ts';
import { Card } from '../../ui/bits.tsx';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { useAction } from '../../ui/use-action.ts';
import { CourierFields, numbersOf, useCourier } from '../shipments/courier-fields.tsx';
import { ShipmentTable } from '../shipments/table.tsx';
import { inShipments } from './lines.tsx';
import type { FullOrder } from './order.tsx';

interface Left {
  id: string;
  title: string;
  left: number;
}

function leftOf(order: FullOrder): Left[] {
  const taken = inShipments(order);
  return order.lines
    .filter((l) => l.requires_shipping)
    .map((l) => ({ id: l.id, title: l.title, left: l.current_quantity - (taken.get(l.id) ?? 0) }))
    .filter((l) => l.left > 0);
}

function NewForm({ order, left, onDone }: { order: FullOrder; left: Left[]; onDone: () => void }) {
  const { t } = words();
  const [counts, setCounts] = useState(new Map(left.map((l) => [l.id, l.left])));
  const courier = useCourier();
  const add = useAction(async () => {
    const lines = [...counts]
      .filter(([, quantity]) => quantity > 0)
      .map(([line_id, quantity]) => ({ line_id, quantity }));
    const body: NewShipment = { lines };
    if (courier.code) body.courier = courier.code;
    const numbers = numbersOf(courier.numbers);
    if (numbers.length) body.tracking_numbers = numbers;
    await addShipment(order.id, body);
    onDone();
  });
  const form = useRef<HTMLDivElement>(null);
  // The button that opened it is gone, and with it the focus.
  useEffect(() => {
    form.current?.querySelector('input')?.focus({ preventScroll: true });
    form.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const isNothing = ![...counts.values()].some((n) => n > 0);
  return (
    <div ref={form} class="stack new-shipment">
      <h3>{t('shipment.new')}</h3>
      <ul class="stack">
        {left.map((l) => (
          <li key={l.id} class="row">
            <input
              type="number"
              min={0}
              max={l.left}
              value={counts.get(l.id) ?? 0}
              aria-label={t('shipment.quantityOf', { title: l.title })}
              onInput={(event) =>
                setCounts(new Map(counts).set(l.id, Number(event.currentTarget.value)))
              }
            />
            <span class="quiet">{t('shipment.ofLeft', { left: l.left })}</span>
            <bdi>{l.title}</bdi>
          </li>
        ))}
      </ul>
      <CourierFields courier={courier} />
      {add.failure !== undefined && <ErrorNote error={add.failure} />}
      <div class="row">
        <Button kind="main" isBusy={add.isBusy} isOff={isNothing} onClick={add.run}>
          {t('shipment.make')}
        </Button>
        <Button kind="quiet" onClick={onDone}>
          {t('do.cancel')}
        </Button>
      </div>
    </div>
  );
}

export function OrderShipments({ order }: { order: FullOrder }) {
  const { t } = words();
  const [isNew, setNew] = useState(false);
  const left = leftOf(order);
  const shipments = order.shipments ?? [];
  const canMake = may('operator') && left.length > 0 && !order.cancelled && !isNew;
  return (
    <Card
      title={t('nav.shipments')}
      actions={
        canMake && (
          <Button kind="main" icon="plus" onClick={() => setNew(true)}>
            {t('shipment.new')}
          </Button>
        )
      }
    >
      {isNew && <NewForm order={order} left={left} onDone={() => setNew(false)} />}
      {shipments.length > 0 && <ShipmentTable shipments={shipments} isOfOneOrder />}
      {shipments.length === 0 && !isNew && (
        <p class="quiet">
          {left.length > 0 ? t('shipment.noneOfOrder') : t('shipment.nothingToShip')}
        </p>
      )}
    </Card>
  );
}
