/* Which order a job is about, by the number people know it by. */
import { useQuery } from '@tanstack/preact-query';
import { api, got, type Job } from '../../api/client.ts';
import { words } from '../../i18n.ts';

/** Kinds that are about one order, which need not be held (any more). */
const ABOUT_ONE = ['import', 'ship'];
const LINES = 10;

/** Jobs have but the order's id: its number is in the job's log, or the order's. */
async function numberOf({ uuid, order }: Job): Promise<string | null> {
  const query = { job: uuid, limit: LINES };
  const log = await got(api.GET('/api/v1/log', { params: { query } }));
  const told = log.items?.find((line) => line.order)?.order;
  if (told || !order) return told ?? null;
  return (await got(api.GET('/api/v1/orders/{id}', { params: { path: { id: order } } }))).number;
}

export function OrderOf({ job }: { job: Job }) {
  const { t } = words();
  const { uuid, order, kind } = job;
  const isAboutOne = order !== null || ABOUT_ONE.includes(kind);
  const asked = useQuery({
    queryKey: ['job', uuid, 'order', order],
    enabled: isAboutOne,
    queryFn: () => numberOf(job),
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });
  if (!isAboutOne) return <>–</>;
  if (asked.isPending) return null;
  // It may be gone; then the id is all that is known of it.
  const name = asked.data ?? (order ? `${t('job.order')} ${order}` : '–');
  return order ? <a href={`/orders/${order}`}>{name}</a> : <bdi>{name}</bdi>;
}
