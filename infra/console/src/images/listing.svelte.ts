// What has been loaded of a source. It is kept for a while, so that one comes back to where one was.
import { SvelteSet } from 'svelte/reactivity';
import { asProblem, type Problem } from '../api/problem';
import { session } from '../session.svelte';
import type { Picture, Source } from './pictures';

const KEPT = 10 * 60_000; // ms

// Pictures that are gone, or will be in a moment: no list shows them.
export const hidden = new SvelteSet<string>();

export class Listing {
  #all = $state.raw<readonly Picture[]>([]);
  search = $state('');
  next = $state<string | null>();
  hasBegun = $state(false);
  isLoading = $state(false);
  problem = $state.raw<Problem>();
  scroll = 0; // where it was left
  readonly #born = Date.now();
  #abort = new AbortController();

  constructor(readonly source: Source) {}

  // Not derived: a derived value ends with the page that has made it, and the list is read on others.
  get items(): readonly Picture[] {
    return hidden.size ? this.#all.filter(({ id }) => !hidden.has(id)) : this.#all;
  }

  get isFresh(): boolean {
    return Date.now() - this.#born < KEPT;
  }

  // Begin anew with other words. What is shown stays until something else has come.
  async find(search: string): Promise<void> {
    this.search = search;
    this.next = undefined;
    await this.#load();
  }

  async more(): Promise<void> {
    if (!this.isLoading) await this.#load();
  }

  change(ids: ReadonlySet<string>, to: Partial<Picture>): void {
    this.#all = this.#all.map((each) => (ids.has(each.id) ? { ...each, ...to } : each));
  }

  async #load(): Promise<void> {
    this.#abort.abort();
    const { signal } = (this.#abort = new AbortController());
    const begins = !this.next;
    this.isLoading = true;
    this.problem = undefined;
    try {
      let page = await this.source.load(this.next ?? undefined, this.search, signal);
      // A page may be empty where a search has not looked at everything yet.
      while (!page.items.length && page.next) page = await this.source.load(page.next, this.search, signal);
      if (signal.aborted) return;
      this.#all = begins ? page.items : [...this.#all, ...page.items];
      this.next = page.next;
      this.hasBegun = true;
    } catch (thrown) {
      if (!signal.aborted) this.problem = asProblem(thrown);
    } finally {
      if (!signal.aborted) this.isLoading = false;
    }
  }
}

let kept: { count: number; listing: Listing } | undefined;
let cameBack = false;
addEventListener('popstate', () => (cameBack = true));
addEventListener('click', () => (cameBack = false), true);

// The listing of a source: the one from before where one comes back to it, else a new one.
export function listingOf(source: Source): Listing {
  const isSame = kept?.count === session.count && kept.listing.source.key === source.key;
  if (kept && isSame && cameBack && kept.listing.isFresh) return kept.listing;
  kept = { count: session.count, listing: new Listing(source) };
  return kept.listing;
}

export function changeListed(ids: ReadonlySet<string>, to: Partial<Picture>): void {
  kept?.listing.change(ids, to);
}

// What the list that one comes from has said of a picture, and those beside it.
export function listed(id: string): { picture: Picture; previous?: Picture; next?: Picture } | undefined {
  const items = kept?.count === session.count ? kept.listing.items : [];
  const index = items.findIndex((each) => each.id === id);
  const picture = items[index];
  return picture && { picture, previous: items[index - 1], next: items[index + 1] };
}
