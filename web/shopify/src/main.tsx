import { render } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import { useAlive } from './alive.ts';
import { speakTheirs, words } from './i18n.ts';
import { Home } from './pages/home.tsx';
import { Logs } from './pages/logs.tsx';
import { Settings } from './pages/settings.tsx';
import { Lost } from './parts.tsx';
import { PATHS, type Path } from './paths.ts';

const PAGES: Record<Path, () => preact.JSX.Element> = {
  '/': Home,
  '/settings': Settings,
  '/logs': Logs,
};

// App Bridge reads it; the types of Polaris do not know it.
const HOME = { rel: 'home' };

/** The path of this page; links of App Bridge change it without a load. */
function usePath(): string {
  const [path, setPath] = useState(location.pathname);
  // At once: the menu is told of in the same breath, and then may be used.
  useLayoutEffect(() => {
    const here = () => setPath(location.pathname);
    function go(event: Event) {
      const href = event.target instanceof Element ? event.target.getAttribute('href') : null;
      if (!href?.startsWith('/')) return;
      event.preventDefault();
      history.pushState(null, '', href);
      here();
    }
    document.addEventListener('shopify:navigate', go);
    addEventListener('popstate', here);
    return () => {
      document.removeEventListener('shopify:navigate', go);
      removeEventListener('popstate', here);
    };
  }, []);
  return path;
}

function App() {
  const { t } = words();
  const path = usePath();
  const Page = PAGES[PATHS.find((one) => one === path) ?? '/'];
  return (
    <>
      <s-app-nav>
        <s-link href="/" {...HOME}>
          Logivery
        </s-link>
        <s-link href="/settings">{t('nav.settings')}</s-link>
        <s-link href="/logs">{t('nav.logs')}</s-link>
      </s-app-nav>
      {!useAlive() && <Lost />}
      <Page />
    </>
  );
}

async function start(): Promise<void> {
  await speakTheirs();
  const root = document.getElementById('app');
  if (root) render(<App />, root);
}

void start();
