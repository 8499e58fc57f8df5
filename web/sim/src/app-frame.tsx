/* The app in its frame, and what its App Bridge asks of the admin. */
import { useEffect, useRef, useState } from 'preact/hooks';
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
  onNav: (links: NavLink[], path: string) => void;
}) {
  const onNav = useRef(props.onNav);
  onNav.current = props.onNav;
  const [toast, setToast] = useState('');
  const [isChanged, setChanged] = useState(false);
  useEffect(() => {
    const heard: Record<string, (said: Said) => void> = {
      idToken: (said) => void answer(said.id),
      nav: (said) => onNav.current(said.links ?? [], said.path ?? '/'),
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
  // Where the app is, once it has said so; before that it hears nothing.
  const here = useRef<string>();
  const { toast, isChanged } = useBridge({ ...props, frame, onNav: heard });
  const tell = (message: object) =>
    frame.current?.contentWindow?.postMessage(message, new URL(props.appUrl).origin);
  const lead = () => {
    if (here.current !== undefined) tell({ command: 'go', href: props.path });
  };
  /** A step that was asked for while the app was being loaded is taken now. */
  function heard(links: NavLink[], path: string) {
    const isFirst = here.current === undefined;
    here.current = path;
    if (isFirst && path !== props.path) lead();
    props.onNav(links);
  }
  useEffect(() => {
    let isOver = false;
    void address(props.appUrl, props.shop, props.path).then((to) => isOver || setSrc(to));
    return () => {
      isOver = true;
    };
  }, [props.appUrl, props.shop]);
  useEffect(lead, [props.path]);
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
