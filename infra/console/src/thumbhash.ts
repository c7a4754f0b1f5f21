// The picture of a ThumbHash (https://evanw.github.io/thumbhash/), by which a place looks like what will be there.
import { thumbHashToDataURL } from 'thumbhash';

export function placeholder(hash: string): string {
  return thumbHashToDataURL(Uint8Array.from(atob(hash), (character) => character.charCodeAt(0)));
}
