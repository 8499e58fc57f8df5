/* Navigation at the side, "Where is my order?" on top, the page in between. */
import { useQuery } from '@tanstack/preact-query';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useLocation } from 'wouter-preact';
import icon from '../../icon.svg';
import { api, got, isReachable, leave, may, session } from '../api/client.ts';
import { cache } from '../api/query.ts';
import { type Key, words } from '../i18n.ts';
import { Icon } from '../ui/icon.tsx';
import { FindOrder } from './find-order.tsx';

interface Place {
  href: string;
  icon: string;
  key: Key;
  isForManagers?: boolean;
}

const places: { key?: Key; items: Place[] }[] = [
  {
    items: [
      { href: '/', icon: 'home', key: 'nav.home' },
      { href: '/orders', icon: 'orders', key: 'nav.orders' },
      { href: '/shipments', icon: 'shipments', key: 'nav.shipments' },
    ],
  },
  {
    key: 'nav.configurations',
    items: [
      { href: '/connectors', icon: 'connectors', key: 'nav.connectors' },
      { href: '/channels', icon: 'channels', key: 'nav.channels' },
      { href: '/couriers', icon: 'box', key: 'nav.couriers' },
    ],
  },
  {
    key: 'nav.log',
    items: [
      { href: '/log', icon: 'log', key: 'nav.queueLog' },
      { href: '/log/dead', icon: 'dead', key: 'nav.dead' },
    ],
  },
  {
    key: 'nav.permissions',
    items: [
      { href: '/users', icon: 'users', key: 'nav.users', isForManagers: true },
      { href: '/tokens', icon: 'tokens', key: 'nav.tokens', isForManagers: true },
      { href: '/audit', icon: 'log', key: 'nav.audit', isForManagers: true },
    ],
  },
];

function isHere(path: string, href: string): boolean {
  const inside = (h: string) => path === h || path.startsWith(`${h}/`);
  if (href === '/') return path === '/';
  if (href === '/log') return inside('/log') && !inside('/log/dead');
  return inside(href);
}

function DeadCount() {
  const dead = useQuery({
    queryKey: ['jobs', 'dead', 'count'],
    queryFn: () =>
      got(api.GET('/api/v1/jobs', { params: { query: { state: 'dead', limit: 100 } } })),
    refetchInterval: 30_000,
  });
  const n = dead.data?.items.length ?? 0;
  if (n === 0) return null;
  return <span class="count">{dead.data?.next_cursor ? `${n}+` : n}</span>;
}

async function signOut(): Promise<void> {
  await got(api.DELETE('/api/v1/session'));
  cache.clear();
  leave();
}

function Side({ isOpen }: { isOpen: boolean }) {
  const { t } = words();
  const [path] = useLocation();
  const user = session.value?.user;
  return (
    <nav class={isOpen ? 'side open' : 'side'} id="side" aria-label={t('nav.label')}>
      <a class="brand" href="/">
        <img src={icon} alt="" /> Logivery
      </a>
      {places.map((group) => {
        const items = group.items.filter((p) => !p.isForManagers || may('manager'));
        if (items.length === 0) return null;
        return (
          <div key={group.key ?? 'first'}>
            {group.key && <h2>{t(group.key)}</h2>}
            <ul>
              {items.map((p) => (
                <li key={p.href}>
                  <a href={p.href} aria-current={isHere(path, p.href) ? 'page' : undefined}>
                    <Icon name={p.icon} />
                    {t(p.key)}
                    {p.href === '/log/dead' && <DeadCount />}
                  </a>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
      <div class="foot">
        <ul>
          <li>
            <a href="/profile" aria-current={path === '/profile' ? 'page' : undefined}>
              <Icon name="users" />
              {t('nav.profile')}
            </a>
          </li>
        </ul>
        <p class="who">{user?.email}</p>
        <button type="button" class="sign-out" onClick={() => void signOut()}>
          {t('nav.signOut')}
        </button>
      </div>
    </nav>
  );
}

export function Shell({ children }: { children: ComponentChildren }) {
  const { t } = words();
  const [path] = useLocation();
  const [isOpen, setOpen] = useState(false);
  const [isFinding, setFinding] = useState(false);
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);

  // After a step to another page a reader begins at its start.
  // It runs for each path
  useEffect(() => {
    setOpen(false);
    if (first.current) first.current = false;
    else main.current?.focus({ preventScroll: true });
  }, [path]);

  // Before the page is seen: the key works from the first moment on.
  useLayoutEffect(() => {
    function key(event: KeyboardEvent) {
      if (event.key === 'Escape') setOpen(false);
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setFinding(true);
    }
    document.addEventListener('keydown', key);
    return () => document.removeEventListener('keydown', key);
  }, []);

  return (
    <div class="shell">
      <a class="skip" href="#main">
        {t('shell.skip')}
      </a>
      <Side isOpen={isOpen} />
      <div class="main">
        <header class="top">
          <button
            type="button"
            class="small menu-open"
            aria-label={t('nav.label')}
            aria-expanded={isOpen}
            aria-controls="side"
            onClick={() => setOpen(!isOpen)}
          >
            <Icon name="menu" />
          </button>
          <button type="button" class="find-button" onClick={() => setFinding(true)}>
            <Icon name="search" />
            <span>{t('find.title')}</span>
            <kbd>Ctrl K</kbd>
          </button>
        </header>
        {!isReachable.value && (
          <div class="away" role="alert">
            <Icon name="warning" />
            {t('shell.away')}
          </div>
        )}
        <main id="main" ref={main} tabIndex={-1}>
          {children}
        </main>
      </div>
      {isFinding && <FindOrder onClose={() => setFinding(false)} />}
    </div>
  );
}
