/* Log lines, each as high as its words need, of which only those in sight are drawn. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { LogLine } from '../../api/client.ts';
import { words } from '../../i18n.ts';
import { Badge } from '../../ui/bits.tsx';
import { LogLevel, stepName } from '../../ui/words.tsx';
import { atEnd, type Heights, inSight, keepHeights, ROW, SPARE } from './part.ts';

function Line(props: { line: LogLine; label: string; isOpen: boolean; onOpen: () => void }) {
  const { clock, said } = words();
  const { line } = props;
  return (
    <button
      type="button"
      class={`log-line ${line.level}`}
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
  const heights = useRef<Heights>(new WeakMap());
  const [top, setTop] = useState(0);
  const [{ height }, setSize] = useState({ height: 600 });
  const [, drawAgain] = useState({});
  const { lines, isFollowing } = props;

  // Before it is seen: rows that are drawn for another height would jump.
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const read = () => setSize({ height: element.clientHeight });
    read();
    const observer = new ResizeObserver(read);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const { first, last, above, below } = isFollowing
    ? atEnd(lines.length, height)
    : inSight(lines, heights.current, top, height);
  const drawn = lines.slice(first, last);

  /** By how much what stands above the place that is read has grown. */
  function measure(): number | undefined {
    const rows = [...(box.current?.querySelectorAll('.log-line') ?? [])];
    const now = rows.map((row) => row.getBoundingClientRect().height);
    return keepHeights(heights.current, drawn, now, top - above);
  }

  // Each drawing may have grown it
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    if (isFollowing) {
      element.scrollTop = element.scrollHeight;
      return;
    }
    const grown = measure();
    if (grown === undefined) return;
    if (grown !== 0) element.scrollTop += grown;
    setTop(element.scrollTop);
    drawAgain({});
  });

  // The details below take room from the list
  useLayoutEffect(() => {
    box.current?.querySelector('[aria-pressed="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [props.open?.id, height]);

  function scrolled() {
    const element = box.current;
    if (!element) return;
    const isAtEnd = element.scrollTop + element.clientHeight >= element.scrollHeight - ROW;
    if (!isAtEnd && isFollowing) {
      // All that is not drawn counted as low while the end was followed.
      heights.current = new WeakMap();
      measure();
    }
    // At the end the place follows from the number of lines: nothing to draw again.
    if (!isAtEnd || !isFollowing) setTop(element.scrollTop);
    if (isAtEnd !== isFollowing) props.onFollow(isAtEnd);
  }

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
      <div class="log-room" style={{ paddingTop: `${above}px`, paddingBottom: `${below}px` }}>
        {drawn.map((line, i) => (
          <Line
            // A row that left is used for one that comes: half the work of a new one.
            key={(first + i) % slots}
            line={line}
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
