/* The app in its frame, and what its App Bridge asks of the admin. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { go } from './route.tsx';
import { idToken } from './store.ts';
import { locale, t } from './words.ts';

export interface NavLink {
  href: string;
  label: string;
  isHome: boolean;
}

interface Said {
  bridge?: string;
  id?: number;
  links?: NavLink[];
  path?: string;
  text?: string;
  isShown?: boolean;
}

async function address(appUrl: string, shop: string, path: string): Promise<string> {
  const query = new URLSearchParams({
    embedded: '1',
    host: btoa(`admin.shopify.com/store/${shop.split('.')[0]}`),
    id_token: await idToken(shop),
    locale,
    shop,
  });
  return `${appUrl}${path}?${query}`;
}

function useBridge(props: {
  shop: string;
  appUrl: string;
  frame: preact.RefObject<HTMLIFrameElement>;
  onNav: (links: NavLink[]) => void;
}) {
  const [toast, setToast] = useState('');
  const [isChanged, setChanged] = useState(false);
  useEffect(() => {
    const heard: Record<string, (said: Said) => void> = {
      idToken: (said) => void answer(said.id),
      nav: (said) => props.onNav(said.links ?? []),
      toast: (said) => setToast(said.text ?? ''),
      saveBar: (said) => setChanged(said.isShown === true),
    };
    const app = () => props.frame.current?.contentWindow;
    const origin = new URL(props.appUrl).origin;
    async function answer(id: number | undefined) {
      app()?.postMessage({ reply: id, answer: await idToken(props.shop) }, origin);
    }
    function hear(event: MessageEvent<Said>) {
      if (event.source !== app() || event.origin !== origin) return;
      heard[event.data.bridge ?? '']?.(event.data);
    }
    addEventListener('message', hear);
    return () => removeEventListener('message', hear);
  }, [props.shop, props.appUrl]);
  useEffect(() => {
    const timer = setTimeout(() => setToast(''), 5000);
    return () => clearTimeout(timer);
  }, [toast]);
  return { toast, isChanged };
}

export function AppFrame(props: {
  shop: string;
  appUrl: string;
  path: string;
  onNav: (links: NavLink[]) => void;
}) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [src, setSrc] = useState<string>();
  const { toast, isChanged } = useBridge({ ...props, frame });
  const tell = (message: object) =>
    frame.current?.contentWindow?.postMessage(message, new URL(props.appUrl).origin);
  useEffect(() => {
    if (src) tell({ command: 'go', href: props.path });
    else void address(props.appUrl, props.shop, props.path).then(setSrc);
  }, [props.path]);
  return (
    <>
      {isChanged && (
        <section class="save-bar" aria-label={t('unsaved')}>
          <span>{t('unsaved')}</span>
          <button type="button" onClick={() => tell({ command: 'discard' })}>
            {t('discard')}
          </button>
          <button type="button" onClick={() => tell({ command: 'save' })}>
            {t('save')}
          </button>
        </section>
      )}
      {src && <iframe ref={frame} src={src} title="Logivery" allow="clipboard-write" />}
      {toast && (
        <div class="toast" role="status">
          {toast}
        </div>
      )}
    </>
  );
}

export const openApp = (shop: string, href: string) => go(`/admin/${shop}/apps/logivery${href}`);
