import type { Order } from '../../api/client.ts';
import { words } from '../../i18n.ts';
import { Copy } from '../../ui/bits.tsx';

type AddressData = Order['document']['shipping_address'];

function linesOf(a: NonNullable<AddressData>): string[] {
  const town = [a.zip, a.city, a.province_code].filter(Boolean).join(' ');
  return [a.name, a.company, a.address1, a.address2, town, a.country].filter(
    (line): line is string => Boolean(line),
  );
}

/** As it is written on a label: each part in its own direction of writing. */
export function AddressText({ address, title }: { address: AddressData; title: string }) {
  const { t } = words();
  if (!address) return <p class="quiet">{t('order.noAddress')}</p>;
  const lines = linesOf(address);
  return (
    <div class="stack">
      <address>
        {lines.map((line) => (
          <bdi key={line}>{line}</bdi>
        ))}
        {address.phone && <a href={`tel:${address.phone}`}>{address.phone}</a>}
      </address>
      <div>
        <Copy text={lines.join('\n')} what={title} />
      </div>
    </div>
  );
}

export function Address({ order }: { order: Order }) {
  const { t } = words();
  return (
    <AddressText address={order.document.shipping_address} title={t('order.shippingAddress')} />
  );
}
