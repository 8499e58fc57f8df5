// Where each page of the console is, in a world with orders and shipments.
import { ROUTES } from '../../cloud/src/routes.ts';
import { machine } from '../kit.ts';

interface Items {
  items: { id: string; uuid: string; linked: boolean; order: { id: string } }[];
}

export async function paths(): Promise<Record<string, string>> {
  const [connectors, shipments, jobs] = await Promise.all([
    machine<Items>('/connectors'),
    machine<Items>('/shipments'),
    machine<Items>('/jobs'),
  ]);
  // Of a page that shows one thing, which one: the rest follows from the routes.
  const things: Record<string, string | undefined> = {
    order: shipments.items[0]?.order.id,
    shipment: shipments.items[0]?.id,
    connector: connectors.items.find((c) => c.linked)?.id,
    job: jobs.items[0]?.uuid,
  };
  const where = Object.entries(ROUTES).map(([name, pattern]) => {
    const path = pattern.replace(/:\w+/g, () => things[name] ?? ':');
    if (path.includes(':')) throw new Error(`the tests know nothing to show on page "${name}"`);
    return [name, path];
  });
  return {
    ...Object.fromEntries(where),
    'connector-label': `${ROUTES['add-connector']}?technology=shopify`,
    nowhere: '/nowhere',
  };
}
