/* Small pieces that many pages share. */
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { words } from '../i18n.ts';
import { Icon } from './icon.tsx';

export function Page(props: {
  title: string;
  back?: { href: string; label: string };
  actions?: ComponentChildren;
  lead?: ComponentChildren;
  children: ComponentChildren;
}) {
  useEffect(() => {
    document.title = `${props.title} · Logivery`;
  }, [props.title]);
  return (
    <article class="page">
      <header>
        <div>
          {props.back && (
            <a class="back" href={props.back.href}>
              <Icon name="back" />
              {props.back.label}
            </a>
          )}
          <h1>{props.title}</h1>
          {props.lead && <p class="lead">{props.lead}</p>}
        </div>
        {props.actions && <div class="row">{props.actions}</div>}
      </header>
      {props.children}
    </article>
  );
}

export function Card(props: {
  title?: string;
  actions?: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <section class="card">
      {props.title && (
        <header>
          <h2>{props.title}</h2>
          {props.actions}
        </header>
      )}
      {props.children}
    </section>
  );
}

export type BadgeTone = 'good' | 'info' | 'warning' | 'bad' | 'plain';

export function Badge({ tone, children }: { tone: BadgeTone; children: ComponentChildren }) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

/** Name and value, one under another. */
export function Facts({ facts }: { facts: [string, ComponentChildren][] }) {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value ?? '–'}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Copy({ text, what }: { text: string; what: string }) {
  const { t } = words();
  const [done, setDone] = useState(false);
  async function copy() {
    await navigator.clipboard.writeText(text);
    setDone(true);
    setTimeout(() => setDone(false), 2_000);
  }
  return (
    <>
      <button type="button" class="small" onClick={copy} aria-label={t('do.copyWhat', { what })}>
        <Icon name={done ? 'good' : 'copy'} />
        {done ? t('do.copied') : t('do.copy')}
      </button>
      <span class="unseen" aria-live="polite">
        {done ? t('do.copied') : ''}
      </span>
    </>
  );
}

/** A moment: how long ago, the exact time on pointing at it. */
/** How long ago, true for as long as it is looked at. */
function Ago({ at }: { at: string }) {
  const { ago, time } = words();
  const [, say] = useState(ago(at));
  useEffect(() => {
    const timer = setInterval(() => say(words().ago(at)), 1_000);
    return () => clearInterval(timer);
  }, [at]);
  return (
    <time dateTime={at} title={time(at)}>
      {ago(at)}
    </time>
  );
}

export function Moment({ at, none }: { at: string | null | undefined; none?: string }) {
  if (!at) return <>{none ?? '–'}</>;
  return <Ago at={at} />;
}

/** A value that follows the typing after a moment of rest. */
export function useRested<T>(value: T, ms = 250): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return rested;
}
