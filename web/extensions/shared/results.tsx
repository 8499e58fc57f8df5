/* Each order with how it stands. */
import { bareId, type OrderWord } from './orders.ts';
import { told } from './told.ts';

const TONES = {
  waiting: 'neutral',
  syncing: 'info',
  synced: 'success',
  error: 'critical',
} as const;

type Translate = (key: string) => string;

export function Results(props: {
  words: OrderWord[];
  numbers: Map<string, string>;
  translate: Translate;
}) {
  return (
    <s-stack gap="small">
      {props.words.map((word) => (
        <s-stack key={word.id} gap="small-400">
          <s-stack direction="inline" gap="small" alignItems="center">
            <s-text type="strong">{props.numbers.get(word.id) ?? bareId(word.id)}</s-text>
            <s-badge tone={TONES[word.state ?? 'waiting']}>
              {props.translate(`state.${word.state ?? 'unknown'}`)}
            </s-badge>
          </s-stack>
          {word.reason && <s-text>{told(word.reason, props.translate)}</s-text>}
        </s-stack>
      ))}
    </s-stack>
  );
}
