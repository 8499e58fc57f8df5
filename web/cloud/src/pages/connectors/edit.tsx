/* A connector's edit page. */
import { useQuery, useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { navigate } from 'wouter-preact/use-browser-location';
import { api, type Connector, got, may } from '../../api/client.ts';
import { words } from '../../i18n.ts';
import { Badge, Card, Facts, Moment, Page } from '../../ui/bits.tsx';
import { Button, Field } from '../../ui/controls.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { ErrorNote, When } from '../../ui/states.tsx';
import { Switch } from '../../ui/switch.tsx';
import { useAction } from '../../ui/use-action.ts';
import { healthOf } from '../../ui/words.tsx';
import { Link } from './link.tsx';
import { RunNow } from './run-now.tsx';
import { Schedules } from './schedules.tsx';
import { ShipRule } from './ship-rule.tsx';

type Settings = Partial<Pick<Connector, 'label' | 'automatic' | 'notify_customer' | 'every_step'>>;

function change(id: string, settings: Settings) {
  return got(api.PATCH('/api/v1/connectors/{id}', { params: { path: { id } }, body: settings }));
}

function Status({ connector }: { connector: Connector }) {
  const { t, number, time } = words();
  const health = healthOf(connector);
  return (
    <Card>
      <Facts
        facts={[
          [t('connector.health'), <Badge tone={health.tone}>{health.text}</Badge>],
          [t('channel.shop'), connector.shop ? <span class="mono">{connector.shop}</span> : '–'],
          [t('connector.lastContact'), <Moment at={connector.last_contact} />],
          [t('connector.made'), time(connector.created_at)],
          [
            t('connector.orders'),
            <a href={`/orders?connector=${connector.id}`}>{number(connector.counts.orders)}</a>,
          ],
          [
            t('order.sync.error'),
            <a href={`/orders?connector=${connector.id}&state=error`}>
              {number(connector.counts.error)}
            </a>,
          ],
        ]}
      />
    </Card>
  );
}

function LabelCard({ connector }: { connector: Connector }) {
  const { t } = words();
  const [label, setLabel] = useState(connector.label);
  const save = useAction(() => change(connector.id, { label: label.trim() }));
  return (
    <Card>
      <div class="stack form">
        <Field label={t('connector.label')} maxLength={100} value={label} onInput={setLabel} />
        {save.failure !== undefined && <ErrorNote error={save.failure} />}
        <div>
          <Button
            isBusy={save.isBusy}
            isOff={label.trim() === connector.label || label.trim() === ''}
            onClick={save.run}
          >
            {t('do.save')}
          </Button>
        </div>
      </div>
    </Card>
  );
}

const SWITCHES = [
  ['automatic', 'connector.automatic', 'connector.automaticHint'],
  ['notify_customer', 'connector.notify', 'connector.notifyHint'],
  ['every_step', 'connector.everyStep', 'connector.everyStepHint'],
] as const;

/** A switch shows at once what was chosen, and goes back if it is refused. */
function Advanced({ connector }: { connector: Connector }) {
  const { t } = words();
  const cache = useQueryClient();
  const [failure, setFailure] = useState<unknown>();
  async function set(settings: Settings) {
    const key = ['connector', connector.id];
    setFailure(undefined);
    // An answer under way knows nothing of this yet.
    await cache.cancelQueries({ queryKey: key });
    cache.setQueryData<Connector>(key, (old) => old && { ...old, ...settings });
    await change(connector.id, settings).catch(setFailure);
    await cache.invalidateQueries();
  }
  return (
    <Card title={t('connector.advanced')}>
      {SWITCHES.map(([name, label, hint]) => (
        <Switch
          key={name}
          label={t(label)}
          hint={t(hint)}
          isOn={connector[name]}
          isOff={!may('manager')}
          onChange={(isOn) => void set({ [name]: isOn })}
        />
      ))}
      {failure !== undefined && <ErrorNote error={failure} />}
      <h3>{t('orders.due')}</h3>
      <p class="quiet">{t('rule.lead')}</p>
      <ShipRule connector={connector} />
    </Card>
  );
}

function Delete({ connector }: { connector: Connector }) {
  const { t } = words();
  const cache = useQueryClient();
  const [isAsked, setAsked] = useState(false);
  async function drop() {
    await got(api.DELETE('/api/v1/connectors/{id}', { params: { path: { id: connector.id } } }));
    navigate('/connectors', { replace: true });
    await cache.invalidateQueries();
  }
  return (
    <Card title={t('connector.delete')}>
      <p class="quiet">{t('connector.deleteMeans')}</p>
      <div>
        <Button kind="danger" icon="trash" onClick={() => setAsked(true)}>
          {t('connector.delete')}
        </Button>
      </div>
      <Confirm
        label={t('connector.deleteAsk', { label: connector.label })}
        action={t('connector.delete')}
        isOpen={isAsked}
        isDanger
        onClose={() => setAsked(false)}
        onConfirm={drop}
      >
        <p>{t('connector.deleteMeans')}</p>
      </Confirm>
    </Card>
  );
}

export function EditConnector({ params }: { params: Record<string, string | undefined> }) {
  const { t } = words();
  const id = params.id ?? '';
  const connector = useQuery({
    queryKey: ['connector', id],
    queryFn: () => got(api.GET('/api/v1/connectors/{id}', { params: { path: { id } } })),
    refetchInterval: 5_000,
    // What another page did to it, or the store, is seen at once.
    refetchOnMount: 'always',
  });
  return (
    <Page
      title={connector.data?.label ?? t('connector.one')}
      back={{ href: '/connectors', label: t('nav.connectors') }}
    >
      <When asked={connector}>
        {(c) => (
          <>
            <Status connector={c} />
            <Link connector={c} />
            {may('manager') && <LabelCard key={c.label} connector={c} />}
            <Advanced connector={c} />
            <Schedules connector={c} />
            {may('operator') && <RunNow connector={c} />}
            {may('manager') && <Delete connector={c} />}
          </>
        )}
      </When>
    </Page>
  );
}
