/* Orders in and out, hour by hour, as bars; the numbers as a table below. */
import type { Summary } from '../api/client.ts';
import { words } from '../i18n.ts';

const HEIGHT = 120;
const STEP = 16;

export function Hours({ hours }: { hours: Summary['hours'] }) {
  const { t, time, number } = words();
  const most = Math.max(1, ...hours.flatMap((h) => [h.imported, h.shipped]));
  const tall = (n: number) => (n / most) * (HEIGHT - 4);
  return (
    <figure class="hours">
      <svg
        viewBox={`0 0 ${hours.length * STEP} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t('home.hours')}
      >
        {hours.map((h, i) => (
          <g key={h.at}>
            <title>{`${time(h.at)}: ${number(h.imported)} / ${number(h.shipped)}`}</title>
            <rect
              class="in"
              x={i * STEP + 2}
              width="6"
              y={HEIGHT - tall(h.imported)}
              height={tall(h.imported)}
            />
            <rect
              class="out"
              x={i * STEP + 8}
              width="6"
              y={HEIGHT - tall(h.shipped)}
              height={tall(h.shipped)}
            />
          </g>
        ))}
      </svg>
      <figcaption class="row">
        <span class="in">{t('home.in')}</span>
        <span class="out">{t('home.out')}</span>
        <span class="quiet">{t('home.most', { count: most })}</span>
      </figcaption>
      <details>
        <summary>{t('home.asTable')}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('log.time')}</th>
              <th scope="col" class="num">
                {t('home.in')}
              </th>
              <th scope="col" class="num">
                {t('home.out')}
              </th>
            </tr>
          </thead>
          <tbody>
            {hours.map((h) => (
              <tr key={h.at}>
                <td>{time(h.at)}</td>
                <td class="num">{number(h.imported)}</td>
                <td class="num">{number(h.shipped)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
