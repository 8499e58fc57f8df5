/* "Where is my order?": any number, id, tracking or name, answered in words. */
import { useQuery, useQueryClient } from '@tanstack/preact-query';
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { navigate } from 'wouter-preact/use-browser-location';
import type { components } from '../../../gen/api.d.ts';
import { api, type Connector, got, may } from '../api/client.ts';
import { useConnectors } from '../api/lists.ts';
import { words } from '../i18n.ts';
import { Badge, type BadgeTone, useRested } from '../ui/bits.tsx';
import { Button, Field } from '../ui/controls.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import { ErrorNote, Loading, Note } from '../ui/states.tsx';
import { useAction } from '../ui/use-action.ts';
import { OrderStatus } from '../ui/words.tsx';

type Where = components['schemas']['Where'];
type Sent = components['schemas']['Sent'];
type StoreAnswer = components['schemas']['StoreAnswer'];
type Action = components['schemas']['Action'];

/** What an answer needs for its button, whoever gave it. */
interface Told {
  code: string;
  reason: string;
  next: string | null;
  action: Action;
  order: string | null;
  external_id: string | null;
  job: string | null;
  connector: Connector | undefined;
}

/** So many stores are asked at once about an order that is not here. */
const STORES = 8;
const LONGEST = 64;

function Sentence({ told }: { told: Told }) {
  const { maybe, said } = words();
  const next = told.next && (maybe(`find.next.${told.code}`) ?? said(told.next));
  return (
    <>
      <span dir="auto">{maybe(`find.at.${told.code}`) ?? said(told.reason)}</span>
      {next && <span class="quiet">{next}</span>}
    </>
  );
}

function Redrive({ job }: { job: string }) {
  const { t } = words();
  const redrive = useAction(() =>
    got(api.POST('/api/v1/jobs/{uuid}/redrive', { params: { path: { uuid: job } } })),
  );
  return (
    <>
      <Button icon="refresh" isBusy={redrive.isBusy} isOff={redrive.isDone} onClick={redrive.run}>
        {t('job.redrive')}
      </Button>
      {redrive.failure !== undefined && <ErrorNote error={redrive.failure} />}
    </>
  );
}

const isRefused = (sent: Sent) => sent.state === 'error' || sent.state === null;

/** What the store's app answered when it was asked to send an order. */
function Answered({ sent }: { sent: Sent }) {
  const { t, said } = words();
  const isBad = isRefused(sent);
  return (
    <Note tone={isBad ? 'bad' : 'info'} title={t(isBad ? 'find.notSent' : 'find.sent')}>
      {sent.reason && <p dir="auto">{said(sent.reason)}</p>}
    </Note>
  );
}

/** What a store answered stands where it was asked, not with the button: everything is
    asked anew then, and after that another button is right, or none. */
interface Sending {
  sent: Sent | undefined;
  onSent: (sent: Sent | undefined) => void;
}

/** Has the store send it: what is held comes anew, anything else by the store's id. */
function Send(props: { told: Told; connector: Connector; sending: Sending }) {
  const { t } = words();
  const { told, connector } = props;
  const { sent, onSent } = props.sending;
  const send = useAction(async () => {
    if (told.order) {
      const params = { path: { id: told.order } };
      onSent(await got(api.POST('/api/v1/orders/{id}/refresh', { params })));
      return;
    }
    const params = { path: { id: connector.id } };
    const body = { orders: [told.external_id ?? ''] };
    const answer = await got(api.POST('/api/v1/connectors/{id}/send', { params, body }));
    onSent(answer.results[0]);
  });
  return (
    <>
      <Button
        icon="upload"
        isBusy={send.isBusy}
        isOff={sent !== undefined && !isRefused(sent)}
        onClick={send.run}
      >
        {t('find.do.send')}
      </Button>
      {send.failure !== undefined && <ErrorNote error={send.failure} />}
    </>
  );
}

