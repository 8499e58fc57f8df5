/* One thing a button does: busy while it runs, the failure if it fails, and
   everything on the page read anew if it does not. */
import { useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';

export interface Action {
  run: () => void;
  isBusy: boolean;
  isDone: boolean;
  failure: unknown;
}

export function useAction(act: () => Promise<unknown>): Action {
  const cache = useQueryClient();
  const [state, setState] = useState<'idle' | 'busy' | 'done'>('idle');
  const [failure, setFailure] = useState<unknown>();
  async function go() {
    setState('busy');
    setFailure(undefined);
    try {
      await act();
      setState('done');
      await cache.invalidateQueries();
    } catch (error) {
      setState('idle');
      setFailure(error);
    }
  }
  return { run: () => void go(), isBusy: state === 'busy', isDone: state === 'done', failure };
}
