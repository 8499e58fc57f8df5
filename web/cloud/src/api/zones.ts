/* The time zones that the program knows; the types hold the list to doc/openapi.yaml. */
import type { components } from '../../../gen/api.d.ts';

type Zone = components['schemas']['Zone'];

const known: Record<Zone, true> = {
  'Europe/Rome': true,
  'Europe/Amsterdam': true,
  'Europe/Athens': true,
  'Europe/Belgrade': true,
  'Europe/Berlin': true,
  'Europe/Bratislava': true,
  'Europe/Brussels': true,
  'Europe/Bucharest': true,
  'Europe/Budapest': true,
  'Europe/Copenhagen': true,
  'Europe/Dublin': true,
  'Europe/Helsinki': true,
  'Europe/Kyiv': true,
  'Europe/Lisbon': true,
  'Europe/Ljubljana': true,
  'Europe/London': true,
  'Europe/Luxembourg': true,
  'Europe/Madrid': true,
  'Europe/Malta': true,
  'Europe/Monaco': true,
  'Europe/Oslo': true,
  'Europe/Paris': true,
  'Europe/Prague': true,
  'Europe/Riga': true,
  'Europe/San_Marino': true,
  'Europe/Sofia': true,
  'Europe/Stockholm': true,
  'Europe/Tallinn': true,
  'Europe/Tirane': true,
  'Europe/Vatican': true,
  'Europe/Vienna': true,
  'Europe/Vilnius': true,
  'Europe/Warsaw': true,
  'Europe/Zagreb': true,
  'Europe/Zurich': true,
  UTC: true,
};

export const ZONES = Object.keys(known) as Zone[];
