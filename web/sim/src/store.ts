/* The stand-in's control API, as far as the admin uses it. */
export interface Order {
  id: string;
  legacy_id: string;
  name: string;
  shape: string;
  created_at: string;
  cancelled_at: string | null;
  deleted: boolean;
  tags: string[];
  lines: number;
  /** As Shopify says it: FULFILLED, PARTIALLY_FULFILLED and others. */
  fulfillment: string;
  fulfillments: {
    id: string;
    status: string;
    events: { status: string }[];
    tracking: { number?: string; company?: string }[];
  }[];
  tag_history: { at: string; author: string; added?: string[]; removed?: string[] }[];
}

export interface Shop {
  shop: string;
  installed: boolean;
  orders: number;
}

async function call<T>(path: string, init?: RequestInit): Promise<T> {
  const answer = await fetch(`/control${path}`, init);
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error ?? String(answer.status));
  return body;
}

export const get = <T>(path: string) => call<T>(path);
export const post = <T>(path: string, body: unknown = {}) =>
  call<T>(path, { method: 'POST', body: JSON.stringify(body) });

export const idToken = async (shop: string) =>
  (await post<{ id_token: string }>(`/shops/${shop}/id-token`)).id_token;

/** Called after anything happened in the store. */
export function listen(then: () => void): () => void {
  const source = new EventSource('/control/events?since=9007199254740991');
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(then, 100);
  };
  for (const kind of ['order', 'shop']) source.addEventListener(kind, soon);
  return () => source.close();
}
