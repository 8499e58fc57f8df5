import { tell } from '../../shared/problem.ts';
import { Problem } from './api.ts';
import { words } from './i18n.ts';

/** What went wrong, why, and what to do. */
export function Failure({ failure, onRetry }: { failure: unknown; onRetry?: () => void }) {
  const { t } = words();
  const problem =
    failure instanceof Problem ? failure : new Problem(0, 'page_broken', String(failure));
  const { title, why, next } = tell(problem, words());
  return (
    <s-banner tone="critical" heading={title ?? t('failed')}>
      <s-stack gap="small">
        {why && <s-paragraph>{why}</s-paragraph>}
        {next && <s-paragraph>{next}</s-paragraph>}
        {onRetry && <s-button onClick={onRetry}>{t('retry')}</s-button>}
      </s-stack>
    </s-banner>
  );
}

/** The program does not answer; what is on the page stays. */
export function Lost() {
  const { t } = words();
  return (
    <s-banner tone="critical" heading={t('lost.heading')}>
      <s-paragraph>{t('lost.what')}</s-paragraph>
    </s-banner>
  );
}

export function Waiting() {
  return (
    <s-section>
      <s-spinner accessibilityLabel={words().t('loading')} />
    </s-section>
  );
}
