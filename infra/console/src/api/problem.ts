// What went wrong, in the API's own words or in the console's for them. Its surfaces have three shapes of errors.
import { number } from '../format';
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

// What the API says in English, as the table of the language has it, and as a sentence.
export function inWords(message: string): string {
  const values: string[] = [];
  const known = message.replace(/\d+(?:[.,]\d+)*|"[^"]*"/g, (value) => {
    values.push(value.startsWith('"') ? value : number(Number(value.replaceAll(',', ''))));
    return '#';
  });
  const said = t.errors.said[known]?.replace(/#/g, () => values.shift() ?? '') ?? message;
  return /[.!?…]$/.test(said) ? said : `${said}.`;
}

export function problemOf(response: Response, body: unknown): Problem {
  const retryAfter = Number(response.headers.get('Retry-After') ?? 0);
  if (response.status === 429) return new Problem(429, t.errors.tooMany(retryAfter), {}, retryAfter);
  const said = (typeof body === 'object' && body ? body : {}) as Body;
  const violations: Record<string, string> = {};
  for (const each of said.error?.violations ?? []) violations[each.property] = inWords(each.message);
  for (const [property, reasons] of Object.entries(said.errors ?? {})) violations[property] = reasons.map(inWords).join(' ');
  // The workspaces' surface names a field at the beginning of its sentence.
  const named = /^(\w+): (.+)$/s.exec(said.message ?? '');
  if (named?.[1] && named[2] && response.status === 400) violations[named[1]] = inWords(named[2]);
  const message = said.error?.message ?? said.message;
  // Where no field stands beside, all that is wrong is said at once.
  const whole = [...new Set(Object.values(violations))].join(' ') || (message ? inWords(message) : t.errors.fault(response.status));
  return new Problem(response.status, whole, violations, retryAfter);
}

export function noAnswer(): Problem {
  return new Problem(0, t.errors.noAnswer);
}

// The end of what the user has stopped, which needs no message.
export class Stopped extends Problem {
  constructor() {
    super(0, t.errors.noAnswer);
  }
}

// Whatever was thrown, as something to show.
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  throw thrown;
}
