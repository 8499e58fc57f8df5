/* Authorization Token and Logivery App URL: check them, then save them. */
import { useState } from 'preact/hooks';
import { type Connection, checkConnection, Problem, saveConnection } from './api.ts';
import { Checks, type Outcome } from './checks.tsx';
import { words } from './i18n.ts';
import { Failure } from './parts.tsx';

type Typed = { currentTarget: { value: string } };

function Replace({ onReplace, isBusy }: { onReplace: () => void; isBusy: boolean }) {
  const { t } = words();
  return (
    <s-banner tone="warning" heading={t('link.replaceHeading')}>
      <s-stack gap="small">
        <s-paragraph>{t('link.replaceMeans')}</s-paragraph>
        <s-button onClick={onReplace} loading={isBusy}>
          {t('link.replace')}
        </s-button>
      </s-stack>
    </s-banner>
  );
}

export function LinkForm(props: {
  connection: Connection;
  onSaved: (connection: Connection) => void;
}) {
  const { t } = words();
  const saved = props.connection.app_url ?? '';
  const [token, setToken] = useState('');
  const [appUrl, setAppUrl] = useState(saved);
  const [outcome, setOutcome] = useState<Outcome>();
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState<'check' | 'save'>();
  // The saved token counts where it belongs: at the saved address.
  const isSaved = props.connection.token_saved && appUrl.trim() === saved;
  const isReady = appUrl.trim() !== '' && (token.trim() !== '' || isSaved);
  const link = { app_url: appUrl.trim(), ...(token.trim() && { token: token.trim() }) };

  function changed(set: (value: string) => void) {
    return (event: Typed) => {
      set(event.currentTarget.value);
      setOutcome(undefined);
      setFailure(undefined);
    };
  }

  async function check() {
    setBusy('check');
    setFailure(undefined);
    try {
      const { label, checks } = await checkConnection(link);
      setOutcome({ label: label ?? '', checks });
    } catch (error) {
      setOutcome({ failure: error });
    }
    setBusy(undefined);
  }

  async function save(replace?: boolean) {
    setBusy('save');
    setFailure(undefined);
    try {
      const connection = await saveConnection({ ...link, ...(replace && { replace }) });
      setToken('');
      shopify.toast.show(t('link.saved'));
      props.onSaved(connection);
    } catch (error) {
      setFailure(error);
    }
    setBusy(undefined);
  }

  const codes = [failure, outcome?.failure].map((f) => (f instanceof Problem ? f.code : ''));
  const mayReplace = codes.includes('store_already_linked');

  return (
    <form
      data-save-bar
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) void save();
      }}
      onReset={() => {
        setToken('');
        setAppUrl(saved);
        setOutcome(undefined);
      }}
    >
      <s-stack gap="base">
        <s-password-field
          label={t('link.token')}
          name="token"
          autocomplete="off"
          value={token}
          placeholder={props.connection.token_saved ? t('link.tokenSaved') : ''}
          details={t('link.tokenHint')}
          onInput={changed(setToken)}
        />
        <s-url-field
          label={t('link.appUrl')}
          name="app_url"
          value={appUrl}
          placeholder="https://cloud.example.com/c/…"
          details={t('link.appUrlHint')}
          onInput={changed(setAppUrl)}
        />
        <s-stack direction="inline" gap="small">
          <s-button onClick={() => void check()} loading={busy === 'check'} disabled={!isReady}>
            {t('link.check')}
          </s-button>
          <s-button variant="primary" type="submit" loading={busy === 'save'} disabled={!isReady}>
            {t('link.save')}
          </s-button>
        </s-stack>
        {outcome && <Checks outcome={outcome} />}
        {mayReplace && <Replace isBusy={busy === 'save'} onReplace={() => void save(true)} />}
        {failure !== undefined && !mayReplace && <Failure failure={failure} />}
      </s-stack>
    </form>
  );
}
