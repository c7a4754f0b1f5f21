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

// A folder or a picture that goes to another folder.
export interface Moved {
  id: string;
  name: string;
  isFolder?: boolean;
}

const ONE_BY_ONE = 4; // levels; what lies deeper is asked for at once
const at = (id: string) => ({ params: { path: { folder_uuid: id } } });

export class Folders {
  readonly contents = new SvelteMap<string, Content>();
  readonly open = new SvelteSet<string>();
  name = $state('');
  dragged = $state.raw<Moved>();

  constructor(
    readonly constellation: string,
    readonly root: string,
    name: string,
  ) {
    this.name = name;
    this.open.add(root);
  }

  // All that is in view, from the top to the bottom, without one folder and what lies in it.
  rows(without?: string): Row[] {
    const rows: Row[] = [];
    this.#addTo(rows, { id: this.root, name: this.name, level: 1, position: 1, of: 1 }, without);
    return rows;
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
    const path: string[] = [];
    let { parent_folder_uuid: parent } = await this.load(id);
    while (parent) {
      if (path.push(parent) === ONE_BY_ONE && !this.contents.has(parent)) await this.#loadAll();
      ({ parent_folder_uuid: parent } = this.contents.get(parent) ?? (await this.load(parent)));
    }
    for (const each of path) this.open.add(each); // at once: each change looks at all rows
  }

  // Begin to drag a folder or a picture.
  drag(event: DragEvent, moved: Moved): void {
    this.dragged = moved;
    event.dataTransfer?.setData('text/plain', moved.name);
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

  async move({ id, isFolder }: Moved, to: string): Promise<void> {
    const from = this.parentOf(id);
    if (isFolder) await ask(api.PATCH('/folders/{folder_uuid}', { ...at(id), body: { parent_folder_uuid: to } }));
    else await ask(api.PATCH('/images/{image_uuid}', { params: { path: { image_uuid: id } }, body: { folder_uuid: to } }));
    await this.#reload(this.contents.has(id) && id, from, to);
    if (isFolder) this.open.add(to);
  }

  async remove(id: string): Promise<void> {
    const from = this.contents.get(id)?.parent_folder_uuid;
    await ask(api.DELETE('/folders/{folder_uuid}', at(id)));
    await this.#reload(from);
  }

  // The folder that something lies in, where that has been looked into.
  parentOf(id: string): string | undefined {
    return [...this.contents.values()].find(({ children }) => children.some(({ uuid }) => uuid === id))?.folder_uuid;
  }

  async #reload(...ids: (string | false | null | undefined)[]): Promise<void> {
    await Promise.all(ids.map((id) => id && this.load(id)));
  }

  // Look into all folders. Of a constellation that is too large for one answer, they are asked for one by one.
  async #loadAll(): Promise<void> {
    const { constellation } = this;
    const params = { path: { constellation_uuid: constellation } };
    const tree = await ask(api.GET('/structure/{constellation_uuid}', { params })).catch(() => undefined);
    const rights = [...this.contents.values()][0]?.rights ?? 'READ';
    const add = ({ uuid: id, name, children = [] }: components['schemas']['Tree'], parent: string | null) => {
      const known = { folder_uuid: id, name, parent_folder_uuid: parent, constellation_uuid: constellation, rights, children };
      if (!this.contents.has(id)) this.contents.set(id, known);
      for (const each of children) if (each.type === 'folder') add(each, id);
    };
    if (tree) add(tree, null);
  }

  // What somebody else has moved meanwhile may be known at two places: it is in view at the first.
  #addTo(rows: Row[], row: Row, without?: string, seen: Record<string, true> = {}): void {
    if (seen[row.id]) return;
    seen[row.id] = true;
    const within = this.contents.get(row.id)?.children.filter(({ type, uuid }) => type === 'folder' && uuid !== without);
    const isOpen = within && !within.length ? undefined : this.open.has(row.id);
    rows.push({ ...row, isOpen });
    if (!isOpen || !within) return;
    for (const [index, { uuid: id, name }] of within.entries()) this.#addTo(rows, { id, name, parent: row.id, level: row.level + 1, position: index + 1, of: within.length }, without, seen);
  }
}
