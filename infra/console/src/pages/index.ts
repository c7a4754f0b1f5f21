// The pages of who is signed in. They are one file when built: packed, a file for each is an eighth heavier.
export { default as Collection } from './Collection.svelte';
export { default as Collections } from './Collections.svelte';
export { default as Constellation } from './Constellation.svelte';
export { default as Constellations } from './Constellations.svelte';
export { default as Firmware } from './Firmware.svelte';
export { default as FirmwareVersion } from './FirmwareVersion.svelte';
export { default as Gallery } from './Gallery.svelte';
export { default as Image } from './Image.svelte';
export { default as Public } from './Public.svelte';
export { default as Settings } from './Settings.svelte';
export { default as Shares } from './Shares.svelte';
export { default as Tag } from './Tag.svelte';
export { default as Tags } from './Tags.svelte';
export { default as Upload } from './Upload.svelte';
