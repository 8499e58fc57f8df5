// Where each page of the console is, in a world with orders and shipments.
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
  const linked = connectors.items.find((c) => c.linked);
  return {
    home: '/',
    orders: '/orders',
    order: `/orders/${shipments.items[0]?.order.id}`,
    shipments: '/shipments',
    shipment: `/shipments/${shipments.items[0]?.id}`,
    import: '/shipments/import',
    connectors: '/connectors',
    'add-connector': '/connectors/add',
    'connector-label': '/connectors/add?technology=shopify',
    connector: `/connectors/${linked?.id}`,
    channels: '/channels',
    couriers: '/couriers',
    log: '/log',
    dead: '/log/dead',
    job: `/log/jobs/${jobs.items[0]?.uuid}`,
    users: '/users',
    tokens: '/tokens',
    audit: '/audit',
    profile: '/profile',
    nowhere: '/nowhere',
  };
}
