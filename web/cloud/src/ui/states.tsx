/* What a page shows when it is empty, loading or failing. */
import type { ComponentChildren } from 'preact';
import { asProblem, type Problem } from '../api/problem.ts';
import { words } from '../i18n.ts';
import { Button } from './controls.tsx';
import { Icon } from './icon.tsx';

export type Tone = 'good' | 'info' | 'warning' | 'bad';

export function Note(props: {
  tone: Tone;
  title?: string | undefined;
  children?: ComponentChildren;
}) {
  return (
    <div class={`note ${props.tone}`} role={props.tone === 'bad' ? 'alert' : 'status'}>
      <Icon name={props.tone} />
      <div>
        {props.title && <strong>{props.title}</strong>}
        {props.children}
      </div>
    </div>
  );
}

/** The server's words beside a title of ours: none that say the same, or that only
    English readers read. */
function reason(p: Problem, title: string, hasTitle: boolean): string | undefined {
  const { locale, said } = words();
  const told = said(p.message);
  if (p.code === 'unreachable' || told.replace(/\.$/, '') === title) return undefined;
  return hasTitle && told === p.message && !locale.startsWith('en') ? undefined : told;
}

/** What went wrong, why, and what to do: as the problem body says it. */
export function ErrorNote({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t, maybe, said } = words();
  const p = asProblem(error);
  const next = maybe(`problem.${p.code}.next`) ?? (p.next && said(p.next));
  const own = maybe(`problem.${p.code}.title`);
  const title = own ?? t('state.failed');
  const why = reason(p, title, own !== undefined);
  return (
    <Note tone="bad" title={title}>
      {why && <p>{why}</p>}
      {next && <p>{next}</p>}
      {onRetry && <Button onClick={onRetry}>{t('do.retry')}</Button>}
    </Note>
  );
}

export function Empty(props: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <strong>{props.title}</strong>
      {props.children}
    </div>
  );
}

/** Grey rows of the coming table's height, so that nothing jumps. */
export function Loading({ rows = 8 }: { rows?: number }) {
  return (
    <div class="loading" role="status" aria-label={words().t('state.loading')}>
      {Array.from({ length: rows }, (_, i) => (
        <span key={i} />
      ))}
    </div>
  );
}

interface Asked<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
}

/** Old data stay while new ones fail; the banner tells that nobody answers. */
export function When<T>(props: {
  asked: Asked<T>;
  rows?: number;
  children: (data: T) => ComponentChildren;
}) {
  const { asked } = props;
  if (asked.data !== undefined) return <>{props.children(asked.data)}</>;
  if (asked.isPending) return <Loading rows={props.rows ?? 8} />;
  return <ErrorNote error={asked.error} onRetry={() => asked.refetch()} />;
}
