/* Filters live in the address: back, reload and a sent link keep the view. */
import { useSearchParams } from 'wouter-preact';

export interface Filters {
  get: (name: string) => string | undefined;
  /** A new filter starts at the first page. */
  set: (changes: Record<string, string | undefined>, how?: { replace: boolean }) => void;
  page: (cursor: string | undefined) => void;
}

export function useFilters(): Filters {
  const [params, setParams] = useSearchParams();
  function write(changes: Record<string, string | undefined>, replace: boolean): void {
    setParams(
      (old) => {
        const next = new URLSearchParams(old);
        for (const [name, value] of Object.entries(changes)) {
          if (value) next.set(name, value);
          else next.delete(name);
        }
        return next;
      },
      { replace },
    );
  }
  return {
    get: (name) => params.get(name) || undefined,
    set: (changes, how) => write({ ...changes, cursor: undefined }, how?.replace ?? false),
    page: (cursor) => write({ cursor }, false),
  };
}
