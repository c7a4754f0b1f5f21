// How a file gets to the instance: in one request, or by a form to where files are kept.
import { api, ask } from '../api/client';
import { inWords, noAnswer, problemOf, Problem } from '../api/problem';
import type { components } from '../api/schema';
import { session } from '../session.svelte';
import { t } from '../texts';

export type Form = components['schemas']['UploadForm'];

// `resting` goes on by itself, `paused` when its owner has signed in again.
export type State = 'waiting' | 'sending' | 'working' | 'resting' | 'paused' | 'done' | 'failed';

export interface Sending {
  readonly file: File;
  state: State;
  sent: number; // bytes
}

export const DIRECT = 4_500_000; // bytes: the largest file in one request
const STALLED = 60_000; // ms without a byte after which a connection counts as lost
const ASKS = [300, 500, 800, 1200, ...Array<number>(90).fill(2000)]; // ms between questions for the state: three minutes

type Fields = readonly (readonly [string, string])[];

// Send a file in one request. Throws a Problem where it is refused.
export async function postAsUser(path: string, item: Sending, signal: AbortSignal, headers: Record<string, string> = {}, fields: Fields = []): Promise<Response> {
  const attempt = (valid: string) => post(path, { Authorization: `Bearer ${valid}`, ...headers }, item, signal, fields, 'image');
  const token = await session.token();
  let answer = await attempt(token);
  if (answer.status === 401) answer = await attempt(await session.token(token));
  if (!answer.ok) throw problemOf(answer, await answer.json().catch(() => undefined));
  return answer;
}

export async function newForm(what: Pick<components['schemas']['NewUpload'], 'kind'> & Partial<components['schemas']['NewUpload']>, file: File, key: string): Promise<Form> {
  const body = { ...what, fileName: file.name, size: file.size };
  return (await ask(api.POST('/api/uploads', { body, params: { header: { 'Idempotency-Key': key } } }))) as Form;
}

export function postForm({ url, fields }: Form, item: Sending, signal: AbortSignal): Promise<Response> {
  return post(url, {}, item, signal, Object.entries(fields), 'file');
}

// The id of what has become of a file, or undefined where nothing has yet.
export async function resultOf(form: Form): Promise<string | undefined> {
  const { status, imageId, violations } = await ask(api.GET('/api/uploads/{upload_id}', { params: { path: { upload_id: form.id } } }));
  if (status === 'failed') throw new Problem(422, violations?.map((each) => inWords(each.message)).join(' ') || t.upload.refused);
  return status === 'ready' ? imageId : undefined;
}

export async function settled(form: Form, item: Sending, signal: AbortSignal): Promise<string> {
  item.state = 'working';
  for (const ms of ASKS) {
    await pause(ms, signal);
    const id = await resultOf(form);
    if (id) return id;
  }
  throw new Problem(0, t.upload.slow);
}

// Send a form with the file as its last field, and note how much of it has gone. `fetch` does not tell.
function post(url: string, headers: Record<string, string>, item: Sending, signal: AbortSignal, fields: Fields, name: string): Promise<Response> {
  const body = new FormData();
  for (const [field, value] of fields) body.append(field, value);
  body.append(name, item.file, item.file.name);
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    let watch = 0;
    const alive = () => {
      clearTimeout(watch);
      watch = setTimeout(() => request.abort(), STALLED);
    };
    request.open('POST', url);
    for (const [header, value] of Object.entries(headers)) request.setRequestHeader(header, value);
    request.upload.onprogress = ({ loaded, total }) => {
      item.sent = Math.floor((loaded / total) * item.file.size);
      alive();
    };
    request.upload.onload = () => (item.state = 'working');
    request.onload = () => {
      // A browser complains where one asks for a header that a bucket does not show; among all of them it is just missing.
      const retryAfter = /^retry-after: *(.+?)\r?$/im.exec(request.getAllResponseHeaders())?.[1];
      const hasBody = request.status !== 204 && request.status !== 205 && request.status !== 304;
      done(new Response(hasBody ? request.responseText : null, { status: request.status, headers: retryAfter ? { 'Retry-After': retryAfter } : {} }));
    };
    request.onerror = request.onabort = () => fail(noAnswer());
    request.onloadend = () => clearTimeout(watch);
    signal.addEventListener('abort', () => request.abort(), { once: true });
    alive();
    request.send(body);
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    setTimeout(done, ms);
    signal.addEventListener('abort', () => fail(noAnswer()), { once: true });
  });
}
