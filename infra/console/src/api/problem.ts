// What went wrong, in the API's own words. Its surfaces have three shapes of errors.
import { t } from '../texts';

interface Violation {
  property: string;
  message: string;
}
interface Body {
  message?: string;
  errors?: Record<string, string[]>; // of firmware
  error?: { message?: string; violations?: Violation[] };
}

export class Problem extends Error {
  constructor(
    readonly status: number, // 0 where there was no answer
    message: string,
    readonly violations: Readonly<Record<string, string>> = {}, // what is wrong, field by field
    readonly retryAfter = 0, // seconds
  ) {
    super(message);
  }
}

export function problemOf(response: Response, body: unknown): Problem {
  const retryAfter = Number(response.headers.get('Retry-After') ?? 0);
  if (response.status === 429) return new Problem(429, t.errors.tooMany(retryAfter), {}, retryAfter);
  const said = (typeof body === 'object' && body ? body : {}) as Body;
  const violations: Record<string, string> = {};
  for (const each of said.error?.violations ?? []) violations[each.property] = each.message;
  for (const [property, reasons] of Object.entries(said.errors ?? {})) violations[property] = reasons.join(' ');
  // The workspaces' surface names a field at the beginning of its sentence.
  const named = /^(\w+): (.+)$/s.exec(said.message ?? '');
  if (named?.[1] && named[2] && response.status === 400) violations[named[1]] = named[2];
  const message = said.error?.message ?? said.message ?? t.errors.fault(response.status);
  return new Problem(response.status, message, violations, retryAfter);
}

// All that is said of it, where no field stands beside.
export function wordsOf({ violations, message }: Problem): string {
  return Object.values(violations).join(' ') || message;
}

export function noAnswer(): Problem {
  return new Problem(0, t.errors.noAnswer);
}

// Whatever was thrown, as something to show.
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  throw thrown;
}
