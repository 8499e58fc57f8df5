/* One answer of the program: asked on first sight, again on demand, and when the
   program was away. */
import { useCallback, useEffect, useState } from 'preact/hooks';
import { onBack } from './alive.ts';

export interface Asked<T> {
  data: T | undefined;
  failure: unknown;
  set: (data: T) => void;
  again: () => void;
}

export function useAsked<T>(ask: () => Promise<T>, key = ''): Asked<T> {
  const [data, set] = useState<T>();
  const [failure, setFailure] = useState<unknown>();
  // The key stands for everything that `ask` depends on.
  const again = useCallback(() => {
    setFailure(undefined);
    ask().then(set, setFailure);
  }, [key]);
  useEffect(() => {
    again();
    return onBack(again);
  }, [again]);
  return { data, failure, set, again };
}
