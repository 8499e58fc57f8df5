/* The log's live end: lines are kept in a ring and drawn once a frame, however
   fast they come. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { LogLine } from '../../api/client.ts';
import { addLines } from './order.ts';

const KEPT = 20_000;
const AGAIN_MS = 3_000;

export interface Tail {
  lines: LogLine[];
  /** Grows with each drawing: a list that is changed in place looks the same. */
  version: number;
  isLive: boolean;
  waiting: number;
}

/** A list, which has the newest first, as it is read. */
function inOrder(begin: LogLine[]): LogLine[] {
  const shown: LogLine[] = [];
  addLines(shown, begin.toReversed());
  return shown;
}

/** `onEnd`: the browser has given the stream up, and somebody has to begin again;
    called until that could be done. */
export function useTail(
  query: string,
  isPaused: boolean,
  begin: LogLine[] | undefined,
  onEnd: () => Promise<boolean>,
): Tail {
  const lines = useRef<LogLine[]>();
  // From the first drawing on: a list that is empty for a moment makes the page jump.
  lines.current ??= inOrder(begin ?? []);
  const held = useRef<LogLine[]>([]);
  const paused = useRef(isPaused);
  const [version, setVersion] = useState(0);
  const [isLive, setLive] = useState(false);
  paused.current = isPaused;

  // A new query begins a new tail
  useEffect(() => {
    if (!begin) return;
    const shown = inOrder(begin);
    lines.current = shown;
    held.current = [];
    const last = begin[0]?.id ?? '0';
    let frame = 0;
    let end: ReturnType<typeof setTimeout>;
    let isLeft = false;
    async function beginAgain(): Promise<void> {
      const isDone = await onEnd();
      if (!isDone && !isLeft) end = setTimeout(beginAgain, AGAIN_MS);
    }
    const draw = () => {
      frame = 0;
      if (!paused.current) {
        addLines(shown, held.current);
        held.current = [];
        const over = shown.length - KEPT;
        if (over > 0) shown.splice(0, over);
      } else if (held.current.length > KEPT) held.current.splice(0, held.current.length - KEPT);
      setVersion((v) => v + 1);
    };
    const source = new EventSource(`/api/v1/log/stream${query && `?${query}`}`);
    source.onopen = () => setLive(true);
    source.onerror = () => {
      setLive(false);
      // It goes on by itself, unless it was refused: by a proxy with nobody behind it.
      if (source.readyState === EventSource.CLOSED) end = setTimeout(beginAgain, AGAIN_MS);
    };
    source.addEventListener('log', (event) => {
      const line = JSON.parse(event.data) as LogLine;
      if (BigInt(line.id) <= BigInt(last)) return;
      held.current.push(line);
      frame ||= requestAnimationFrame(draw);
    });
    setVersion((v) => v + 1);
    return () => {
      isLeft = true;
      clearTimeout(end);
      cancelAnimationFrame(frame);
      source.close();
    };
  }, [query, begin === undefined]);

  // Going on shows what came in the meantime.
  useEffect(() => {
    if (isPaused || held.current.length === 0) return;
    if (lines.current) addLines(lines.current, held.current);
    held.current = [];
    setVersion((v) => v + 1);
  }, [isPaused]);

  return { lines: lines.current, version, isLive, waiting: held.current.length };
}
