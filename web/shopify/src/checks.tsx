/* What the check tried, each point with what came of it and what to do. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { type Check, Problem } from './api.ts';
import { words } from './i18n.ts';
import { Failure } from './parts.tsx';

export interface Outcome {
  /** The connector's label: the connection is established. */
  label?: string;
  checks?: Check[];
  failure?: unknown;
}

const TONES = { ok: 'success', failed: 'critical', unknown: 'neutral' } as const;

function Point({ check }: { check: Check }) {
  const { t, maybe, time } = words();
  const vars = {
    at: check.at ? time(check.at) : '',
    seconds: check.seconds ?? 0,
    missing: check.missing ?? '',
  };
  const next = check.state !== 'ok' && maybe(`check.next.${check.code}`);
  return (
    <s-stack direction="inline" gap="small" alignItems="start">
      <s-badge tone={TONES[check.state]}>{t(`check.state.${check.state}`)}</s-badge>
      <s-stack gap="small-500">
        <s-text type="strong">{maybe(`check.point.${check.name}`) ?? check.name}</s-text>
        <s-text color="subdued">{maybe(`check.said.${check.code}`, vars) ?? check.code}</s-text>
        {next && <s-text>{next}</s-text>}
      </s-stack>
    </s-stack>
  );
}

function Points({ checks }: { checks: Check[] }) {
  return (
    <s-stack gap="small-200">
      {checks.map((check) => (
        <Point key={check.name} check={check} />
      ))}
    </s-stack>
  );
}

/** Established, but something else is not as it should be, or not known yet. */
function Rest({ checks }: { checks: Check[] }) {
  const { t } = words();
  const failed = checks.filter((c) => c.state === 'failed').length;
  const unknown = checks.filter((c) => c.state === 'unknown').length;
  if (failed > 0) return <s-paragraph>{t('check.failed', { count: failed })}</s-paragraph>;
  if (unknown > 0) return <s-paragraph>{t('check.unknown', { count: unknown })}</s-paragraph>;
  return <s-paragraph>{t('check.allGood')}</s-paragraph>;
}

/** What it amounts to, brought into sight: it stands below the button. */
function Verdict({ outcome, children }: { outcome: Outcome; children: ComponentChildren }) {
  const here = useRef<HTMLDivElement>(null);
  useEffect(() => here.current?.scrollIntoView({ block: 'nearest' }), [outcome]);
  return <div ref={here}>{children}</div>;
}

export function Checks({ outcome }: { outcome: Outcome }) {
  const { t } = words();
  if (outcome.failure === undefined)
    return (
      <s-stack gap="base">
        <Verdict outcome={outcome}>
          <s-banner tone="info" heading={t('check.established')}>
            <s-stack gap="small">
              <s-paragraph>{t('check.label', { label: outcome.label ?? '' })}</s-paragraph>
              <Rest checks={outcome.checks ?? []} />
            </s-stack>
          </s-banner>
        </Verdict>
        <Points checks={outcome.checks ?? []} />
      </s-stack>
    );
  const checks = outcome.failure instanceof Problem ? outcome.failure.checks : undefined;
  return (
    <s-stack gap="base">
      <Verdict outcome={outcome}>
        <Failure failure={outcome.failure} />
      </Verdict>
      {checks && <Points checks={checks} />}
    </s-stack>
  );
}
