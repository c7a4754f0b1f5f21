// What is known of a picture: all of one's own and those in one's constellations, of another's public one its sizes.
import { api, ask } from '../../api/client';
import { Problem } from '../../api/problem';
import type { components } from '../../api/schema';
import { linkPath, meant, type Picked } from '../../images/links';
import { listed } from '../../images/listing.svelte';
import { allows, type Right } from '../../rights';

type Detail = components['schemas']['ImageDetail'];
type Metadata = components['schemas']['ImageMetadata'];

export interface Known {
  id: string;
  name: string;
  text: string;
  width: number;
  height: number;
  ext: string;
  placeholder?: string;
  detail?: Detail;
  metadata?: Metadata;
  owner?: string;
}

export const detailOf = (id: string) => ask(api.GET('/api/image/{image_id}/detail', { params: { path: { image_id: id } } }));

async function metadataOf(id: string): Promise<Metadata> {
  const params = { path: { image_uuid: id } };
  return (await ask(api.GET('/images/{image_uuid}', { params, headers: { Accept: 'application/json' } }))) as Metadata;
}

export async function knownOf(id: string): Promise<Known> {
  try {
    // The detail comes first: of another's public picture it says 403, and the metadata 404.
    const asked = metadataOf(id);
    asked.catch(() => undefined);
    const [detail, metadata] = [await detailOf(id), await asked];
    const { width, height, placeholder, description: text } = detail;
    const ext = detail.fileName.slice(detail.fileName.lastIndexOf('.') + 1);
    return { id, name: metadata.name, text, width, height, placeholder, ext, detail, metadata };
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.status === 403) return strangers(id);
    throw thrown;
  }
}

async function strangers(id: string): Promise<Known> {
  const { width, height } = await ask(api.GET('/iiif/3/{image_id}/info.json', { params: { path: { image_id: id } }, headers: { Accept: 'application/json' } }));
  const said = listed(id)?.picture;
  return { id, name: said?.text ?? '', text: said?.text ?? '', width, height, ext: 'auto', placeholder: said?.placeholder, owner: said?.owner };
}

export const may = (known: Known, right: Right) => allows(known.metadata?.rights ?? 'READ', right);

export const isSigned = (known: Known) => known.detail?.access === 'signed';

// The path of a link to a picture: signed for a time where it must be.
export async function pathOf(known: Known, picked: Picked, seconds: number): Promise<string> {
  if (!isSigned(known)) return linkPath(known.id, picked);
  const { ext, ...options } = picked;
  const body = { ext, ...meant(options), expiresIn: seconds } as components['schemas']['LinkToSign'];
  return (await ask(api.POST('/api/image/{image_id}/sign', { params: { path: { image_id: known.id } }, body }))).url;
}
