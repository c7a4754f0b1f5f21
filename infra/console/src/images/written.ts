// A link to a picture as one writes it in a message, a page or a forum. What users wrote is text in each of them.
import { candidates, linkPath, type Picked, type Size } from './links';

export const FORMS = ['address', 'markdown', 'html', 'bbcode'] as const;
export type LinkForm = (typeof FORMS)[number];

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export const absolute = (path: string) => new URL(path, location.origin).href;
const attribute = (text: string) => text.replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);
const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

export function written(form: LinkForm, path: string, name: string, { width, height }: Size): string {
  const address = absolute(path);
  if (form === 'markdown') return `![${oneLine(name).replace(/[\\[\]`*_<>!&]/g, '\\$&')}](${address})`;
  if (form === 'html') return `<img src="${attribute(address)}" alt="${attribute(oneLine(name))}" width="${width}" height="${height}">`;
  return form === 'bbcode' ? `[img]${address}[/img]` : address;
}

export interface Candidate {
  picked: Picked;
  descriptor: string; // 640w, or 2x
  path: string;
}

// What a `srcset` for the picked link offers. The size of a variant is not known here, so it is given by its density.
export function candidatesOf(id: string, size: Size, picked: Picked): Candidate[] {
  const list = picked.variant
    ? ([1, 2, 3] as const).map((dpr) => ({ picked: { ...picked, dpr: dpr === 1 ? undefined : dpr }, descriptor: `${dpr}x` }))
    : candidates(size, picked).map((each) => ({ picked: each.picked, descriptor: `${each.width}w` }));
  return list.map((each) => ({ ...each, path: linkPath(id, each.picked) }));
}

// HTML by which a browser takes the size that fits. `shown` is the size on a page where there is room.
export function responsive(path: string, name: string, shown: Size, list: readonly { path: string; descriptor: string }[]): string {
  const srcset = attribute(list.map((each) => `${absolute(each.path)} ${each.descriptor}`).join(', '));
  const byWidth = list[0]?.descriptor.endsWith('w');
  const sizes = byWidth ? ` sizes="(max-width: ${shown.width}px) 100vw, ${shown.width}px" width="${shown.width}" height="${shown.height}"` : '';
  return `<img src="${attribute(absolute(path))}" srcset="${srcset}"${sizes} alt="${attribute(oneLine(name))}">`;
}
