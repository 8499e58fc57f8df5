/* Courier and tracking numbers, wherever a shipment gets them. */
import { useState } from 'preact/hooks';
import { useCouriers } from '../../api/lists.ts';
import { words } from '../../i18n.ts';
import { Field } from '../../ui/controls.tsx';
import { Select } from '../../ui/select.tsx';

export interface CourierState {
  code: string;
  numbers: string;
  set: (code: string) => void;
  setNumbers: (numbers: string) => void;
}

export function useCourier(code = '', numbers = ''): CourierState {
  const [chosen, set] = useState(code);
  const [typed, setNumbers] = useState(numbers);
  return { code: chosen, numbers: typed, set, setNumbers };
}

/** Numbers are given with blanks, commas or semicolons between them. */
export function numbersOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter(Boolean);
}

export function CourierFields({ courier }: { courier: CourierState }) {
  const { t } = words();
  const couriers = useCouriers().data?.items ?? [];
  const choices = [
    { value: '', label: t('shipment.noCourier') },
    ...couriers.map((c) => ({ value: c.code, label: c.name })),
  ];
  return (
    <div class="two">
      <Select
        label={t('shipment.courier')}
        value={courier.code}
        choices={choices}
        onChange={courier.set}
      />
      <Field
        label={t('shipment.tracking')}
        hint={t('shipment.trackingHint')}
        value={courier.numbers}
        onInput={courier.setNumbers}
      />
    </div>
  );
}
