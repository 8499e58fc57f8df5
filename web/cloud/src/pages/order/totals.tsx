/* Amounts in the store's currency and, if it is another, in the buyer's. */
import { type Key, words } from '../../i18n.ts';
import { Card } from '../../ui/bits.tsx';
import { paymentName } from '../../ui/words.tsx';
import type { FullOrder } from './order.tsx';

const ROWS = ['subtotal', 'discounts', 'shipping', 'tax', 'total', 'current_total'] as const;

export function Totals({ order }: { order: FullOrder }) {
  const { t, money } = words();
  const d = order.document;
  const isTwo = d.presentment_currency !== null && d.presentment_currency !== d.currency;
  const rows = ROWS.filter(
    (row) => row !== 'current_total' || d.totals.current_total.shop !== d.totals.total.shop,
  );
  return (
    <Card title={t('order.totals')}>
      <table class="totals">
        <thead>
          <tr>
            <td />
            <th scope="col" class="num">
              {t('order.shopCurrency', { currency: d.currency })}
            </th>
            {isTwo && (
              <th scope="col" class="num">
                {t('order.buyerCurrency', { currency: d.presentment_currency ?? '' })}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row} class={row === 'total' ? 'sum' : ''}>
              <th scope="row">{t(`order.total.${row}` as Key)}</th>
              <td class="num">{money(d.totals[row].shop, d.currency)}</td>
              {isTwo && (
                <td class="num">
                  {money(d.totals[row].presentment, d.presentment_currency ?? d.currency)}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      <p class="quiet">
        {d.taxes_included ? t('order.taxesIncluded') : t('order.taxesAdded')} · {t('order.payment')}
        : {paymentName(d.financial_status)}
      </p>
    </Card>
  );
}
