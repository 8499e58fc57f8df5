import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/parts.css';
import './styles/table.css';
import './styles/pages.css';
import './ui/setup.ts';
import { QueryClientProvider } from '@tanstack/preact-query';
import { render } from 'preact';
import { navigate } from 'wouter-preact/use-browser-location';
import { api, session } from './api/client.ts';
import { cache } from './api/query.ts';
import { App } from './app.tsx';
import { setLanguage, storedLanguage } from './i18n.ts';
import { applyTheme, setTheme } from './theme.ts';

/** Plain clicks on links of ours, also inside a control, load no document. */
function followInside(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
  if (!link || link.target || link.hasAttribute('download')) return;
  if (link.origin !== location.origin || link.pathname.startsWith('/api/')) return;
  if (link.hash && link.pathname === location.pathname) return;
  event.preventDefault();
  navigate(link.pathname + link.search);
  if (link.pathname !== location.pathname) scrollTo(0, 0);
}

async function start(): Promise<void> {
  applyTheme();
  await setLanguage(storedLanguage());
  document.addEventListener('click', followInside);
  const root = document.getElementById('app');
  if (!root) return;
  render(
    <QueryClientProvider client={cache}>
      <App />
    </QueryClientProvider>,
    root,
  );
  // Nobody is signed in, or no longer; no answer shows the same door, and the
  // banner that looks for the program.
  const { data } = await api.GET('/api/v1/session').catch(() => ({ data: undefined }));
  session.value = data ?? null;
}

/** Whoever signs in finds the language and look they chose, on any machine. */
session.subscribe((now) => {
  const { language, theme } = now?.user ?? {};
  if (theme) setTheme(theme);
  if (!language || language === storedLanguage()) return;
  localStorage.setItem('language', language);
  void setLanguage(language);
});

void start();
