/* What the check tried, in its order, and how far it came. */
import { Problem } from './api.ts';
import { words } from './i18n.ts';
import { Failure } from './parts.tsx';

export interface Outcome {
  /** The connector's label: everything went well. */
  label?: string;
  failure?: unknown;
}

const STEPS = ['address', 'reach', 'tls', 'token', 'store', 'back'] as const;
type Step = (typeof STEPS)[number];

/** The step that a refusal belongs to; those before it went well. */
const FAILED: Record<string, Step> = {
  bad_input: 'address',
  bad_url: 'address',
  address_refused: 'address',
  unreachable: 'reach',
  timeout: 'reach',
  upstream_failed: 'reach',
  tls: 'tls',
  token_refused: 'token',
  not_authorized: 'token',
  connector_already_linked: 'store',
  store_already_linked: 'store',
  callback_url_refused: 'back',
  callback_failed: 'back',
};

function Steps({ failed }: { failed: Step | undefined }) {
  const { t } = words();
  const bad = failed ? STEPS.indexOf(failed) : STEPS.length;
  return (
    <s-stack gap="small-200">
      {STEPS.map((step, i) => (
        <s-stack key={step} direction="inline" gap="small" alignItems="center">
          <s-badge tone={i < bad ? 'success' : i === bad ? 'critical' : 'neutral'}>
            {i < bad ? t('check.good') : i === bad ? t('check.bad') : t('check.notTried')}
          </s-badge>
          <s-text>{t(`check.step.${step}`)}</s-text>
        </s-stack>
      ))}
    </s-stack>
  );
}

export function Checks({ outcome }: { outcome: Outcome }) {
  const { t } = words();
  if (outcome.failure === undefined)
    return (
      <s-banner tone="info" heading={t('check.established')}>
        <s-stack gap="small">
          <s-paragraph>{t('check.label', { label: outcome.label ?? '' })}</s-paragraph>
          <Steps failed={undefined} />
        </s-stack>
      </s-banner>
    );
  const code = outcome.failure instanceof Problem ? outcome.failure.code : '';
  return (
    <s-stack gap="base">
      <Failure failure={outcome.failure} />
      {FAILED[code] && <Steps failed={FAILED[code]} />}
    </s-stack>
  );
}
