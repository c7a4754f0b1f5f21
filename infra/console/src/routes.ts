// The pages of the console: where each is, and how it is loaded. The first whose path matches is shown; the parts that
// its path names are given to it as properties. A page with `nav` stands in the navigation.
import type { Component } from 'svelte';
import type { Texts } from './texts';
import type { IconName } from './ui/Icon.svelte';

export interface Page {
  path: string;
  load: () => Promise<{ default: Component<Record<string, string>> }>;
  isOpen?: boolean; // to those who are not signed in
  nav?: { label: (t: Texts) => string; icon: IconName };
}

const page = (load: () => Promise<unknown>) => load as Page['load'];

export const pages: readonly Page[] = [
  { path: '/', load: page(() => import('./pages/Gallery.svelte')), nav: { label: (t) => t.gallery.title, icon: 'picture' } },
  { path: '/upload', load: page(() => import('./pages/Upload.svelte')), nav: { label: (t) => t.upload.title, icon: 'upload' } },
  { path: '/public', load: page(() => import('./pages/Public.svelte')), nav: { label: (t) => t.gallery.public, icon: 'eye' } },
  { path: '/images/:id', load: page(() => import('./pages/Image.svelte')) },
  { path: '/constellations', load: page(() => import('./pages/Constellations.svelte')), nav: { label: (t) => t.constellations.title, icon: 'stars' } },
  { path: '/constellations/:id', load: page(() => import('./pages/Constellation.svelte')) },
  { path: '/collections', load: page(() => import('./pages/Collections.svelte')), nav: { label: (t) => t.collections.title, icon: 'stack' } },
  { path: '/collections/:id', load: page(() => import('./pages/Collection.svelte')) },
  { path: '/tags', load: page(() => import('./pages/Tags.svelte')), nav: { label: (t) => t.tags.title, icon: 'tag' } },
  { path: '/tags/:tag', load: page(() => import('./pages/Tag.svelte')) },
  { path: '/shares', load: page(() => import('./pages/Shares.svelte')), nav: { label: (t) => t.shares.title, icon: 'share' } },
  { path: '/firmware', load: page(() => import('./pages/Firmware.svelte')), nav: { label: (t) => t.firmware.title, icon: 'chip' } },
  { path: '/firmware/:id', load: page(() => import('./pages/FirmwareVersion.svelte')) },
  { path: '/settings', load: page(() => import('./pages/Settings.svelte')), nav: { label: (t) => t.settings.title, icon: 'settings' } },
  { path: '/sign-in', load: page(() => import('./pages/SignIn.svelte')), isOpen: true },
  { path: '/sign-up', load: page(() => import('./pages/SignUp.svelte')), isOpen: true },
  { path: '/.*', load: page(() => import('./pages/NotFound.svelte')), isOpen: true },
];
