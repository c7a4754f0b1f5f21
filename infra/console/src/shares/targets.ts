// What a share shows: its name, and its page in the console.
import { api, ask } from '../api/client';
import type { components } from '../api/schema';
import { t } from '../texts';
import type { IconName } from '../ui/Icon.svelte';

export type Share = components['schemas']['ShareEntry'];
type Target = Share['target'];

export const ICONS: Record<Target['type'], IconName> = { image: 'picture', collection: 'stack', folder: 'folder', constellation: 'stars' };

export interface Named {
  name: string;
  path?: string; // undefined for what is gone
}

export const addressOf = (share: Share) => new URL(share.url, location.origin).href;

const asks: Record<Target['type'], (id: string) => Promise<Named>> = {
  async image(id) {
    const asked = api.GET('/images/{image_uuid}', { params: { path: { image_uuid: id } }, headers: { Accept: 'application/json' } });
    const { name } = (await ask(asked)) as components['schemas']['ImageMetadata'];
    return { name, path: `/images/${id}` };
  },
  async collection(id) {
    const { name } = await ask(api.GET('/api/collections/{collection_id}', { params: { path: { collection_id: id } } }));
    return { name, path: `/collections/${id}` };
  },
  async folder(id) {
    const { name, constellation_uuid } = await ask(api.GET('/folders/{folder_uuid}', { params: { path: { folder_uuid: id } } }));
    return { name, path: `/constellations/${constellation_uuid}?folder=${id}` };
  },
  async constellation(id) {
    const { name } = await ask(api.GET('/constellations/{constellation_uuid}', { params: { path: { constellation_uuid: id } } }));
    return { name, path: `/constellations/${id}` };
  },
};

// The name of a target. What is gone, or no longer the user's to see, has none.
export async function nameOf({ type, id }: Target): Promise<Named> {
  return asks[type](id).catch(() => ({ name: t.shares.gone[type] }));
}
