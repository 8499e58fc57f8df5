/* One answer of the program: asked on first sight, and again on demand. */
import { useCallback, useEffect, useState } from 'preact/hooks';

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
  useEffect(() => again(), [again]);
  return { data, failure, set, again };
}
