// Pictures as lists have them, and where lists come from. A source gives its pages one after the other.
import { api, ask } from '../api/client';
import type { components } from '../api/schema';

export interface Picture {
  id: string;
  text: string; // what its owner wrote, or nothing
  width: number;
  height: number;
  placeholder?: string;
  isPublic?: boolean;
  created?: number; // seconds
  owner?: string; // a name
}

export interface PicturePage {
  items: Picture[];
  next: string | null | undefined;
}

export interface Source {
  key: string; // tells it from the others
  canSearch: boolean;
  canChange: boolean; // what it has is the user's
  load: (cursor: string | undefined, search: string, signal: AbortSignal) => Promise<PicturePage>;
}

type Listed = components['schemas']['ListedImage'] | components['schemas']['PastImage'];

const LIMIT = 100;

export function pictureOf({ id, attributes, metadata, owner }: Listed): Picture {
  const { width, height, placeholder } = metadata;
  const { description, isPublic, createdAt } = attributes;
  return { id, text: description, width, height, placeholder, isPublic, created: createdAt.timestamp, owner: owner?.displayName };
}

const paged = (cursor: string | undefined, searchTerm: string) => ({
  path: { page: 1 },
  query: { limit: LIMIT, orderBy: 'attributes.createdAt' as const, cursor, searchTerm: searchTerm || undefined },
});

export const mine: Source = {
  key: 'mine',
  canSearch: true,
  canChange: true,
  async load(cursor, search, signal) {
    const { data, meta } = await ask(api.GET('/api/images/history/{page}', { params: paged(cursor, search), signal }));
    return { items: data.map(pictureOf), next: meta.nextCursor };
  },
};

export const everyones: Source = {
  key: 'everyones',
  canSearch: true,
  canChange: false,
  async load(cursor, search, signal) {
    const { data, meta } = await ask(api.GET('/api/images/{page}', { params: paged(cursor, search), signal }));
    return { items: data.map(pictureOf), next: meta.nextCursor };
  },
};

// The user's own with a tag, or with one below it.
export const tagged = (tag: string): Source => ({
  key: `tag ${tag}`,
  canSearch: false,
  canChange: true,
  async load(cursor, _search, signal) {
    const { path, query } = paged(cursor, tag);
    const { data, meta } = await ask(api.GET('/api/images/history/{page}', { params: { path, query: { ...query, searchBy: 'tag' } }, signal }));
    return { items: data.map(pictureOf), next: meta.nextCursor };
  },
});
