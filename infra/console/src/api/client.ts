// The API, with the types of its own document: `await ask(api.GET('/users/me'))` gives the body or throws a Problem.
import createClient from 'openapi-fetch';
import { session } from '../session.svelte';
import { connection } from './connection.svelte';
import { noAnswer, problemOf } from './problem';
import type { paths } from './schema';

const PATIENCE = [500, 1500, 4000]; // ms before each further try of what is safe to repeat
const LONGEST_WAIT = 15; // seconds: who has to wait for longer is told

const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));

// Send a request once. Throws a Problem where there is no answer.
async function send(request: Request): Promise<Response> {
  try {
    const response = await fetch(request);
    connection.isLost = false;
    return response;
  } catch (fault) {
    if (request.signal.aborted) throw fault;
    throw noAnswer();
  }
}

// Send a request; one that changes nothing again where no answer came, or where the answer asks to come back soon.
async function patiently(request: Request): Promise<Response> {
  const isSafe = request.method === 'GET' || request.method === 'HEAD';
  for (const ms of isSafe ? PATIENCE : []) {
    try {
      const response = await send(request.clone());
      const seconds = Number(response.headers.get('Retry-After') ?? 1);
      if ((response.status !== 429 && response.status !== 503) || seconds > LONGEST_WAIT) return response;
      await wait(Math.max(ms, seconds * 1000));
    } catch (fault) {
      if (request.signal.aborted) throw fault;
      connection.isLost = true;
      await wait(ms);
    }
  }
  return send(request);
}

// Send a request as the user. An access token that is no longer valid is replaced once.
async function asUser(request: Request): Promise<Response> {
  const token = await session.token();
  const first = request.clone();
  first.headers.set('Authorization', `Bearer ${token}`);
  const response = await patiently(first);
  if (response.status !== 401) return response;
  request.headers.set('Authorization', `Bearer ${await session.token(token)}`);
  return patiently(request);
}

export const api = createClient<paths>({ baseUrl: location.origin, fetch: asUser });

export async function ask<T>(asked: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<NonNullable<T>> {
  const { data, error, response } = await asked;
  if (!response.ok) throw problemOf(response, error);
  return data as NonNullable<T>;
}
