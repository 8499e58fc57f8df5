import { type I18n, makeI18n, type Path } from '../../shared/i18n.ts';
import english from '../locales/en.default.json';
import italian from '../locales/it.json';

export type Key = Path<typeof english>;

const wanted = localStorage.getItem('language') ?? navigator.language;
export const locale = wanted.startsWith('it') ? 'it' : 'en';
export const words: I18n<Key> = makeI18n(locale, locale === 'it' ? italian : english);
export const { t } = words;

/** The whole page, app and extensions included, in another language. */
export function speak(language: string): void {
  localStorage.setItem('language', language);
  location.reload();
}
