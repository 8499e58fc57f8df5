/* A problem body (RFC 9457), or what stands for one when no answer came. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly next: string | undefined;
  readonly retryAfter: number | undefined;

  constructor(status: number, code: string, detail: string, next?: string, retryAfter?: number) {
    super(detail);
    this.status = status;
    this.code = code;
    this.next = next;
    this.retryAfter = retryAfter;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function problemOf(response: Response, body: unknown): Problem {
  const b = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const wait = Number(response.headers.get('retry-after'));
  return new Problem(
    response.status,
    text(b.code) ?? 'no_answer',
    text(b.detail) ?? text(b.title) ?? response.statusText,
    text(b.next),
    wait > 0 ? wait : undefined,
  );
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  // The browser's own words ("Failed to fetch") say nothing that the code does not.
  return new Problem(0, 'unreachable', '');
}
