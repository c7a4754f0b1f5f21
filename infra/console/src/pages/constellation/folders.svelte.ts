// The folders of a constellation, as far as they have been looked into.
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import { api, ask } from '../../api/client';
import type { components } from '../../api/schema';

export type Content = components['schemas']['FolderContent'];

export interface Row {
  id: string;
  name: string;
  parent?: string;
  level: number;
  position: number; // among those in the same folder
  of: number;
  isOpen?: boolean; // undefined for one that holds no folders
}

const at = (id: string) => ({ params: { path: { folder_uuid: id } } });

export class Folders {
  readonly contents = new SvelteMap<string, Content>();
  readonly open = new SvelteSet<string>();

  constructor(
    readonly constellation: string,
    readonly root: string,
    readonly name: string,
  ) {}

  // All that is in view, from the top to the bottom.
  get rows(): Row[] {
    return this.#rowsOf({ id: this.root, name: this.name, level: 1, position: 1, of: 1 });
  }

  async load(id: string): Promise<Content> {
    const content = await ask(api.GET('/folders/{folder_uuid}', at(id)));
    this.contents.set(id, content);
    return content;
  }

  async expand(id: string): Promise<void> {
    if (!this.contents.has(id)) await this.load(id);
    this.open.add(id);
  }

  // Look into a folder, and open those that it lies in.
  async reveal(id: string): Promise<void> {
    let { parent_folder_uuid: parent } = await this.load(id);
    while (parent) {
      await this.expand(parent);
      parent = this.contents.get(parent)?.parent_folder_uuid ?? null;
    }
  }

  async create(parent: string, name: string): Promise<void> {
    await ask(api.POST('/folders', { body: { name, constellation_uuid: this.constellation, parent_folder_uuid: parent } }));
    await this.load(parent);
    this.open.add(parent);
  }

  async rename(id: string, name: string): Promise<void> {
    const { parent_folder_uuid } = await ask(api.PATCH('/folders/{folder_uuid}', { ...at(id), body: { name } }));
    await this.#reload(id, parent_folder_uuid);
  }

  async move(id: string, to: string): Promise<void> {
    const from = this.contents.get(id)?.parent_folder_uuid;
    await ask(api.PATCH('/folders/{folder_uuid}', { ...at(id), body: { parent_folder_uuid: to } }));
    await this.#reload(id, from, to);
    this.open.add(to);
  }

  async remove(id: string): Promise<void> {
    const from = this.contents.get(id)?.parent_folder_uuid;
    await ask(api.DELETE('/folders/{folder_uuid}', at(id)));
    await this.#reload(from);
  }

  async #reload(...ids: (string | null | undefined)[]): Promise<void> {
    await Promise.all(ids.map((id) => id && this.load(id)));
  }

  // What somebody else has moved meanwhile may be known at two places: it is in view at the first.
  #rowsOf(row: Row, seen: Record<string, true> = {}): Row[] {
    if (seen[row.id]) return [];
    seen[row.id] = true;
    const within = this.contents.get(row.id)?.children.filter(({ type }) => type === 'folder');
    const isOpen = within && !within.length ? undefined : this.open.has(row.id);
    const below = isOpen ? (within ?? []) : [];
    return [
      { ...row, isOpen },
      ...below.flatMap(({ uuid: id, name }, index) => this.#rowsOf({ id, name, parent: row.id, level: row.level + 1, position: index + 1, of: below.length }, seen)),
    ];
  }
}
