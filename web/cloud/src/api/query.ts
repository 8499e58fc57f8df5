/* One cache of answers; problems of the person's own are not tried again. */
import { QueryClient } from '@tanstack/preact-query';
import { isReachable } from './client.ts';
import { asProblem } from './problem.ts';

export const cache = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (count, error) => asProblem(error).status >= 500 && count < 2,
      refetchOnWindowFocus: true,
      // The banner looks whether the program is back; the cache need not.
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});

/** Ask once in a while whether the program answers again; then read anew. */
export function watchReachable(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  async function look(): Promise<void> {
    const ok = await fetch('/readyz').then(
      (r) => r.ok,
      () => false,
    );
    if (!ok) {
      timer = setTimeout(look, 3_000);
      return;
    }
    isReachable.value = true;
    await cache.invalidateQueries();
  }
  const stop = isReachable.subscribe((up) => {
    clearTimeout(timer);
    if (!up) timer = setTimeout(look, 2_000);
  });
  return () => {
    clearTimeout(timer);
    stop();
  };
}
