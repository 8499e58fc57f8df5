import italian from './it.json';
import { makeSaid } from './said.ts';

export const said = makeSaid(italian);
