// A picture's place looks like what will be there, until it is there.
import { thumbHashToRGBA } from 'thumbhash';
import { make } from './make';

export function shade(within: ParentNode): void {
  for (const picture of within.querySelectorAll<HTMLImageElement>('img[data-hash]')) {
    if (!picture.complete) veil(picture, picture.dataset.hash);
  }
}

export function veil(picture: HTMLImageElement, hash: string | undefined): void {
  if (!hash) return;
  const { w, h, rgba } = thumbHashToRGBA(Uint8Array.from(atob(hash), (character) => character.charCodeAt(0)));
  const canvas = make('canvas', { width: w, height: h });
  canvas.getContext('2d')?.putImageData(new ImageData(new Uint8ClampedArray(rgba), w, h), 0, 0);
  picture.style.background = `url(${canvas.toDataURL()}) center / 100% 100%`;
  picture.onload = picture.onerror = () => (picture.style.background = '');
}
