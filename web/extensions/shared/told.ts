/* What the program says, which is English, in the language of the person in the admin. */
import { said } from '../../shared/said/it.ts';

export const told = (text: string, translate: (key: string) => string): string =>
  translate('language') === 'it' ? said(text) : text;
