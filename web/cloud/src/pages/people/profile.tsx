/* One's own language, theme and password. */
import { useState } from 'preact/hooks';
import { api, got, leave, session } from '../../api/client.ts';
import { type Language, setLanguage, storedLanguage, words } from '../../i18n.ts';
import { setTheme, storedTheme, type Theme } from '../../theme.ts';
import { Card, Facts, Page } from '../../ui/bits.tsx';
import { Button, Field, Segments } from '../../ui/controls.tsx';
import { ErrorNote, Note } from '../../ui/states.tsx';
import { useAction } from '../../ui/use-action.ts';

function Look() {
  const { t } = words();
  const [language, chooseLanguage] = useState<Language>(storedLanguage());
  const [theme, chooseTheme] = useState<Theme>(storedTheme());
  const [failure, setFailure] = useState<unknown>();
  async function save(look: { language?: Language; theme?: Theme }) {
    setFailure(undefined);
    await got(api.PATCH('/api/v1/me', { body: look })).then((user) => {
      if (session.value) session.value = { ...session.value, user };
    }, setFailure);
  }
  async function speak(chosen: Language) {
    localStorage.setItem('language', chosen);
    chooseLanguage(chosen);
    await setLanguage(chosen);
    await save({ language: chosen });
  }
  async function dress(chosen: Theme) {
    setTheme(chosen);
    chooseTheme(chosen);
    await save({ theme: chosen });
  }
  return (
    <Card title={t('profile.look')}>
      <Segments
        label={t('profile.language')}
        value={language}
        choices={[
          { value: 'en', label: 'English' },
          { value: 'it', label: 'Italiano' },
        ]}
        onChange={(chosen) => void speak(chosen)}
      />
      <Segments
        label={t('profile.theme')}
        value={theme}
        choices={(['light', 'dark', 'auto'] as const).map((value) => ({
          value,
          label: t(`profile.themeName.${value}`),
        }))}
        onChange={(chosen) => void dress(chosen)}
      />
      {failure !== undefined && <ErrorNote error={failure} />}
    </Card>
  );
}

function Password() {
  const { t } = words();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const save = useAction(async () => {
    await got(api.POST('/api/v1/me/password', { body: { current, password } }));
    setCurrent('');
    setPassword('');
  });
  return (
    <Card title={t('profile.password')}>
      <form
        class="stack form"
        onSubmit={(event) => {
          event.preventDefault();
          save.run();
        }}
      >
        <Field
          label={t('profile.current')}
          type="password"
          autocomplete="current-password"
          isNeeded
          value={current}
          onInput={setCurrent}
        />
        <Field
          label={t('profile.new')}
          hint={t('setUp.passwordHint')}
          type="password"
          autocomplete="new-password"
          isNeeded
          minLength={12}
          maxLength={256}
          value={password}
          onInput={setPassword}
        />
        {save.failure !== undefined && <ErrorNote error={save.failure} />}
        {save.isDone && <Note tone="good" title={t('profile.changed')} />}
        <div>
          <Button submits isBusy={save.isBusy}>
            {t('profile.change')}
          </Button>
        </div>
      </form>
    </Card>
  );
}

export function Profile() {
  const { t } = words();
  const user = session.value?.user;
  const everywhere = useAction(async () => {
    await got(api.DELETE('/api/v1/me/sessions'));
    leave();
  });
  if (!user) return null;
  return (
    <Page title={t('nav.profile')}>
      <Card>
        <Facts
          facts={[
            [t('signIn.email'), user.email],
            [t('user.role'), t(`user.roleName.${user.role}`)],
          ]}
        />
      </Card>
      <Look />
      <Password />
      <Card title={t('profile.sessions')}>
        <p class="quiet">{t('profile.sessionsLead')}</p>
        {everywhere.failure !== undefined && <ErrorNote error={everywhere.failure} />}
        <div>
          <Button kind="danger" isBusy={everywhere.isBusy} onClick={everywhere.run}>
            {t('profile.everywhere')}
          </Button>
        </div>
      </Card>
    </Page>
  );
}
