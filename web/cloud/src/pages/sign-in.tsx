/* The two doors: sign in, and the one-time page that makes the first user. */
import type { ComponentChildren, TargetedSubmitEvent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { navigate } from 'wouter-preact/use-browser-location';
import icon from '../../icon.svg';
import { api, got, hasEnded, isReachable, type Session, session } from '../api/client.ts';
import { words } from '../i18n.ts';
import { Button, Field } from '../ui/controls.tsx';
import { ErrorNote, Note } from '../ui/states.tsx';

function Gate(props: { title: string; lead: string; children: ComponentChildren }) {
  const { t } = words();
  document.title = `${props.title} · Logivery`;
  return (
    <main class="gate">
      <div>
        <p class="brand">
          <img src={icon} alt="" /> Logivery
        </p>
        <div>
          <h1>{props.title}</h1>
          <p class="lead">{props.lead}</p>
        </div>
        {!isReachable.value && <Note tone="warning" title={t('shell.away')} />}
        {props.children}
      </div>
    </main>
  );
}

/** Fields, a button, and what the server said against it. */
function useDoor(enter: () => Promise<Session>) {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  async function submit(event: TargetedSubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    try {
      session.value = await enter();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  }
  return { isBusy, failure, submit };
}

/** Whether there is a user; undefined until it is known. */
function useIsSetUp(): boolean | undefined {
  const [isDone, setDone] = useState<boolean>();
  useEffect(() => {
    // Without an answer the page is as it always was; signing in then says why.
    got(api.GET('/api/v1/setup')).then(
      (setup) => setDone(setup.done),
      () => {},
    );
  }, []);
  return isDone;
}

export function SignIn() {
  const { t } = words();
  const isSetUp = useIsSetUp();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const door = useDoor(() => got(api.POST('/api/v1/session', { body: { email, password } })));
  return (
    <Gate title={t('signIn.title')} lead={t('signIn.lead')}>
      {hasEnded.value && (
        <Note tone="info" title={t('signIn.over')}>
          <p>{t('signIn.overNext')}</p>
        </Note>
      )}
      {isSetUp === false && (
        <Note tone="info" title={t('signIn.nobody')}>
          <p>{t('setUp.noTokenNext')}</p>
        </Note>
      )}
      <form class="stack" onSubmit={door.submit}>
        <Field
          label={t('signIn.email')}
          type="email"
          name="email"
          autocomplete="username"
          autofocus
          isNeeded
          value={email}
          onInput={setEmail}
        />
        <Field
          label={t('signIn.password')}
          type="password"
          name="password"
          autocomplete="current-password"
          isNeeded
          value={password}
          onInput={setPassword}
        />
        {door.failure !== undefined && <ErrorNote error={door.failure} />}
        <Button kind="main" submits isBusy={door.isBusy}>
          {t('signIn.action')}
        </Button>
      </form>
    </Gate>
  );
}

export function SetUp() {
  const { t } = words();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const token = new URLSearchParams(location.search).get('token') ?? '';
  const isSetUp = useIsSetUp();
  const door = useDoor(async () => {
    const made = await got(api.POST('/api/v1/setup', { body: { token, email, password } }));
    navigate('/', { replace: true });
    return made;
  });
  if (isSetUp && !door.isBusy)
    return (
      <Gate title={t('setUp.title')} lead={t('setUp.done')}>
        <Button kind="main" href="/">
          {t('signIn.title')}
        </Button>
      </Gate>
    );
  return (
    <Gate title={t('setUp.title')} lead={t('setUp.lead')}>
      {token === '' ? (
        <Note tone="warning" title={t('setUp.noToken')}>
          <p>{t('setUp.noTokenNext')}</p>
        </Note>
      ) : (
        <form class="stack" onSubmit={door.submit}>
          <Field
            label={t('signIn.email')}
            type="email"
            name="email"
            autocomplete="username"
            autofocus
            isNeeded
            value={email}
            onInput={setEmail}
          />
          <Field
            label={t('signIn.password')}
            hint={t('setUp.passwordHint')}
            type="password"
            name="password"
            autocomplete="new-password"
            isNeeded
            minLength={12}
            maxLength={256}
            value={password}
            onInput={setPassword}
          />
          {door.failure !== undefined && <ErrorNote error={door.failure} />}
          <Button kind="main" submits isBusy={door.isBusy}>
            {t('setUp.action')}
          </Button>
        </form>
      )}
    </Gate>
  );
}
