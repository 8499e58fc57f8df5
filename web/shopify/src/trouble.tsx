/* What keeps the app from working, why, and the button that settles it. */

import { useState } from 'preact/hooks';
import { webAddress } from '../../shared/address.ts';
import { type Connection, Problem, saveConnection } from './api.ts';
import { words } from './i18n.ts';
import { Failure } from './parts.tsx';

type Props = { connection: Connection; onSaved: (connection: Connection) => void };

/** The connector's page in the Cloud App's console. */
function consolePage(connection: Connection): string | undefined {
  const found = /^(.*)\/c\/([^/]+)$/.exec(connection.app_url ?? '');
  return webAddress(found ? `${found[1]}/connectors/${found[2]}` : connection.cloud_url);
}

function ConnectAgain({ connection, onSaved }: Props) {
  const { t } = words();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  async function again() {
    setBusy(true);
    setFailure(undefined);
    await saveConnection({ app_url: connection.app_url ?? '' }).then(onSaved, setFailure);
    setBusy(false);
  }
  return (
    <s-stack gap="small">
      <s-button onClick={() => void again()} loading={isBusy}>
        {t('trouble.connectAgain')}
      </s-button>
      {failure !== undefined && <Failure failure={failure} />}
    </s-stack>
  );
}

/** The codes a Cloud App ends a link with; of others there is only the reason. */
const KINDS: Record<string, 'token' | 'letGo' | 'gone'> = {
  not_authorized: 'token',
  not_linked: 'letGo',
  no_such_path: 'gone',
};

function Disconnected(props: Props) {
  const { t, said } = words();
  const { connection } = props;
  const kind = KINDS[connection.reason_code ?? ''] ?? 'other';
  const page = consolePage(connection);
  return (
    <s-banner tone="critical" heading={t(`trouble.${kind}.heading`)}>
      <s-stack gap="small">
        <s-paragraph>
          {t(`trouble.${kind}.what`, { reason: said(connection.reason ?? '') })}
        </s-paragraph>
        <s-paragraph>{t('trouble.nothingLost')}</s-paragraph>
        <s-paragraph>{t(`trouble.${kind}.next`)}</s-paragraph>
        {kind !== 'token' && <ConnectAgain {...props} />}
        {page && (
          <s-link href={page} target="_blank">
            {t('trouble.openConnector')}
          </s-link>
        )}
      </s-stack>
    </s-banner>
  );
}

/** Somebody here chose to disconnect. */
function LetGoHere(props: Props) {
  const { t } = words();
  return (
    <s-banner tone="warning" heading={t('trouble.here.heading')}>
      <s-stack gap="small">
        <s-paragraph>{t('trouble.here.what')}</s-paragraph>
        <ConnectAgain {...props} />
      </s-stack>
    </s-banner>
  );
}

function MissingScopes({ missing, onAgain }: { missing: string; onAgain: () => void }) {
  const { t } = words();
  return (
    <s-banner tone="warning" heading={t('trouble.scopes.heading')}>
      <s-stack gap="small">
        <s-paragraph>{t('trouble.scopes.what', { missing })}</s-paragraph>
        <s-paragraph>{t('trouble.scopes.next')}</s-paragraph>
        <s-button onClick={onAgain}>{t('trouble.scopes.again')}</s-button>
      </s-stack>
    </s-banner>
  );
}

export function Trouble(props: Props & { onAgain: () => void }) {
  const { connection } = props;
  return (
    <>
      {connection.missing_scopes && (
        <MissingScopes missing={connection.missing_scopes} onAgain={props.onAgain} />
      )}
      {connection.state === 'disconnected' && <Disconnected {...props} />}
      {connection.state === 'none' && connection.token_saved && <LetGoHere {...props} />}
    </>
  );
}

/** Shopify takes neither our tokens nor the one of this page. */
const isReconnect = (failure: unknown) =>
  failure instanceof Problem && ['bad_id_token', 'reconnect'].includes(failure.code);

/** The page itself could not be had. */
export function PageFailure({ failure, onRetry }: { failure: unknown; onRetry: () => void }) {
  const { t } = words();
  if (!isReconnect(failure)) return <Failure failure={failure} onRetry={onRetry} />;
  return (
    <s-banner tone="critical" heading={t('trouble.reconnect.heading')}>
      <s-stack gap="small">
        <s-paragraph>{t('trouble.reconnect.what')}</s-paragraph>
        <s-paragraph>{t('trouble.reconnect.next')}</s-paragraph>
        <s-button onClick={onRetry}>{t('trouble.reconnect.again')}</s-button>
      </s-stack>
    </s-banner>
  );
}
