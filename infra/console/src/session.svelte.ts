// Who is signed in. A session has one valid refresh token, which the tabs of a browser share: localStorage is kept from
// scripts of other origins. Whoever presents a spent one ends the session, so tabs rotate it one after the other, under
// a Web Lock, and tell each other the access token. A tab keeps that in sessionStorage, so that a reload needs no
// rotation: the answer to one could get lost with the page, and the session with it.
import createClient from 'openapi-fetch';
import { noAnswer, problemOf, Problem } from './api/problem';
import type { components, paths } from './api/schema';
import { t } from './texts';

type Pair = components['schemas']['TokenPair'];
type Signup = components['schemas']['Signup'];

const REFRESH = 'constellation.refresh';
const ACCESS = 'constellation.access';
const LOCK = 'constellation.session';
const LONGEST = 30_000; // ms that a rotation may take: other tabs wait for it
const EARLY = 60_000; // ms before its end that an access token is replaced

const open = createClient<paths>({ baseUrl: location.origin });
const tabs = new BroadcastChannel('constellation.session');

interface Access {
  token: string;
  until: number; // by this machine's clock, which may be wrong: an answer of 401 counts, too
}

class Session {
  isIn = $state(localStorage.getItem(REFRESH) !== null);
  hasEnded = $state(false); // without being asked to
  count = $state(0); // of sessions that this page has seen: what it shows belongs to one
  #access: Access | undefined = read();

  constructor() {
    tabs.onmessage = ({ data }: MessageEvent<Access>) => this.#keep(data);
    addEventListener('storage', ({ key, newValue, oldValue }) => {
      if (key !== REFRESH && key !== null) return;
      if (!newValue) this.#forget();
      else if (!oldValue) this.#begin();
    });
  }

  // An access token that is valid, other than `refused`. Throws a Problem, of status 401 where the session has ended.
  async token(refused?: string): Promise<string> {
    const known = this.#known(refused);
    if (known) return known;
    return navigator.locks.request(LOCK, async () => this.#known(refused) ?? (await this.#rotate()));
  }

  #known(refused?: string): string | undefined {
    const access = this.#access;
    return access && access.token !== refused && Date.now() < access.until - EARLY ? access.token : undefined;
  }

  async #rotate(): Promise<string> {
    const refresh = localStorage.getItem(REFRESH);
    if (!refresh) throw this.#end();
    const asked = open.POST('/api/auth/refresh', { body: { refresh_token: refresh }, signal: AbortSignal.timeout(LONGEST) });
    const { data, error, response } = await asked.catch(() => {
      throw noAnswer();
    });
    if (data && localStorage.getItem(REFRESH) === refresh) return this.#store(data);
    if (data) await logOut(data.refresh_token); // one has signed out meanwhile
    if (data) throw this.#end();
    // A fault or too many requests: the session is not over.
    throw response.status === 429 || response.status >= 500 ? problemOf(response, error) : this.#end();
  }

  async signIn(username: string, password: string): Promise<void> {
    const { data, error, response } = await open.POST('/api/auth/login', { body: { username, password } }).catch(() => {
      throw noAnswer();
    });
    if (!data) throw problemOf(response, error);
    await navigator.locks.request(LOCK, () => this.#store(data));
    this.#begin();
  }

  async signUp(body: Signup): Promise<void> {
    const { error, response } = await open.POST('/api/auth/signup', { body }).catch(() => {
      throw noAnswer();
    });
    if (!response.ok) throw problemOf(response, error);
    await this.signIn(body.username ?? body.email, body.password);
  }

  // End the session here at once, and at the instance if it can be reached.
  async signOut(): Promise<void> {
    const refresh = localStorage.getItem(REFRESH);
    this.#forget();
    if (refresh) await logOut(refresh);
  }

  #store(pair: Pair): string {
    localStorage.setItem(REFRESH, pair.refresh_token);
    const access = { token: pair.access_token, until: Date.now() + pair.expires_in * 1000 };
    this.#keep(access);
    tabs.postMessage(access);
    return access.token;
  }

  #keep(access: Access): void {
    this.#access = access;
    sessionStorage.setItem(ACCESS, JSON.stringify(access));
  }

  #begin(): void {
    this.isIn = true;
    this.hasEnded = false;
    this.count += 1;
  }

  #forget(): void {
    localStorage.removeItem(REFRESH);
    sessionStorage.removeItem(ACCESS);
    this.#access = undefined;
    this.isIn = false;
  }

  #end(): Problem {
    if (this.isIn) this.hasEnded = true;
    this.#forget();
    return new Problem(401, t.session.ended);
  }
}

async function logOut(refresh: string): Promise<void> {
  await open.POST('/api/auth/logout', { body: { refresh_token: refresh } }).catch(() => undefined);
}

function read(): Access | undefined {
  const kept = sessionStorage.getItem(ACCESS);
  return kept && localStorage.getItem(REFRESH) ? (JSON.parse(kept) as Access) : undefined;
}

export const session = new Session();
