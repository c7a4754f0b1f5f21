// Send files to the instance, three at once. What fits into one request goes straight to the API; the rest goes by a form
// to where files are kept, and its state is asked for until the picture is there. A lost connection, an instance that has
// too much to do and a session that has ended lose nothing: a file goes on where that is safe, or waits to be tried again.
import { api, ask } from '../api/client';
import { asProblem, noAnswer, type Problem } from '../api/problem';
import type { components } from '../api/schema';
import { session } from '../session.svelte';
import { DIRECT, newForm, postAsUser, postForm, resultOf, settled, type Form, type Sending } from './sending';

export type Detail = components['schemas']['ImageDetail'];

export interface Target {
  isPublic?: boolean;
  constellation_uuid?: string;
  folder_uuid?: string;
}

export interface Item extends Sending {
  readonly target: Target;
  said: string; // why it rests or has failed
  canRepeat: boolean; // a refusal would be the same again
  image: Detail | undefined;
}

// What is known of an item between its tries, so that no try makes a second picture.
interface Course {
  owner?: string;
  key: string;
  form?: Form;
  isPosted: boolean;
  byForm: boolean;
  abort: AbortController;
}

const AT_ONCE = 3;
const RESTS = [1, 2, 4, 8, 15, 30]; // seconds before each further try
const LONGEST_REST = 120; // seconds: who has to wait for longer is told

export class Uploader {
  readonly #courses = new Map<Item, Course>();
  readonly #queue: Item[] = [];
  #running = 0;

  add(item: Item): void {
    this.#courses.set(item, { key: crypto.randomUUID(), isPosted: false, byForm: false, abort: new AbortController() });
    this.#enqueue(item);
  }

  cancel(item: Item): void {
    this.#courses.get(item)?.abort.abort();
    this.#courses.delete(item);
    const place = this.#queue.indexOf(item);
    if (place >= 0) this.#queue.splice(place, 1);
  }

  again(item: Item): void {
    if (item.state === 'failed' || item.state === 'paused') this.#enqueue(item);
  }

  // Go on with what a session's end has paused. What is another user's is given up; it is returned.
  async resume(): Promise<Item[]> {
    const user = userOf(await session.token());
    const foreign = [...this.#courses].filter(([, course]) => course.owner && course.owner !== user).map(([item]) => item);
    for (const item of foreign) this.cancel(item);
    for (const item of this.#courses.keys()) if (item.state === 'paused') this.#enqueue(item);
    return foreign;
  }

  #enqueue(item: Item): void {
    item.state = 'waiting';
    item.said = '';
    this.#queue.push(item);
    this.#next();
  }

  #next(): void {
    while (this.#running < AT_ONCE) {
      const item = this.#queue.shift();
      if (!item) return;
      this.#running += 1;
      void this.#run(item).finally(() => {
        this.#running -= 1;
        this.#next();
      });
    }
  }

  async #run(item: Item): Promise<void> {
    const course = this.#courses.get(item);
    if (!course) return;
    for (const rest of [...RESTS, undefined]) {
      try {
        await send(item, course);
        return;
      } catch (thrown) {
        if (course.abort.signal.aborted) return;
        const problem = asProblem(thrown);
        item.said = problem.message;
        if (problem.status === 401) {
          item.state = 'paused';
          return;
        }
        item.canRepeat = passes(problem);
        if (!item.canRepeat || rest === undefined || problem.retryAfter > LONGEST_REST) break;
        item.state = 'resting';
        await connected(Math.max(rest, problem.retryAfter), course.abort.signal);
        if (course.abort.signal.aborted) return;
      }
    }
    item.state = 'failed';
  }
}

const passes = ({ status }: Problem) => status === 0 || status === 409 || status === 429 || status >= 500;

async function send(item: Item, course: Course): Promise<void> {
  item.state = 'sending';
  item.said = '';
  item.sent = 0;
  course.owner ??= userOf(await session.token());
  const id = await sendAsFits(item, course);
  // The picture is there, whatever becomes of this request.
  item.image = await ask(api.GET('/api/image/{image_id}/detail', { params: { path: { image_id: id } } })).catch(() => undefined);
  item.sent = item.file.size;
  item.state = 'done';
}

async function sendAsFits(item: Item, course: Course): Promise<string> {
  if (!course.byForm && !item.target.constellation_uuid && item.file.size <= DIRECT) {
    try {
      return await sendDirectly(item, course);
    } catch (thrown) {
      if (asProblem(thrown).status !== 413) throw thrown;
      course.byForm = true;
    }
  }
  return sendByForm(item, course);
}

async function sendDirectly(item: Item, course: Course): Promise<string> {
  const fields = [['isPublic', String(item.target.isPublic ?? false)]] as const;
  const answer = await postAsUser('/api/upload', item, course.abort.signal, { 'Idempotency-Key': course.key }, fields);
  return ((await answer.json()) as { id: string }).id;
}

async function sendByForm(item: Item, course: Course): Promise<string> {
  const { signal } = course.abort;
  if (course.form) {
    const imageId = await resultOf(course.form);
    if (imageId) return imageId;
  }
  // The key is another route's than that of the direct upload.
  course.form ??= await newForm({ kind: 'image', ...item.target }, item.file, `form-${course.key}`);
  if (!course.isPosted) {
    const answer = await postForm(course.form, item, signal);
    if (!answer.ok) {
      // The form has expired, or its words are not for people. A new one is asked for.
      [course.form, course.key] = [undefined, crypto.randomUUID()];
      throw noAnswer();
    }
    course.isPosted = true;
  }
  return settled(course.form, item, signal);
}

// Wait for some seconds, or for the network to come back.
function connected(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(end, seconds * 1000);
    function end(): void {
      clearTimeout(timer);
      removeEventListener('online', end);
      done();
    }
    addEventListener('online', end);
    signal.addEventListener('abort', end, { once: true });
  });
}

function userOf(token: string): string {
  const claims = token.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? '';
  return (JSON.parse(atob(claims)) as { sub: string }).sub;
}
