/* "Send Orders to Logivery": asks, sends, says how each order stands. */
import { useState } from 'preact/hooks';
import { numbersOf, type OrderWord, post, Refused } from '../../shared/orders.ts';
import { Results } from '../../shared/results.tsx';
import { told } from '../../shared/told.ts';

const MOST = 10;

type Stage =
  | { name: 'ask' }
  | { name: 'sending' }
  | { name: 'done'; words: OrderWord[]; numbers: Map<string, string> }
  | { name: 'failed'; why: string; next: string | undefined };

function ask(ids: string[] | undefined): { text: string; isRefused: boolean } {
  const t = shopify.i18n.translate;
  if (!ids) return { text: t('askWaiting'), isRefused: false };
  if (ids.length > MOST)
    return { text: t('tooMany', { count: ids.length, most: MOST }), isRefused: true };
  return { text: t('askChosen', { count: ids.length }), isRefused: ids.length === 0 };
}

async function send(ids: string[] | undefined): Promise<Stage> {
  try {
    const words = await post('/api/actions/send-orders', ids ? { orderIds: ids } : {});
    const numbers = await numbersOf(
      shopify.query,
      words.map((word) => word.id),
    );
    return { name: 'done', words, numbers };
  } catch (error) {
    const t = shopify.i18n.translate;
    if (error instanceof Refused) return { name: 'failed', why: error.message, next: error.next };
    return { name: 'failed', why: t('unreachable'), next: undefined };
  }
}

/** Without ids: those that wait. */
export function SendDialog({ ids }: { ids: string[] | undefined }) {
  const t = (key: string) => shopify.i18n.translate(key);
  const [stage, setStage] = useState<Stage>({ name: 'ask' });
  const { text, isRefused } = ask(ids);
  const isOver = stage.name === 'done' || isRefused;

  async function go() {
    setStage({ name: 'sending' });
    setStage(await send(ids));
  }

  return (
    <s-admin-action heading={t('heading')} loading={stage.name === 'sending'}>
      <s-stack gap="base">
        {stage.name !== 'done' && !isRefused && <s-text>{text}</s-text>}
        {isRefused && <s-banner tone="warning">{text}</s-banner>}
        {stage.name === 'failed' && (
          <s-banner tone="critical">
            <s-stack gap="small">
              <s-text>{told(stage.why, t)}</s-text>
              {stage.next && <s-text>{told(stage.next, t)}</s-text>}
            </s-stack>
          </s-banner>
        )}
        {stage.name === 'done' && stage.words.length === 0 && <s-text>{t('noneWaiting')}</s-text>}
        {stage.name === 'done' && (
          <Results words={stage.words} numbers={stage.numbers} translate={t} />
        )}
      </s-stack>
      {isOver ? (
        <s-button
          key="close"
          slot="primary-action"
          variant="primary"
          onClick={() => shopify.close()}
        >
          {t('close')}
        </s-button>
      ) : (
        <s-button
          key="send"
          slot="primary-action"
          variant="primary"
          disabled={stage.name === 'sending'}
          onClick={() => void go()}
        >
          {stage.name === 'failed' ? t('again') : t('send')}
        </s-button>
      )}
      {!isOver && (
        <s-button slot="secondary-actions" onClick={() => shopify.close()}>
          {t('cancel')}
        </s-button>
      )}
    </s-admin-action>
  );
}
