/* /admin/{shop}/orders[/{id}] and /admin/{shop}/apps/logivery[/{page}]. */
import { useEffect, useState } from 'preact/hooks';

export interface Route {
  shop: string | undefined;
  area: 'orders' | 'apps';
  order: string | undefined;
  /** Of the app. */
  path: string;
}

function read(): Route {
  const [shop, area, first, ...rest] = location.pathname.split('/').slice(2).filter(Boolean);
  const isApp = area === 'apps';
  return {
    shop,
    area: isApp ? 'apps' : 'orders',
    order: isApp ? undefined : first,
    path: isApp ? `/${rest.join('/')}` : '/',
  };
}

export function go(path: string): void {
  history.pushState(null, '', path);
  dispatchEvent(new PopStateEvent('popstate'));
}

export function useRoute(): Route {
  const [route, set] = useState(read);
  useEffect(() => {
    const here = () => set(read());
    addEventListener('popstate', here);
    return () => removeEventListener('popstate', here);
  }, []);
  return route;
}

export function Go(props: {
  to: string;
  isHere?: boolean;
  class?: string;
  children: preact.ComponentChildren;
}) {
  return (
    <a
      href={props.to}
      class={props.class}
      aria-current={props.isHere ? 'page' : undefined}
      onClick={(event) => {
        event.preventDefault();
        go(props.to);
      }}
    >
      {props.children}
    </a>
  );
}
