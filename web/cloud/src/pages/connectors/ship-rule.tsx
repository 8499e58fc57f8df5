/* By when an order must have left: the connector's rule, or none. */
import { useState } from 'preact/hooks';
import { api, type Connector, got, may, type ShippingRule } from '../../api/client.ts';
import { ZONES } from '../../api/zones.ts';
import { words } from '../../i18n.ts';
import { Facts } from '../../ui/bits.tsx';
import { Button, Field } from '../../ui/controls.tsx';
import { Select } from '../../ui/select.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { Switch } from '../../ui/switch.tsx';
import { useAction } from '../../ui/use-action.ts';

/** What a new rule begins with. */
const USUAL: ShippingRule = {
  days: 1,
  cut_off: '14:00',
  zone: 'Europe/Rome',
  saturday: false,
  sunday: false,
  holidays: 'it',
  closed: [],
};

/** Days as people type them: with blanks, commas or lines between them. */
const daysOf = (text: string) => text.split(/[\s,;]+/).filter(Boolean);

/** As the program has them: a day that there is. */
function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.valueOf()) && day.toISOString().slice(0, 10) === text;
}

const wrongDay = (rule: ShippingRule) => rule.closed?.find((day) => !isDay(day));

type Change = (part: Partial<ShippingRule>) => void;

function When({ rule, change }: { rule: ShippingRule; change: Change }) {
  const { t } = words();
  return (
    <div class="two">
      <Field
        label={t('rule.days')}
        hint={t('rule.daysHint')}
        type="number"
        min={0}
        max={60}
        isNeeded
        value={String(rule.days)}
        onInput={(days) => change({ days: Number(days) })}
      />
      <Field
        label={t('rule.cutOff')}
        hint={t('rule.cutOffHint')}
        type="time"
        isNeeded
        value={rule.cut_off}
        onInput={(cut_off) => change({ cut_off })}
      />
      <Select
        label={t('rule.zone')}
        value={rule.zone}
        choices={ZONES.map((zone) => ({ value: zone, label: zone }))}
        onChange={(zone) => change({ zone: zone as ShippingRule['zone'] })}
      />
      <Select
        label={t('rule.holidays')}
        value={rule.holidays ?? ''}
        choices={[
          { value: '', label: t('rule.noHolidays') },
          { value: 'it', label: words().country('IT') },
        ]}
        onChange={(of) => change({ holidays: of === 'it' ? 'it' : null })}
      />
    </div>
  );
}

function OpenDays(props: { rule: ShippingRule; change: Change; isTold: boolean }) {
  const { rule, change, isTold } = props;
  const { t } = words();
  const [closed, setClosed] = useState((rule.closed ?? []).join(' '));
  const wrong = wrongDay(rule);
  return (
    <>
      {(['saturday', 'sunday'] as const).map((day) => (
        <Switch
          key={day}
          label={t(`rule.${day}`)}
          isOn={rule[day] ?? false}
          onChange={(isOpen) => change({ [day]: isOpen })}
        />
      ))}
      <Field
        label={t('rule.closed')}
        hint={t('rule.closedHint')}
        error={wrong && isTold ? t('rule.noDay', { day: wrong }) : undefined}
        value={closed}
        onInput={(text) => {
          setClosed(text);
          change({ closed: daysOf(text) });
        }}
      />
    </>
  );
}

function Form({ id, old, onEnd }: { id: string; old: ShippingRule; onEnd: () => void }) {
  const { t } = words();
  const [rule, setRule] = useState(old);
  const change: Change = (part) => setRule((now) => ({ ...now, ...part }));
  const params = { path: { id } };
  const [isTold, setTold] = useState(false);
  const save = useAction(async () => {
    await got(api.PUT('/api/v1/connectors/{id}/shipping-rule', { params, body: rule }));
    onEnd();
  });
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        setTold(true);
        if (!wrongDay(rule)) save.run();
      }}
    >
      <When rule={rule} change={change} />
      <OpenDays rule={rule} change={change} isTold={isTold} />
      {save.failure !== undefined && <ErrorNote error={save.failure} />}
      <div class="row">
        <Button kind="main" submits isBusy={save.isBusy}>
          {t('rule.save')}
        </Button>
        <Button kind="quiet" onClick={onEnd}>
          {t('do.cancel')}
        </Button>
      </div>
    </form>
  );
}

function Shown({ rule }: { rule: ShippingRule }) {
  const { t, country, date } = words();
  const open = (['saturday', 'sunday'] as const).filter((day) => rule[day]);
  const closed = rule.closed ?? [];
  return (
    <Facts
      facts={[
        [t('rule.days'), t('rule.daysShown', { count: rule.days })],
        [t('rule.cutOff'), `${rule.cut_off}, ${rule.zone}`],
        [t('rule.weekend'), open.map((day) => t(`rule.${day}`)).join(', ') || t('rule.noWeekend')],
        [t('rule.holidays'), rule.holidays ? country('IT') : t('rule.noHolidays')],
        [t('rule.closed'), closed.map((day) => date(`${day}T12:00:00`)).join(', ') || '–'],
      ]}
    />
  );
}

export function ShipRule({ connector }: { connector: Connector }) {
  const { t } = words();
  const [isEdited, setEdited] = useState(false);
  const rule = connector.shipping_rule;
  const params = { path: { id: connector.id } };
  const drop = useAction(() =>
    got(api.DELETE('/api/v1/connectors/{id}/shipping-rule', { params })),
  );
  if (isEdited)
    return <Form id={connector.id} old={rule ?? USUAL} onEnd={() => setEdited(false)} />;
  return (
    <div class="stack">
      {rule ? <Shown rule={rule} /> : <p>{t('rule.none')}</p>}
      {drop.failure !== undefined && <ErrorNote error={drop.failure} />}
      {may('manager') && (
        <div class="row">
          <Button onClick={() => setEdited(true)}>{rule ? t('rule.change') : t('rule.set')}</Button>
          {rule && (
            <Button kind="quiet" icon="trash" isBusy={drop.isBusy} onClick={drop.run}>
              {t('rule.drop')}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
