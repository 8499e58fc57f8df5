/* The link, to be changed or ended. */
import { useState } from 'preact/hooks';
import { dropConnection, getConnection } from '../api.ts';
import { words } from '../i18n.ts';
import { LinkForm } from '../link-form.tsx';
import { Failure, Waiting } from '../parts.tsx';
import { PageFailure, Trouble } from '../trouble.tsx';
import { useAsked } from '../use-asked.ts';

export function Settings() {
  const { t } = words();
  const asked = useAsked(getConnection);
  const [failure, setFailure] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const connection = asked.data;
  async function drop() {
    setBusy(true);
    setFailure(undefined);
    await dropConnection().then(asked.set, setFailure);
    setBusy(false);
  }
  return (
    <s-page heading={t('nav.settings')}>
      {asked.failure !== undefined && <PageFailure failure={asked.failure} onRetry={asked.again} />}
      {!connection && asked.failure === undefined && <Waiting />}
      {connection && <Trouble connection={connection} onSaved={asked.set} onAgain={asked.again} />}
      {connection && (
        <s-section heading={t('settings.link')}>
          <s-stack gap="base">
            <s-stack direction="inline" gap="small" alignItems="center">
              <s-badge tone={connection.state === 'linked' ? 'success' : 'critical'}>
                {t(`settings.state.${connection.state}`)}
              </s-badge>
              <s-text>{connection.label ?? ''}</s-text>
            </s-stack>
            <LinkForm key={connection.app_url} connection={connection} onSaved={asked.set} />
          </s-stack>
        </s-section>
      )}
      {connection?.state === 'linked' && (
        <s-section heading={t('settings.disconnect')}>
          <s-stack gap="base">
            <s-paragraph>{t('settings.disconnectMeans')}</s-paragraph>
            {failure !== undefined && <Failure failure={failure} />}
            <s-button tone="critical" commandFor="drop" command="--show">
              {t('settings.disconnect')}
            </s-button>
          </s-stack>
          <s-modal id="drop" heading={t('settings.disconnectAsk')}>
            <s-paragraph>{t('settings.disconnectMeans')}</s-paragraph>
            <s-button
              slot="primary-action"
              tone="critical"
              variant="primary"
              loading={isBusy}
              commandFor="drop"
              command="--hide"
              onClick={() => void drop()}
            >
              {t('settings.disconnect')}
            </s-button>
            <s-button slot="secondary-actions" commandFor="drop" command="--hide">
              {t('cancel')}
            </s-button>
          </s-modal>
        </s-section>
      )}
    </s-page>
  );
}
