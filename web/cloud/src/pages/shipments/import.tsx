/* Shipments from a CSV file: look at it first, then send it, then its faults. */
import { useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import {
  type CsvError,
  type CsvImport,
  getCsv,
  getCsvErrors,
  sendCsv,
} from '../../api/shipments.ts';
import { words } from '../../i18n.ts';
import { Card, Page } from '../../ui/bits.tsx';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote, Note } from '../../ui/states.tsx';
import { Table } from '../../ui/table.tsx';
import { type Preview, previewCsv } from './csv.ts';

const COLUMNS = 'order number, courier, tracking, shipped_at, delivered_at';

interface PreviewRow {
  key: string;
  cells: string[];
}

function PreviewTable({ preview }: { preview: Preview }) {
  const { t } = words();
  return (
    <Table
      label={t('csv.preview')}
      rows={preview.rows.map((cells, i) => ({ key: String(i), cells }))}
      rowKey={(row) => row.key}
      columns={preview.head.map((head, i) => ({
        key: `${i}`,
        head,
        cell: (row: PreviewRow) => <bdi>{row.cells[i] ?? ''}</bdi>,
      }))}
    />
  );
}

function Faults({ id, count }: { id: string; count: number }) {
  const { t, number, maybe, said } = words();
  const faults = useQuery({
    queryKey: ['csv', id, 'errors', count],
    queryFn: () => getCsvErrors(id),
  });
  const items: CsvError[] = faults.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Table
      label={t('csv.faults')}
      rows={items}
      rowKey={(e) => String(e.line)}
      columns={[
        { key: 'line', head: t('csv.line'), class: 'num', cell: (e) => number(e.line) },
        {
          key: 'reason',
          head: t('log.what'),
          class: 'wide',
          cell: (e) => e.reason && said(e.reason),
        },
        {
          key: 'next',
          head: t('log.next'),
          class: 'wide',
          cell: (e) => maybe(`problem.${e.code}.next`) ?? '–',
        },
      ]}
    />
  );
}

function Result({ first }: { first: CsvImport }) {
  const { t, number } = words();
  const asked = useQuery({
    queryKey: ['csv', first.id],
    queryFn: () => getCsv(first.id),
    initialData: first,
    refetchInterval: (query) => (query.state.data?.finished_at ? false : 500),
  });
  const im = asked.data;
  return (
    <Card title={im.finished_at ? t('csv.done') : t('csv.running')}>
      <progress value={im.done} max={Math.max(1, im.lines)} aria-label={t('csv.running')} />
      <p aria-live="polite">
        {t('csv.result', {
          count: im.lines,
          taken: number(im.taken),
          unchanged: number(im.unchanged),
          refused: number(im.refused),
        })}
      </p>
      {im.refused > 0 && <Faults id={im.id} count={im.refused} />}
      {im.finished_at && <a href="/shipments">{t('nav.shipments')}</a>}
    </Card>
  );
}

export function ImportShipments() {
  const { t } = words();
  const [file, setFile] = useState<File>();
  const [preview, setPreview] = useState<Preview>();
  const [sent, setSent] = useState<CsvImport>();
  const [failure, setFailure] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);

  async function choose(chosen: File | undefined) {
    setSent(undefined);
    setFailure(undefined);
    setFile(chosen);
    setPreview(chosen ? previewCsv(await chosen.text()) : undefined);
  }
  async function send() {
    if (!file) return;
    setBusy(true);
    await sendCsv(file).then(setSent, setFailure);
    setBusy(false);
  }

  return (
    <Page
      title={t('csv.title')}
      lead={t('csv.lead')}
      back={{ href: '/shipments', label: t('nav.shipments') }}
    >
      <Card title={t('csv.choose')}>
        <p>
          {t('csv.columns')} <code>{COLUMNS}</code>
        </p>
        <p>{t('csv.shop')}</p>
        <label class="file">
          {t('csv.file')}
          <input
            type="file"
            accept=".csv,text/csv,.txt"
            onChange={(event) => void choose(event.currentTarget.files?.[0])}
          />
        </label>
      </Card>
      {preview && !sent && (
        <Card
          title={t('csv.preview')}
          actions={
            <Button
              kind="main"
              icon="upload"
              isBusy={isBusy}
              isOff={!preview.hasOrder}
              onClick={() => void send()}
            >
              {t('csv.send', { count: preview.lines })}
            </Button>
          }
        >
          {!preview.hasOrder ? (
            <Note tone="bad" title={t('csv.noOrder')}>
              <p>{t('csv.noOrderNext')}</p>
            </Note>
          ) : (
            <PreviewTable preview={preview} />
          )}
        </Card>
      )}
      {failure !== undefined && <ErrorNote error={failure} />}
      {sent && <Result key={sent.id} first={sent} />}
    </Page>
  );
}
