/* The language of this browser's user, and the texts in it. */
import { signal } from '@preact/signals';
import { type I18n, makeI18n, type Path, regional } from '../../shared/i18n.ts';
import type english from '../locales/en.default.json';

export type Key = Path<typeof english>;
export type Language = 'en' | 'it';

const loaders: Record<Language, () => Promise<typeof english>> = {
  en: async () => (await import('../locales/en.default.json')).default,
  it: async () => {
    await import('@awesome.me/webawesome/dist/translations/it.js');
    return (await import('../locales/it.json')).default;
  },
};

/** Only who reads Italian loads the sentences of the logs: they are written in English. */
async function saidIn(language: Language): Promise<((text: string) => string) | undefined> {
  return language === 'it' ? (await import('../../shared/said/it.ts')).said : undefined;
}

const current = signal<I18n<Key> | undefined>(undefined);

export function storedLanguage(): Language {
  const wanted = localStorage.getItem('language') ?? navigator.language;
  return wanted.startsWith('it') ? 'it' : 'en';
}

export async function setLanguage(language: Language): Promise<void> {
  const [messages, said] = await Promise.all([loaders[language](), saidIn(language)]);
  document.documentElement.lang = language;
  current.value = makeI18n(regional(language, navigator.languages), messages, said);
}

/** Reading it in a component draws that again when the language changes. */
export function words(): I18n<Key> {
  if (!current.value) throw new Error('words() before setLanguage()');
  return current.value;
}
