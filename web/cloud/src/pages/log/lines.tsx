/* Log lines of one height each, of which only those in sight are drawn. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { LogLine } from '../../api/client.ts';
import { words } from '../../i18n.ts';
import { Badge } from '../../ui/bits.tsx';
import { LogLevel, stepName } from '../../ui/words.tsx';

const ROW = 34;
const SPARE = 8;

function Line(props: {
  line: LogLine;
  top: number;
  label: string;
  isOpen: boolean;
  onOpen: () => void;
}) {
  const { clock, said } = words();
  const { line } = props;
  return (
    <button
      type="button"
      class={`log-line ${line.level}`}
      style={{ top: `${props.top}px` }}
      aria-pressed={props.isOpen}
      onClick={props.onOpen}
    >
      <time dateTime={line.time}>{clock(line.time)}</time>
      <LogLevel level={line.level} />
      <span class="order">{line.order}</span>
      <span class="step">{stepName(line.step)}</span>
      <span class="reason">{line.reason && said(line.reason)}</span>
      <span class="quiet">{props.label}</span>
    </button>
  );
}

const isToday = (line: LogLine | undefined) =>
  line !== undefined && new Date(line.time).toDateString() === new Date().toDateString();

export function LogLines(props: {
  lines: LogLine[];
  version: number;
  isFollowing: boolean;
  open: LogLine | undefined;
  labels: (id: string | null) => string;
  onOpen: (line: LogLine | undefined) => void;
  onFollow: (isFollowing: boolean) => void;
}) {
  const { t } = words();
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  const { lines, isFollowing } = props;

  // Before it is seen: rows that are drawn for another height would jump.
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    setHeight(element.clientHeight);
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  // Each drawing may have grown it
  useLayoutEffect(() => {
    if (isFollowing && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [props.version, isFollowing, height]);

  // The details below take room from the list
  useLayoutEffect(() => {
    box.current?.querySelector('[aria-pressed="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [props.open?.id, height]);

  function scrolled() {
    const element = box.current;
    if (!element) return;
    const isAtEnd = element.scrollTop + element.clientHeight >= element.scrollHeight - ROW;
    // At the end the place follows from the number of lines: nothing to draw again.
    if (!isAtEnd || !isFollowing) setTop(element.scrollTop);
    if (isAtEnd !== isFollowing) props.onFollow(isAtEnd);
  }

  const from = isFollowing ? Math.max(0, lines.length * ROW - height) : top;
  const first = Math.max(0, Math.floor(from / ROW) - SPARE);
  const last = Math.min(lines.length, Math.ceil((from + height) / ROW) + SPARE);
  const slots = Math.ceil(height / ROW) + 2 * SPARE + 1;
  return (
    <div
      ref={box}
      class={isToday(lines[0]) ? 'log-box today' : 'log-box'}
      role="log"
      aria-live="off"
      aria-label={t('nav.queueLog')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard
      tabIndex={0}
      onScroll={scrolled}
    >
      <div class="log-room" style={{ height: `${lines.length * ROW}px` }}>
        {lines.slice(first, last).map((line, i) => (
          <Line
            // A row that left is used for one that comes: half the work of a new one.
            key={(first + i) % slots}
            line={line}
            top={(first + i) * ROW}
            label={props.labels(line.connector)}
            isOpen={props.open?.id === line.id}
            onOpen={() => props.onOpen(props.open?.id === line.id ? undefined : line)}
          />
        ))}
      </div>
    </div>
  );
}

/** All of one line, under the list. */
export function LineDetails({ line, label }: { line: LogLine; label: string }) {
  const { t, clock, said } = words();
  return (
    <section class="card log-details" aria-label={t('log.details')}>
      <div class="row">
        <strong>{stepName(line.step)}</strong>
        <LogLevel level={line.level} />
        <Badge tone={line.program === 'shopify' ? 'info' : 'plain'}>
          {t(`log.program.${line.program}`)}
        </Badge>
        <time dateTime={line.time} class="quiet">
          {clock(line.time)}
        </time>
      </div>
      {line.reason && <p dir="auto">{said(line.reason)}</p>}
      {line.next && (
        <p>
          <strong>{t('log.next')}:</strong> {said(line.next)}
        </p>
      )}
      <p class="row quiet">
        {label}
        {line.order && <a href={`/orders?q=${encodeURIComponent(line.order)}`}>{line.order}</a>}
        {line.job && (
          <a class="mono" href={`/log/jobs/${line.job}`}>
            {line.job}
          </a>
        )}
      </p>
    </section>
  );
}
