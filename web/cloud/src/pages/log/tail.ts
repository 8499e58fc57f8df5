/* The log's live end: lines are kept in a ring and drawn once a frame, however
   fast they come. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { LogLine } from '../../api/client.ts';

const KEPT = 20_000;

export interface Tail {
  lines: LogLine[];
  /** Grows with each drawing: a list that is changed in place looks the same. */
  version: number;
  isLive: boolean;
  waiting: number;
}

export function useTail(query: string, isPaused: boolean, begin: LogLine[] | undefined): Tail {
  const lines = useRef<LogLine[]>();
  // From the first drawing on: a list that is empty for a moment makes the page jump.
  lines.current ??= [...(begin ?? [])].reverse();
  const held = useRef<LogLine[]>([]);
  const paused = useRef(isPaused);
  const [version, setVersion] = useState(0);
  const [isLive, setLive] = useState(false);
  paused.current = isPaused;

  // A new query begins a new tail
  useEffect(() => {
    if (!begin) return;
    const shown = [...begin].reverse();
    lines.current = shown;
    held.current = [];
    const last = shown.at(-1)?.id ?? '0';
    let frame = 0;
    const draw = () => {
      frame = 0;
      if (!paused.current) {
        shown.push(...held.current);
        held.current = [];
        const over = shown.length - KEPT;
        if (over > 0) shown.splice(0, over);
      } else if (held.current.length > KEPT) held.current.splice(0, held.current.length - KEPT);
      setVersion((v) => v + 1);
    };
    const source = new EventSource(`/api/v1/log/stream${query && `?${query}`}`);
    source.onopen = () => setLive(true);
    source.onerror = () => setLive(false);
    source.addEventListener('log', (event) => {
      const line = JSON.parse(event.data) as LogLine;
      if (BigInt(line.id) <= BigInt(last)) return;
      held.current.push(line);
      frame ||= requestAnimationFrame(draw);
    });
    setVersion((v) => v + 1);
    return () => {
      cancelAnimationFrame(frame);
      source.close();
    };
  }, [query, begin === undefined]);

  // Going on shows what came in the meantime.
  useEffect(() => {
    if (isPaused || held.current.length === 0) return;
    lines.current?.push(...held.current);
    held.current = [];
    setVersion((v) => v + 1);
  }, [isPaused]);

  return { lines: lines.current, version, isLive, waiting: held.current.length };
}