/** The button that settles it: here, or where the person must go. */
function Fix(props: { told: Told; sending: Sending; onGo: () => void; onAsk?: () => void }) {
  const { t } = words();
  const { told, sending, onGo, onAsk } = props;
  const { action, order, job, connector, external_id } = told;
  if (action === 'redrive' && job && may('operator')) return <Redrive job={job} />;
  if (action === 'ask' && onAsk)
    return (
      <Button icon="refresh" onClick={onAsk}>
        {t('find.askAgain')}
      </Button>
    );
  const canSend = connector?.linked && external_id && may('operator');
  if ((action === 'switch_on' || action === 'link') && connector)
    return (
      <>
        <Button icon="connectors" href={`/connectors/${connector.id}`} onClick={onGo}>
          {t(`find.do.${action}`)}
        </Button>
        {action === 'switch_on' && canSend && (
          <Send told={told} connector={connector} sending={sending} />
        )}
      </>
    );
  if (action === 'send' && connector && canSend)
    return <Send told={told} connector={connector} sending={sending} />;
  if (!order) return null;
  const key = action === 'ship' || action === 'resolve' || action === 'retry' ? action : 'open';
  return (
    <Button icon="orders" href={`/orders/${order}`} onClick={onGo}>
      {t(`find.do.${key}`)}
    </Button>
  );
}

const isComing = ({ code }: Where) => code === 'importing' || code === 'updating';

const TROUBLE = ['conflict', 'store_refused', 'error', 'refused', 'import_failed'];

function toneOf(code: string): BadgeTone {
  if (TROUBLE.includes(code)) return 'bad';
  return code === 'cancelled' ? 'warning' : 'info';
}

function Found({
  where,
  connector,
  onGo,
}: {
  where: Where;
  connector: Connector | undefined;
  onGo: () => void;
}) {
  const { order } = where;
  const [sent, onSent] = useState<Sent>();
  const told: Told = {
    code: where.code,
    reason: where.where,
    next: where.next,
    action: where.action,
    order: order?.id ?? null,
    external_id: where.external_id,
    job: where.job,
    connector,
  };
  return (
    <section class={`found ${toneOf(where.code)}`}>
      <span class="row">
        <strong>
          {order ? (
            <a href={`/orders/${order.id}`} onClick={onGo}>
              {order.number}
            </a>
          ) : (
            (where.number ?? where.external_id)
          )}
        </strong>
        <span class="quiet">{connector?.label}</span>
        {order && <OrderStatus status={order.status} />}
      </span>
      <Sentence told={told} />
      {order?.reason && <span dir="auto">{words().said(order.reason)}</span>}
      <span class="row">
        {order?.destination && <bdi class="quiet">{order.destination}</bdi>}
        <Fix told={told} sending={{ sent, onSent }} onGo={onGo} />
      </span>
      {sent && <Answered sent={sent} />}
    </section>
  );
}

/** What one store says of an order that the Cloud App does not hold. */
function StoreSays({ store, q, onGo }: { store: Connector; q: string; onGo: () => void }) {
  const { t } = words();
  const [sent, onSent] = useState<Sent>();
  const asked = useQuery<StoreAnswer>({
    queryKey: ['lookup', store.id, q],
    queryFn: () =>
      got(
        api.POST('/api/v1/connectors/{id}/lookup', {
          params: { path: { id: store.id } },
          body: { q: q.slice(0, LONGEST) },
        }),
      ),
    retry: false,
    staleTime: 60_000,
    refetchInterval: ({ state }) => state.data?.code === 'sending' && 2_000,
    refetchOnWindowFocus: false,
  });
  const { data } = asked;
  const isHeld = data?.code === 'held';
  const client = useQueryClient();
  // Then it is found here, too, and what was to come has come.
  useEffect(() => {
    if (isHeld) void client.invalidateQueries({ queryKey: ['find'] });
  }, [isHeld, client]);
  return (
    <section class="found">
      <span class="row">
        <Icon name="store" />
        <strong>{store.label}</strong>
        {data && (
          <Badge tone={data.found ? 'info' : 'plain'}>
            {data.found ? (data.number ?? q) : t('find.notThere')}
          </Badge>
        )}
      </span>
      {asked.isFetching && <Loading rows={1} />}
      {asked.error && !asked.isFetching && (
        <ErrorNote error={asked.error} onRetry={() => void asked.refetch()} />
      )}
      {data && !asked.isFetching && (
        <>
          <Sentence told={{ ...data, job: null, connector: store }} />
          <span class="row">
            <Fix
              told={{ ...data, job: null, connector: store }}
              sending={{ sent, onSent }}
              onGo={onGo}
              onAsk={() => void asked.refetch()}
            />
          </span>
        </>
      )}
      {sent && (isRefused(sent) || !isHeld) && <Answered sent={sent} />}
    </section>
  );
}

