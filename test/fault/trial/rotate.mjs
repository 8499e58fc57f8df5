// The connector's token is changed in the Cloud App alone, without overlap, while
// orders come: they wait, and with the new token saved all flow.

import { asMachine, asStaff } from '../../../demo/world.mjs';
import { pause } from '../calm.mjs';
import { comes, place, trial } from './lib.mjs';

const STOPPED_S = 3;

const state = async (world, store) => (await asStaff(world, store.shop, 'GET', '/api/connection')).state;

const held = async (world) => (await asMachine(world, 'GET', '/orders?limit=100')).items.map((o) => o.external_id);

export function rotate(o, wrong) {
  return trial(o, wrong, { sweepSeconds: 2 }, async (world, store) => {
    await place(world, store, { count: 10 }); // under way
    const { token } = await asMachine(world, 'POST', `/connectors/${store.connector}/token`, { overlap_hours: 0 });
    const late = await place(world, store, { count: 10 });
    if (!await comes(async () => (await state(world, store)) === 'disconnected', 60)) wrong.push('the app never said that it is disconnected');
    late.push(...await place(world, store, { count: 10 }));
    await pause(STOPPED_S * 1000);
    const there = await held(world); // those of before may still come: they were handed over
    const through = late.filter((o) => there.includes(o.legacy_id)).length;
    if (through) wrong.push(`${through} orders went through with a token that had ended`);
    await asStaff(world, store.shop, 'PUT', '/api/connection', { ...store.link, token });
    return { waited: 30 - there.length };
  });
}
