/* What an extension may put on its page: the stand-in's own elements. */
import { ROWS } from './elements.ts';

const ALWAYS = ['click'];

export const EXTENSION_TAGS = Object.keys(ROWS).filter(
  (tag) => !['s-page', 's-app-nav', 's-modal'].includes(tag),
);

export const propsOf = (tag: string) => ROWS[tag]?.props ?? {};
export const eventsOf = (tag: string) => ROWS[tag]?.events ?? ALWAYS;
