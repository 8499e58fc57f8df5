// Small JSON calls: to the control of the stand-in, to the Cloud App's REST,
// to the Shopify app.  A refusal becomes an error that says what was asked and
// what the other side said.

export class Refused extends Error {
  constructor(method, url, status, body) {
    const why = body?.detail ?? body?.title ?? JSON.stringify(body);
    super(`${method} ${new URL(url).pathname} was answered ${status}: ${why}`);
    this.status = status;
    this.body = body;
  }
}

export async function call(method, url, { token, body, headers = {} } = {}) {
  const answer = await fetch(url, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await answer.text();
  let parsed = text;
  try {
    parsed = text === '' ? null : JSON.parse(text);
  } catch {
    // Not JSON: the text itself tells most.
  }
  if (!answer.ok) throw new Refused(method, url, answer.status, parsed);
  return parsed;
}

/** Every item of a REST list, page after page. */
export async function all(url, token) {
  const items = [];
  let cursor = null;
  do {
    const page = new URL(url);
    if (cursor) page.searchParams.set('cursor', cursor);
    const answer = await call('GET', page.href, { token });
    items.push(...answer.items);
    cursor = answer.next_cursor;
  } while (cursor);
  return items;
}

/** Server-sent events: `each(name, data)` until `signal` aborts; none is missed once it is `open`. */
export async function listen(url, each, { signal, token, open = () => {} } = {}) {
  const answer = await fetch(url, {
    signal,
    headers: token ? { authorization: `Bearer ${token}` } : {},
  });
  open();
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of answer.body) {
    rest += decoder.decode(chunk, { stream: true });
    const events = rest.split('\n\n');
    rest = events.pop();
    for (const event of events) {
      const field = (name) => event.split('\n')
        .filter((l) => l.startsWith(`${name}:`))
        .map((l) => l.slice(name.length + 1).trim()).join('\n');
      if (field('data')) each(field('event') || 'message', JSON.parse(field('data')));
    }
  }
}
