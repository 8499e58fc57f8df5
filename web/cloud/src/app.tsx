/* Which page an address shows, and who may see it. */
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Route, Switch, useLocation } from 'wouter-preact';
import { api, isReachable, session } from './api/client.ts';
import { watchReachable } from './api/query.ts';
import { words } from './i18n.ts';
import { Home } from './pages/home.tsx';
import { SetUp, SignIn } from './pages/sign-in.tsx';
import { ROUTES, type RouteName } from './routes.ts';
import { Shell } from './shell/shell.tsx';
import { Page } from './ui/bits.tsx';
import { Empty, ErrorNote, Loading } from './ui/states.tsx';

type Params = Record<string, string | undefined>;
type Screen = ComponentType<{ params: Params }>;

/** A browser does not load a part again that once failed, only a new document does. */
function reloadOnReturn(): () => void {
  let wasLost = false;
  const stop = isReachable.subscribe((isUp) => {
    if (isUp && wasLost) location.reload();
    wasLost ||= !isUp;
  });
  // Whether the program is away, or only this part is no more.
  api.GET('/api/v1/session').catch(() => {});
  return stop;
}

/** A page that is loaded when it is first shown. */
function later(load: () => Promise<Screen>): Screen {
  let loaded: Screen | undefined;
  return function Later(props) {
    const [, setLoaded] = useState(() => loaded);
    const [failure, setFailure] = useState<unknown>();
    useEffect(() => {
      if (loaded) return;
      load().then((screen) => {
        loaded = screen;
        setLoaded(() => screen);
      }, setFailure);
    }, []);
    useEffect(() => (failure ? reloadOnReturn() : undefined), [failure]);
    if (failure) return <ErrorNote error={failure} onRetry={() => location.reload()} />;
    const Screen = loaded;
    return Screen ? <Screen {...props} /> : <Loading />;
  };
}

const SCREENS: Record<RouteName, Screen> = {
  home: Home,
  orders: later(async () => (await import('./pages/orders/orders.tsx')).Orders),
  order: later(async () => (await import('./pages/order/order.tsx')).OrderPage),
  shipments: later(async () => (await import('./pages/shipments/shipments.tsx')).Shipments),
  import: later(async () => (await import('./pages/shipments/import.tsx')).ImportShipments),
  shipment: later(async () => (await import('./pages/shipments/shipment.tsx')).ShipmentPage),
  connectors: later(async () => (await import('./pages/connectors/list.tsx')).Connectors),
  'add-connector': later(async () => (await import('./pages/connectors/add.tsx')).AddConnector),
  connector: later(async () => (await import('./pages/connectors/edit.tsx')).EditConnector),
  channels: later(async () => (await import('./pages/channels.tsx')).Channels),
  couriers: later(async () => (await import('./pages/couriers.tsx')).Couriers),
  log: later(async () => (await import('./pages/log/queue-log.tsx')).QueueLog),
  dead: later(async () => (await import('./pages/log/dead.tsx')).DeadLetters),
  job: later(async () => (await import('./pages/log/job.tsx')).JobStory),
  users: later(async () => (await import('./pages/people/users.tsx')).Users),
  tokens: later(async () => (await import('./pages/people/tokens.tsx')).Tokens),
  audit: later(async () => (await import('./pages/people/audit.tsx')).Audit),
  profile: later(async () => (await import('./pages/people/profile.tsx')).Profile),
};

const screens = (Object.keys(ROUTES) as RouteName[]).map(
  (name) => [ROUTES[name], SCREENS[name]] as const,
);

function Nowhere() {
  const { t } = words();
  return (
    <Page title={t('nowhere.title')}>
      <Empty title={t('nowhere.lead')}>
        <a href="/">{t('nav.home')}</a>
      </Empty>
    </Page>
  );
}

export function App() {
  useEffect(watchReachable, []);
  const [path] = useLocation();
  if (path === '/setup') return <SetUp />;
  if (session.value === undefined) return null;
  if (session.value === null) return <SignIn />;
  return (
    <Shell>
      <Switch>
        {screens.map(([pattern, Screen]) => (
          <Route key={pattern} path={pattern}>
            {(params: Params) => <Screen params={params} />}
          </Route>
        ))}
        <Route>
          <Nowhere />
        </Route>
      </Switch>
    </Shell>
  );
}
