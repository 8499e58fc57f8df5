// The connector's token is changed in the Cloud App alone, without overlap, while
// orders come: they wait, and with the new token saved all flow.

import { asMachine, asStaff } from '../../../demo/world.mjs';
import { pause } from '../calm.mjs';
import { comes, place, trial } from './lib.mjs';

const STOPPED_S = 3;

const state = async (world, store) => (await asStaff(world, store.shop, 'GET', '/api/connection')).state;

const held = async (world) => (await asMachine(world, 'GET', '/orders?limit=100')).items.length;

export function rotate(o, wrong) {
  return trial(o, wrong, { sweepSeconds: 2 }, async (world, store) => {
    await place(world, store, { count: 10 }); // under way
    const { token } = await asMachine(world, 'POST', `/connectors/${store.connector}/token`, { overlap_hours: 0 });
    await place(world, store, { count: 10 });
    if (!await comes(async () => (await state(world, store)) === 'disconnected', 20)) wrong.push('the app never said that it is disconnected');
    const before = await held(world);
    await place(world, store, { count: 10 });
    await pause(STOPPED_S * 1000);
    const between = (await held(world)) - before;
    if (between) wrong.push(`${between} orders went through with a token that had ended`);
    await asStaff(world, store.shop, 'PUT', '/api/connection', { ...store.link, token });
    return { waited: 30 - before };
  });
}
