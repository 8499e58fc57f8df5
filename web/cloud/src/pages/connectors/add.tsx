/* Add Connector: the technology by its icon, then a label. */
import { useQueryClient } from '@tanstack/preact-query';
import type { TargetedSubmitEvent } from 'preact';
import { useState } from 'preact/hooks';
import { navigate } from 'wouter-preact/use-browser-location';
import { api, got } from '../../api/client.ts';
import { words } from '../../i18n.ts';
import { Card, Page } from '../../ui/bits.tsx';
import { Button, Field } from '../../ui/controls.tsx';
import { useFilters } from '../../ui/filters.ts';
import { Icon } from '../../ui/icon.tsx';
import { ErrorNote } from '../../ui/states.tsx';

const TECHNOLOGIES = [{ id: 'shopify', name: 'Shopify', icon: 'store' }];

function Technologies() {
  const { t } = words();
  return (
    <Card title={t('connector.chooseTechnology')}>
      <ul class="technologies">
        {TECHNOLOGIES.map((one) => (
          <li key={one.id}>
            <a href={`/connectors/add?technology=${one.id}`}>
              <Icon name={one.icon} />
              {one.name}
            </a>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function LabelForm({ technology }: { technology: string }) {
  const { t } = words();
  const cache = useQueryClient();
  const [label, setLabel] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  async function save(event: TargetedSubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    try {
      const made = await got(
        api.POST('/api/v1/connectors', { body: { technology, label: label.trim() } }),
      );
      await cache.invalidateQueries({ queryKey: ['connectors'] });
      navigate(`/connectors/${made.id}`, { replace: true });
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  }
  return (
    <Card title="Shopify">
      <form class="stack form" onSubmit={save}>
        <Field
          label={t('connector.label')}
          hint={t('connector.labelHint')}
          placeholder="MyShopifyStore"
          isNeeded
          maxLength={100}
          autofocus
          value={label}
          onInput={setLabel}
        />
        {failure !== undefined && <ErrorNote error={failure} />}
        <div class="row">
          <Button kind="main" submits isBusy={isBusy}>
            {t('connector.saveAndContinue')}
          </Button>
          <Button kind="quiet" href="/connectors/add">
            {t('do.back')}
          </Button>
        </div>
      </form>
    </Card>
  );
}

export function AddConnector() {
  const { t } = words();
  const technology = useFilters().get('technology');
  const isKnown = TECHNOLOGIES.some((one) => one.id === technology);
  return (
    <Page title={t('connector.add')} back={{ href: '/connectors', label: t('nav.connectors') }}>
      {technology && isKnown ? <LabelForm technology={technology} /> : <Technologies />}
    </Page>
  );
}
