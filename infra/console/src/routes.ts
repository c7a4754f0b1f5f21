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
  { path: '/settings', load: page(() => import('./pages/Settings.svelte')), nav: { label: (t) => t.settings.title, icon: 'settings' } },
  { path: '/sign-in', load: page(() => import('./pages/SignIn.svelte')), isOpen: true },
  { path: '/sign-up', load: page(() => import('./pages/SignUp.svelte')), isOpen: true },
  { path: '/.*', load: page(() => import('./pages/NotFound.svelte')), isOpen: true },
];
