import { type I18n, makeI18n, type Path, regional } from '../../shared/i18n.ts';
import english from '../locales/en.default.json';

export type Key = Path<typeof english>;

let current: I18n<Key> = makeI18n('en', english);

/** The language of the person in the admin: App Bridge knows it. */
export async function speakTheirs(): Promise<void> {
  const locale =
    shopify.config.locale ?? new URLSearchParams(location.search).get('locale') ?? 'en';
  const wanted = [locale, ...navigator.languages];
  if (!locale.startsWith('it')) {
    current = makeI18n(regional('en', wanted), english);
    return;
  }
  const [messages, { said }] = await Promise.all([
    import('../locales/it.json'),
    import('../../shared/said/it.ts'),
  ]);
  current = makeI18n(regional('it', wanted), messages.default, said);
  document.documentElement.lang = 'it';
}

export const words = (): I18n<Key> => current;
