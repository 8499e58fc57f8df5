/* A native table with choosing of rows and a row of details under a row. */
import type { ComponentChildren } from 'preact';
import { Fragment } from 'preact';
import { words } from '../i18n.ts';

export interface Column<T> {
  key: string;
  head: string;
  cell: (row: T) => ComponentChildren;
  class?: string;
}

export interface Choosing {
  chosen: ReadonlySet<string>;
  onChoose: (chosen: Set<string>) => void;
}

export interface TableProps<T> {
  label: string;
  columns: Column<T>[];
  rows: T[];
  rowKey: (row: T) => string;
  /** What a row is called by those who cannot see the table. */
  rowName?: (row: T) => string;
  choosing?: Choosing | undefined;
  details?: (row: T) => ComponentChildren;
}

function toggled(set: ReadonlySet<string>, keys: string[], isOn: boolean): Set<string> {
  const next = new Set(set);
  for (const key of keys) {
    if (isOn) next.add(key);
    else next.delete(key);
  }
  return next;
}

export function Table<T>(props: TableProps<T>) {
  const { t } = words();
  const { columns, rows, rowKey, choosing } = props;
  const all = rows.map(rowKey);
  const isAll =
    choosing !== undefined && all.length > 0 && all.every((k) => choosing.chosen.has(k));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: wide tables scroll, also by keyboard
    <section class="table" tabIndex={0} aria-label={props.label}>
      <table>
        <caption class="unseen">{props.label}</caption>
        <thead>
          <tr>
            {choosing && (
              <th scope="col" class="choose">
                <input
                  type="checkbox"
                  aria-label={t('list.chooseAll')}
                  checked={isAll}
                  onChange={() => choosing.onChoose(toggled(choosing.chosen, all, !isAll))}
                />
              </th>
            )}
            {columns.map((c) => (
              <th key={c.key} scope="col" class={c.class}>
                {c.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const key = rowKey(row);
            const details = props.details?.(row);
            const isChosen = choosing?.chosen.has(key) ?? false;
            return (
              <Fragment key={key}>
                <tr class={isChosen ? 'chosen' : ''}>
                  {choosing && (
                    <td class="choose">
                      <input
                        type="checkbox"
                        aria-label={t('list.choose', { name: props.rowName?.(row) ?? key })}
                        checked={isChosen}
                        onChange={() =>
                          choosing.onChoose(toggled(choosing.chosen, [key], !isChosen))
                        }
                      />
                    </td>
                  )}
                  {columns.map((c) => (
                    <td key={c.key} class={c.class} data-head={c.head}>
                      {c.cell(row)}
                    </td>
                  ))}
                </tr>
                {details && (
                  <tr class="details">
                    <td colSpan={columns.length + (choosing ? 1 : 0)}>{details}</td>
                  </tr>
                )}
              </Fragment>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

/** Pages by cursor: forward by the server's, back by the browser's history. */
export function Pager(props: {
  cursor: string | undefined;
  next: string | null | undefined;
  onGo: (cursor: string | undefined) => void;
}) {
  const { t } = words();
  if (!props.cursor && !props.next) return null;
  return (
    <nav class="pager" aria-label={t('list.pages')}>
      <button type="button" disabled={!props.cursor} onClick={() => props.onGo(undefined)}>
        {t('list.first')}
      </button>
      <button type="button" disabled={!props.cursor} onClick={() => history.back()}>
        {t('list.previous')}
      </button>
      <button
        type="button"
        disabled={!props.next}
        onClick={() => props.onGo(props.next ?? undefined)}
      >
        {t('list.next')}
      </button>
    </nav>
  );
}
