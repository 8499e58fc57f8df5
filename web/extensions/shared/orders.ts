/* What the app's program answers about orders, and what people call them. */
export interface OrderWord {
  id: string;
  state: 'waiting' | 'syncing' | 'synced' | 'error' | null;
  code: string | null;
  reason: string | null;
  job: string | null;
}

/** In words: the answer says why and what to do, whatever went wrong. */
export class Refused extends Error {
  readonly next: string | undefined;

  constructor(detail: string, next?: string) {
    super(detail);
    this.next = next;
  }
}

/** The admin adds the ID token; a refusal of the network has no status. */
export async function post(path: string, body: unknown): Promise<OrderWord[]> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok)
    throw new Refused(answer.detail ?? answer.title ?? String(response.status), answer.next);
  return answer.orders;
}

type Query = <T>(
  query: string,
  options: { variables: Record<string, unknown> },
) => Promise<{ data?: T | undefined }>;

/** Numbers people know ("#1001") by id. Without them the id does. */
export async function numbersOf(query: Query, ids: string[]): Promise<Map<string, string>> {
  type Answer = { nodes: ({ id: string; name: string } | null)[] };
  const text = 'query Names($ids: [ID!]!) { nodes(ids: $ids) { ... on Order { id name } } }';
  try {
    const { data } = await query<Answer>(text, { variables: { ids } });
    const found = (data?.nodes ?? []).filter((node) => node !== null);
    return new Map(found.map((node) => [node.id, node.name]));
  } catch {
    return new Map();
  }
}

export const bareId = (gid: string): string => gid.split('/').at(-1) ?? gid;
