import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import { useState } from 'preact/hooks';
import { words } from '../i18n.ts';

export interface Choice {
  value: string;
  label: string;
}

/** One of several. What has no value is written "-": an option must have one. */
export function Select(props: {
  label: string;
  value: string;
  choices: Choice[];
  onChange: (value: string) => void;
  hint?: string;
}) {
  return (
    <wa-select
      // It shows the chosen words as they were: in another language it is another one.
      key={words().locale}
      size="s"
      label={props.label}
      value={props.value || '-'}
      {...(props.hint ? { hint: props.hint } : {})}
      onChange={(event: { target: EventTarget | null }) => {
        const { value } = event.target as HTMLInputElement;
        props.onChange(value === '-' ? '' : value);
      }}
    >
      {props.choices.map((c) => (
        <wa-option key={c.value} value={c.value || '-'}>
          {c.label}
        </wa-option>
      ))}
    </wa-select>
  );
}

/** One of several in a row of a table, set at once; refused, it shows again what is true. */
export function RowSelect(props: {
  label: string;
  value: string;
  choices: Choice[];
  onChange: (value: string) => Promise<unknown>;
}) {
  const [, drawAgain] = useState({});
  return (
    <select
      class="bare"
      aria-label={props.label}
      value={props.value}
      onChange={({ currentTarget }) =>
        void props.onChange(currentTarget.value).finally(() => drawAgain({}))
      }
    >
      {props.choices.map((c) => (
        <option key={c.value} value={c.value}>
          {c.label}
        </option>
      ))}
    </select>
  );
}