/** Not here: the stores themselves may know it. */
function AskStores(props: { q: string; stores: Connector[]; isElse: boolean; onGo: () => void }) {
  const { t } = words();
  const { q, stores, onGo } = props;
  const linked = stores.filter((c) => c.linked);
  const isOrderLike = /\d/.test(q);
  return (
    <div class="stack">
      <p>
        {!props.isElse && <strong>{t('find.nowhere', { q })} </strong>}
        {isOrderLike && linked.length > 0 ? t('find.storesSay') : t('find.typeNumber')}
      </p>
      {isOrderLike &&
        linked.slice(0, STORES).map((c) => <StoreSays key={c.id} store={c} q={q} onGo={onGo} />)}
    </div>
  );
}

/** A dialog gives the focus to its field a frame after it opened: keys that are pressed
    meanwhile are taken for it, as they would be lost. */
function useEarlyKeys(form: RefObject<HTMLElement>, onKey: (key: string) => void): void {
  useLayoutEffect(() => {
    const early = new AbortController();
    const { signal } = early;
    function pressed(event: KeyboardEvent) {
      // "#" is behind AltGr on many a keyboard
      const isShortcut = (event.ctrlKey || event.metaKey) && !event.getModifierState('AltGraph');
      if (event.key.length !== 1 || isShortcut) return;
      event.preventDefault();
      onKey(event.key);
    }
    function focused({ target }: FocusEvent) {
      if (form.current?.contains(target as Node)) early.abort();
    }
    document.addEventListener('keydown', pressed, { signal, capture: true });
    document.addEventListener('focusin', focused, { signal });
    return () => early.abort();
  }, []);
}

export function FindOrder({ onClose }: { onClose: () => void }) {
  const { t } = words();
  const [text, setText] = useState('');
  const form = useRef<HTMLFormElement>(null);
  useEarlyKeys(form, (key) => setText((before) => before + key));
  const stores = useConnectors().data?.items ?? [];
  const q = useRested(text.trim());
  // The stores are asked when the typing has ended.
  const ended = useRested(text.trim(), 900);
  const found = useQuery({
    queryKey: ['find', q],
    enabled: q !== '',
    queryFn: ({ signal }) => got(api.GET('/api/v1/find', { params: { query: { q } }, signal })),
    // What is on its way is looked for again until it is here.
    refetchInterval: ({ state }) => state.data?.answers.some(isComing) && 2_000,
  });
  const answers = found.data?.answers ?? [];
  const isTold = q !== '' && found.data !== undefined && ended === q;
  // Another store may have an order of the same number.
  const [alsoAsked, setAlsoAsked] = useState('');
  const isAsked = isTold && (answers.length === 0 || alsoAsked === q);
  // What the stores say stays, though what they were asked for arrives.
  useEffect(() => {
    if (isAsked) setAlsoAsked(q);
  }, [isAsked, q]);
  function submit(event: Event) {
    event.preventDefault();
    const order = answers.find((a) => a.order)?.order;
    if (!order) return;
    onClose();
    navigate(`/orders/${order.id}`);
  }
  return (
    <Dialog label={t('find.title')} isOpen onClose={onClose}>
      <search>
        <form ref={form} class="stack find" onSubmit={submit}>
          <Field
            label={t('find.label')}
            placeholder={t('find.placeholder')}
            type="search"
            autofocus
            maxLength={100}
            value={text}
            onInput={setText}
          />
          <div class="stack" aria-live="polite">
            {q !== '' && found.isPending && <Loading rows={2} />}
            {found.error && <ErrorNote error={found.error} />}
            {answers.map((a) => (
              <Found
                // The same before the order is here and after.
                key={`${a.connector} ${a.external_id ?? a.order?.id}`}
                where={a}
                connector={stores.find((c) => c.id === a.connector)}
                onGo={onClose}
              />
            ))}
            {isAsked && (
              <AskStores key={q} q={q} stores={stores} isElse={answers.length > 0} onGo={onClose} />
            )}
            {isTold && !isAsked && (
              <div>
                <button type="button" class="small" onClick={() => setAlsoAsked(q)}>
                  <Icon name="store" />
                  {t('find.alsoAsk')}
                </button>
              </div>
            )}
          </div>
        </form>
      </search>
    </Dialog>
  );
}
