/**
 * catalog.mjs - what the stores sell, and to whom.  Invented, every name of it.
 */

/** title, variant, sku, price in hundredths, grams, vendor, barcode */
export const PRODUCTS = [
  ['Moka pot', '3 cups', 'MOKA-3', 2490, 640, 'Casa Lenta', '8001234500011'],
  ['Moka pot', '6 cups', 'MOKA-6', 3490, 880, 'Casa Lenta', '8001234500028'],
  ['Espresso beans', '1 kg', 'BEAN-1000', 1850, 1000, 'Torre Alta', '8001234500035'],
  ['Linen apron', 'Sand', 'APRON-SND', 3900, 310, 'Filo', '8001234500042'],
  ['Olive oil', '750 ml', 'OIL-750', 1425, 1240, 'Colle Verde', '8001234500059'],
  ['Notebook', null, 'NOTE-A5', 799, 190, 'Carta', '8001234500066'],
  ['Wool blanket', '130 × 180', 'WOOL-130', 8950, 1450, 'Filo', '8001234500073'],
  ['Pencil', null, 'PEN-1', 95, 6, 'Carta', null],
  ['Ceramic cup', 'Blue', 'CUP-BLU', 1299, 280, 'Terra', '8001234500080'],
  ['Travel kettle', 'EU plug', 'KETTLE-EU', 4599, 1120, 'Casa Lenta', '8001234500097'],
];

/** first, last, company, address1, address2, zip, city, province, code, country, code, phone, lat, long */
export const ADDRESSES = [
  ['Giulia', 'Ferri', null, 'Via Larga 12', 'Scala B', '20122', 'Milano', 'Milano', 'MI', 'Italy', 'IT', '+390255500101', 45.4607, 9.1936],
  ['Marco', 'De Santis', 'Ottica De Santis srl', 'Corso Trieste 4', '', '00198', 'Roma', 'Roma', 'RM', 'Italy', 'IT', null, null, null],
  ['Hannah', 'Vogel', null, 'Lindenstraße 7', null, '10969', 'Berlin', null, null, 'Germany', 'DE', '+493055501020', 52.5056, 13.3954],
  ['Noah', 'Tremblay', null, '410 Rue Sherbrooke O', 'App. 9', 'H3A 1B3', 'Montréal', 'Quebec', 'QC', 'Canada', 'CA', '+15145550134', 45.5052, -73.5709],
  ['Ava', 'Morgan', 'Morgan & Daughters', '88 Pine St', '', '94111', 'San Francisco', 'California', 'CA', 'United States', 'US', '(415) 555-0171', 37.7925, -122.3993],
  ['Sinéad', "O'Dwyer", null, '3 Quay St', null, 'H91 X4Y2', 'Galway', 'Galway', 'G', 'Ireland', 'IE', null, null, null],
];

/** Addresses in other scripts: right-to-left, combining marks, four-byte characters. */
export const WORLD_ADDRESSES = [
  ['نورة', 'السالم', null, 'شارع الخليج 21', null, '15000', 'الكويت', 'Al Asimah', 'KU', 'Kuwait', 'KW', '+96555501234', 29.3759, 47.9774],
  ['花子', '山田', '株式会社みどり', '丸の内1丁目2-3', '', '100-0005', '千代田区', 'Tōkyō', 'JP-13', 'Japan', 'JP', '+81355501234', 35.6812, 139.7671],
  ['Zoe\u0308', 'Nuñ\u0303ez', null, 'Cafe\u0301 Plaza 5', null, '28013', 'Madrid', 'Madrid', 'M', 'Spain', 'ES', null, null, null],
  ['👩\u200d🚀', '𝒮𝓂𝒾𝓉𝒽', null, '1 Emoji Row 🏠', null, 'SW1A 1AA', 'London', 'England', 'ENG', 'United Kingdom', 'GB', null, null, null],
  ['דנה', 'לוי', null, 'רחוב הרצל 10', null, '6688312', 'תל אביב', null, null, 'Israel', 'IL', null, 32.0629, 34.7723],
];

export const LOCATIONS = [
  ['Main warehouse', 'IT', 'Via del Lavoro 1', 'Piacenza', '29122'],
  ['Shop Milano', 'IT', 'Via Torino 30', 'Milano', '20123'],
];

/** Rates from one shop-currency unit; close enough to look real. */
export const RATES = { USD: 1.08, GBP: 0.86, JPY: 161.2, KWD: 0.332, BHD: 0.407, CAD: 1.47, CHF: 0.95, EUR: 1 };

export const NOTES = [
  'Please ring twice.', 'Gift: no invoice in the parcel.', 'Leave at the porter\'s desk', 'Call before delivery',
];
