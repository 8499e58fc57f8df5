/* What a page shows when it is empty, loading or failing. */
import type { ComponentChildren } from 'preact';
import { tell } from '../../../shared/problem.ts';
import { asProblem } from '../api/problem.ts';
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

/** What went wrong, why, and what to do. */
export function ErrorNote({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = words();
  const { title, why, next } = tell(asProblem(error), words());
  return (
    <Note tone="bad" title={title ?? t('state.failed')}>
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

/** Nothing but for the filters. */
export function NoMatch({ title, onClear }: { title: string; onClear: () => void }) {
  return (
    <Empty title={title}>
      <button type="button" class="link" onClick={onClear}>
        {words().t('list.clear')}
      </button>
    </Empty>
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
