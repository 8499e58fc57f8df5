/*
 * What a page says of a failure. Its code is stable: title and next step are told by
 * it, in the reader's language. The server's own words, which are English, say what
 * the code cannot (which order, which field); a reader of another language gets them
 * told anew, and as they are only where nothing else says what went wrong.
 */
import type { I18n } from './i18n.ts';

export interface Failing {
  code: string;
  message: string;
  next?: string | null | undefined;
}

export interface Told {
  title: string | undefined;
  why: string | undefined;
  next: string | undefined;
}

type Words = Pick<I18n<string>, 'locale' | 'maybe' | 'said'>;

const bare = (text: string | undefined) => text?.replace(/\.$/, '');

export function tell({ code, message, next }: Failing, words: Words): Told {
  const title = words.maybe(`problem.${code}.title`);
  const told = words.said(message);
  const isForeign = told === message && !words.locale.startsWith('en');
  const isNews = bare(told) !== bare(title) && !(isForeign && title !== undefined);
  return {
    title,
    why: isNews && told !== '' ? told : undefined,
    next: words.maybe(`problem.${code}.next`) ?? (next ? words.said(next) : undefined),
  };
}

/** In one line, for a list. */
export function tellShort(failing: Failing, words: Words): string {
  const { why, title } = tell(failing, words);
  return why ?? title ?? failing.code;
}
