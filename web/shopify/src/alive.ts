/* Whether the app's program answers: asked now and then, and until it does. */
import { useEffect, useState } from 'preact/hooks';

const USUAL_MS = 10_000;
const LOST_MS = 2_000;
const news = new EventTarget();

/** Called when a call found nobody. */
export const sayLost = () => news.dispatchEvent(new Event('lost'));

/** Runs each time the program has come back. */
export function onBack(run: () => void): () => void {
  news.addEventListener('back', run);
  return () => news.removeEventListener('back', run);
}

const answers = () =>
  fetch('/livez').then(
    (response) => response.ok,
    () => false,
  );

export function useAlive(): boolean {
  const [isAlive, setAlive] = useState(true);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let was = true;
    async function look() {
      clearTimeout(timer);
      const is = document.hidden ? was : await answers();
      if (is && !was) news.dispatchEvent(new Event('back'));
      was = is;
      setAlive(is);
      clearTimeout(timer);
      timer = setTimeout(look, is ? USUAL_MS : LOST_MS);
    }
    const now = () => void look();
    timer = setTimeout(look, USUAL_MS);
    news.addEventListener('lost', now);
    document.addEventListener('visibilitychange', now);
    return () => {
      clearTimeout(timer);
      news.removeEventListener('lost', now);
      document.removeEventListener('visibilitychange', now);
    };
  }, []);
  return isAlive;
}
