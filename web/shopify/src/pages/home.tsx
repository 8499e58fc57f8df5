/* The wizard while there is no link; afterwards how the link is. */
import { useState } from 'preact/hooks';
import { webAddress } from '../../../shared/address.ts';
import { type Connection, getConnection } from '../api.ts';
import { words } from '../i18n.ts';
import { LinkForm } from '../link-form.tsx';
import { Waiting } from '../parts.tsx';
import { PageFailure, Trouble } from '../trouble.tsx';
import { useAsked } from '../use-asked.ts';

type Props = { connection: Connection; onSaved: (connection: Connection) => void };

function StepOne({ connection }: { connection: Connection }) {
  const { t } = words();
  const [isShown, setShown] = useState(false);
  const cloud = webAddress(connection.cloud_url);
  return (
    <s-section heading={t('wizard.one')}>
      <s-stack gap="base">
        <s-paragraph>{t('wizard.oneLead')}</s-paragraph>
        {!isShown && <s-button onClick={() => setShown(true)}>{t('wizard.viewUrl')}</s-button>}
        {isShown && !cloud && <s-paragraph>{t('wizard.noUrl')}</s-paragraph>}
        {isShown && cloud && (
          <s-stack gap="small">
            <s-text>{t('wizard.hostUrl')}</s-text>
            <s-link href={cloud} target="_blank">
              {cloud}
            </s-link>
          </s-stack>
        )}
      </s-stack>
    </s-section>
  );
}

function Guide() {
  const { t } = words();
  return (
    <s-modal id="guide" heading={t('wizard.howTo')}>
      <s-ordered-list>
        {(['signIn', 'add', 'label', 'copy', 'paste'] as const).map((step) => (
          <s-list-item key={step}>{t(`guide.${step}`)}</s-list-item>
        ))}
      </s-ordered-list>
      <s-button slot="primary-action" commandFor="guide" command="--hide">
        {t('close')}
      </s-button>
    </s-modal>
  );
}

function StepTwo(props: Props) {
  const { t } = words();
  return (
    <s-section heading={t('wizard.two')}>
      <s-stack gap="base">
        <s-paragraph>{t('wizard.twoLead')}</s-paragraph>
        <s-button commandFor="guide" command="--show">
          {t('wizard.howTo')}
        </s-button>
        <Guide />
        <LinkForm {...props} />
      </s-stack>
    </s-section>
  );
}

function Status({ connection }: { connection: Connection }) {
  const { t } = words();
  const cloud = webAddress(connection.cloud_url);
  return (
    <>
      <s-banner tone="info" heading={t('check.established')}>
        <s-paragraph>{t('check.label', { label: connection.label ?? '' })}</s-paragraph>
      </s-banner>
      <s-section heading={t('status.heading')}>
        <s-stack gap="base">
          <s-stack direction="inline" gap="small" alignItems="center">
            <s-text>{t('status.automatic')}</s-text>
            <s-badge tone={connection.automatic ? 'success' : 'warning'}>
              {connection.automatic ? t('status.on') : t('status.off')}
            </s-badge>
          </s-stack>
          <s-paragraph>
            {connection.automatic ? t('status.onMeans') : t('status.offMeans')}
          </s-paragraph>
          {cloud && (
            <s-link href={cloud} target="_blank">
              {t('status.openCloud')}
            </s-link>
          )}
        </s-stack>
      </s-section>
      <s-section heading={t('tags.heading')}>
        <s-stack gap="small">
          {(['no-sync', 'syncing', 'synced', 'error'] as const).map((tag) => (
            <s-stack key={tag} direction="inline" gap="small" alignItems="center">
              <s-badge>{`logivery-${tag}`}</s-badge>
              <s-text>{t(`tags.${tag}`)}</s-text>
            </s-stack>
          ))}
        </s-stack>
      </s-section>
    </>
  );
}

export function Home() {
  const asked = useAsked(getConnection);
  const connection = asked.data;
  return (
    <s-page heading="Logivery">
      {asked.failure !== undefined && <PageFailure failure={asked.failure} onRetry={asked.again} />}
      {!connection && asked.failure === undefined && <Waiting />}
      {connection && <Trouble connection={connection} onSaved={asked.set} onAgain={asked.again} />}
      {connection?.state === 'linked' && <Status connection={connection} />}
      {connection && connection.state !== 'linked' && (
        <>
          <StepOne connection={connection} />
          <StepTwo connection={connection} onSaved={asked.set} />
        </>
      )}
    </s-page>
  );
}
