/* The console's controls: Web Awesome's, with the console's habits. */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { navigate } from 'wouter-preact/use-browser-location';
import { Icon } from './icon.tsx';

export interface ButtonProps {
  children?: ComponentChildren;
  kind?: 'main' | 'plain' | 'quiet' | 'danger';
  icon?: string;
  /** Says what it does where the words on it do not. */
  label?: string;
  href?: string;
  /** What is there is a file to keep, not a page. */
  isDownload?: boolean;
  onClick?: () => void;
  isBusy?: boolean;
  isOff?: boolean;
  submits?: boolean;
  slot?: string;
}

const LOOKS = {
  main: ['brand', 'accent'],
  plain: ['neutral', 'outlined'],
  quiet: ['neutral', 'plain'],
  danger: ['danger', 'outlined'],
} as const;

export function Button(props: ButtonProps) {
  const { kind = 'plain', href, isBusy, isOff, submits } = props;
  const [variant, appearance] = LOOKS[kind];
  function click(event: MouseEvent) {
    if (
      href?.startsWith('/') &&
      !props.isDownload &&
      !event.ctrlKey &&
      !event.metaKey &&
      !event.shiftKey
    ) {
      event.preventDefault();
      navigate(href);
    }
    if (!isOff && !isBusy) props.onClick?.();
  }
  return (
    <wa-button
      size="s"
      variant={variant}
      appearance={appearance}
      type={submits ? 'submit' : 'button'}
      loading={Boolean(isBusy)}
      disabled={Boolean(isOff)}
      title={props.label ?? ''}
      {...(href ? { href } : {})}
      {...(props.isDownload ? { download: '' } : {})}
      {...(props.slot ? { slot: props.slot } : {})}
      onClick={click}
    >
      {props.icon && <Icon name={props.icon} slot="start" />}
      {props.children}
      {props.label && !props.children && <span class="unseen">{props.label}</span>}
    </wa-button>
  );
}

type Typed = { target: EventTarget | null };
const typed = (event: Typed) => (event.target as HTMLInputElement).value ?? '';

export interface FieldProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  name?: string;
  type?:
    | 'text'
    | 'email'
    | 'password'
    | 'search'
    | 'url'
    | 'number'
    | 'date'
    | 'time'
    | 'datetime-local';
  hint?: string;
  error?: string | undefined;
  placeholder?: string;
  isNeeded?: boolean;
  min?: number;
  max?: number;
  minLength?: number;
  maxLength?: number;
  autocomplete?: string;
  autofocus?: boolean;
}

/** A dialog looks for the attribute; the control keeps only a property. */
function markFirst(element: HTMLElement | null): void {
  element?.setAttribute('autofocus', '');
}

export function Field(props: FieldProps) {
  const said = props.error ?? props.hint;
  return (
    <wa-input
      size="s"
      class={props.error ? 'has-error' : ''}
      label={props.label}
      value={props.value}
      name={props.name ?? ''}
      type={props.type ?? 'text'}
      placeholder={props.placeholder ?? ''}
      required={Boolean(props.isNeeded)}
      {...(props.min === undefined ? {} : { min: props.min })}
      {...(props.max === undefined ? {} : { max: props.max })}
      {...(props.minLength ? { minlength: props.minLength } : {})}
      {...(props.maxLength ? { maxlength: props.maxLength } : {})}
      {...(props.autocomplete ? { autocomplete: props.autocomplete } : {})}
      {...(props.autofocus ? { ref: markFirst, autofocus: true } : {})}
      passwordToggle={props.type === 'password'}
      onInput={(event: Typed) => props.onInput(typed(event))}
    >
      {said && <span slot="hint">{said}</span>}
    </wa-input>
  );
}

/** Several short choices side by side, one of them chosen. */
export function Segments<T extends string>(props: {
  label: string;
  value: T;
  choices: { value: T; label: string }[];
  onChange: (value: T) => void;
}) {
  const name = useId();
  return (
    <fieldset class="segments">
      <legend>{props.label}</legend>
      <div>
        {props.choices.map((c) => (
          <label key={c.value}>
            <input
              type="radio"
              name={name}
              value={c.value}
              checked={c.value === props.value}
              onChange={() => props.onChange(c.value)}
            />
            <span>{c.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
