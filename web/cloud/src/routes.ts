/* The address of each page, by its name; of two that fit the first one counts. */
export const ROUTES = {
  home: '/',
  orders: '/orders',
  order: '/orders/:id',
  shipments: '/shipments',
  import: '/shipments/import',
  shipment: '/shipments/:id',
  connectors: '/connectors',
  'add-connector': '/connectors/add',
  connector: '/connectors/:id',
  channels: '/channels',
  couriers: '/couriers',
  log: '/log',
  dead: '/log/dead',
  job: '/log/jobs/:uuid',
  users: '/users',
  tokens: '/tokens',
  audit: '/audit',
  profile: '/profile',
} as const;

export type RouteName = keyof typeof ROUTES;
