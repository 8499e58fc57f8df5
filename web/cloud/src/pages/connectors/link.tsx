/* Authorization token and Logivery App URL: what the Shopify app needs. */

import { useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { api, type Connector, got, may } from '../../api/client.ts';
import { words } from '../../i18n.ts';
import { Card, Copy } from '../../ui/bits.tsx';
import { Button } from '../../ui/controls.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { Select } from '../../ui/select.tsx';
import { ErrorNote, Note } from '../../ui/states.tsx';
import { useAction } from '../../ui/use-action.ts';

const HOURS = [0, 1, 24, 72, 168];

function Rotate({ connector }: { connector: Connector }) {
  const { t, span } = words();
  const cache = useQueryClient();
  const [isAsked, setAsked] = useState(false);
  const [hours, setHours] = useState('24');
  async function rotate() {
    await got(
      api.POST('/api/v1/connectors/{id}/token', {
        params: { path: { id: connector.id } },
        body: { overlap_hours: Number(hours) },
      }),
    );
    await cache.invalidateQueries();
  }
  return (
    <>
      <Button icon="refresh" onClick={() => setAsked(true)}>
        {t('connector.rotate')}
      </Button>
      <Confirm
        label={t('connector.rotate')}
        action={t('connector.rotateAction')}
        isOpen={isAsked}
        onClose={() => setAsked(false)}
        onConfirm={rotate}
      >
        <p>{t('connector.rotateMeans')}</p>
        <Select
          label={t('connector.overlap')}
          value={hours}
          choices={HOURS.map((h) => ({
            value: String(h),
            label: h === 0 ? t('connector.overlapNone') : span(h * 3600),
          }))}
          onChange={setHours}
        />
      </Confirm>
    </>
  );
}

/** Shown only when asked: the audit says who did. */
function Token({ connector }: { connector: Connector }) {
  const { t } = words();
  const [token, setToken] = useState<string>();
  const params = { path: { id: connector.id } };
  const show = useAction(async () => {
    setToken((await got(api.POST('/api/v1/connectors/{id}/token/reveal', { params }))).token);
  });
  return (
    <>
      <div class="secret">
        <code>{token ?? `lgv_${'•'.repeat(24)}`}</code>
        <div class="row">
          <button
            type="button"
            class="small"
            disabled={show.isBusy}
            onClick={() => (token ? setToken(undefined) : show.run())}
          >
            {token ? t('connector.hide') : t('connector.show')}
          </button>
          {token && <Copy text={token} what={t('connector.token')} />}
        </div>
      </div>
      {show.failure !== undefined && <ErrorNote error={show.failure} />}
    </>
  );
}

export function Link({ connector }: { connector: Connector }) {
  const { t, time } = words();
  return (
    <Card title={t('connector.linkTitle')}>
      <p class="quiet">{t('connector.linkLead')}</p>
      <div class="stack">
        <h3>{t('connector.token')}</h3>
        {may('manager') ? (
          <Token key={connector.old_token_until ?? ''} connector={connector} />
        ) : (
          <p class="quiet">{t('connector.tokenHidden')}</p>
        )}
        <h3>{t('connector.appUrl')}</h3>
        <div class="secret">
          <code>{connector.app_url}</code>
          <Copy text={connector.app_url} what={t('connector.appUrl')} />
        </div>
      </div>
      {connector.old_token_until && (
        <Note
          tone="info"
          title={t('connector.oldToken', { time: time(connector.old_token_until) })}
        />
      )}
      {may('manager') && (
        <div>
          <Rotate connector={connector} />
        </div>
      )}
    </Card>
  );
}
