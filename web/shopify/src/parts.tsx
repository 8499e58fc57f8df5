import { Problem } from './api.ts';
import { words } from './i18n.ts';

/** What went wrong, why, and what to do. */
export function Failure({ failure, onRetry }: { failure: unknown; onRetry?: () => void }) {
  const { locale, t, maybe, said } = words();
  const problem = failure instanceof Problem ? failure : undefined;
  const own = maybe(`problem.${problem?.code}`);
  const next = own ?? (problem?.next && said(problem.next));
  const message = problem?.message ?? String(failure);
  const told = problem?.code === 'app_away' ? t('unreachable') : said(message);
  // Words that only English readers read, where ours say what to do.
  const isForeign = own !== undefined && told === message && !locale.startsWith('en');
  return (
    <s-banner tone="critical" heading={t('failed')}>
      <s-stack gap="small">
        {!isForeign && <s-paragraph>{told}</s-paragraph>}
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
