import '@shopify/ui-extensions/preact';
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { numbersOf, type OrderWord, post, Refused } from '../../shared/orders.ts';
import { Results } from '../../shared/results.tsx';
import { told } from '../../shared/told.ts';

interface Answer {
  words: OrderWord[];
  numbers: Map<string, string>;
}

async function askStatus(id: string): Promise<Answer> {
  const words = await post('/api/actions/update-status', { orderId: id });
  return { words, numbers: await numbersOf(shopify.query, [id]) };
}

/** "Update Sync Status": opening it asks; the answer is what it shows. */
function UpdateStatus({ id }: { id: string }) {
  const t = (key: string) => shopify.i18n.translate(key);
  const [answer, setAnswer] = useState<Answer>();
  const [failure, setFailure] = useState<unknown>();

  function ask() {
    setAnswer(undefined);
    setFailure(undefined);
    askStatus(id).then(setAnswer, setFailure);
  }
  useEffect(ask, [id]);

  return (
    <s-admin-action heading={t('heading')} loading={!answer && failure === undefined}>
      <s-stack gap="base">
        {answer && <Results words={answer.words} numbers={answer.numbers} translate={t} />}
        {failure !== undefined && (
          <s-banner tone="critical">
            <s-stack gap="small">
              <s-text>
                {failure instanceof Refused ? told(failure.message, t) : t('unreachable')}
              </s-text>
              {failure instanceof Refused && failure.next && (
                <s-text>{told(failure.next, t)}</s-text>
              )}
            </s-stack>
          </s-banner>
        )}
      </s-stack>
      <s-button slot="primary-action" variant="primary" onClick={() => shopify.close()}>
        {t('close')}
      </s-button>
      <s-button slot="secondary-actions" onClick={ask}>
        {t('again')}
      </s-button>
    </s-admin-action>
  );
}

export default async () => {
  render(<UpdateStatus id={shopify.data.selected[0]?.id ?? ''} />, document.body);
};
