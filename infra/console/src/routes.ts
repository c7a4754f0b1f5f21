// The pages of the console: where each is, and how it is loaded. The first whose path matches is shown; the parts that
// its path names are given to it as properties. A page with `nav` stands in the navigation.
import type { Component } from 'svelte';
import NotFound from './pages/NotFound.svelte';
import SignIn from './pages/SignIn.svelte';
import SignUp from './pages/SignUp.svelte';
import type { Texts } from './texts';
import type { IconName } from './ui/Icon.svelte';

export interface Page {
  path: string;
  load: () => Promise<Component<Record<string, string>>>;
  isOpen?: boolean; // to those who are not signed in
  isNarrow?: boolean; // a list or a form, which is no better where it is wide
  nav?: { label: (t: Texts) => string; icon: IconName };
}

const page = (name: keyof typeof import('./pages')) => async () => (await import('./pages'))[name] as Awaited<ReturnType<Page['load']>>;
const open = (component: Component) => () => Promise.resolve(component);

export const pages: readonly Page[] = [
  { path: '/', load: page('Gallery'), nav: { label: (t) => t.gallery.title, icon: 'picture' } },
  { path: '/upload', load: page('Upload'), nav: { label: (t) => t.upload.title, icon: 'upload' } },
  { path: '/public', load: page('Public'), nav: { label: (t) => t.gallery.public, icon: 'eye' } },
  { path: '/images/:id', load: page('Image') },
  { path: '/constellations', load: page('Constellations'), isNarrow: true, nav: { label: (t) => t.constellations.title, icon: 'stars' } },
  { path: '/constellations/:id', load: page('Constellation') },
  { path: '/collections', load: page('Collections'), isNarrow: true, nav: { label: (t) => t.collections.title, icon: 'stack' } },
  { path: '/collections/:id', load: page('Collection') },
  { path: '/tags', load: page('Tags'), isNarrow: true, nav: { label: (t) => t.tags.title, icon: 'tag' } },
  { path: '/tags/:tag', load: page('Tag') },
  { path: '/shares', load: page('Shares'), isNarrow: true, nav: { label: (t) => t.shares.title, icon: 'share' } },
  { path: '/firmware', load: page('Firmware'), isNarrow: true, nav: { label: (t) => t.firmware.title, icon: 'chip' } },
  { path: '/firmware/:id', load: page('FirmwareVersion'), isNarrow: true },
  { path: '/settings', load: page('Settings'), isNarrow: true, nav: { label: (t) => t.settings.title, icon: 'settings' } },
  { path: '/sign-in', load: open(SignIn), isOpen: true },
  { path: '/sign-up', load: open(SignUp), isOpen: true },
  { path: '/.*', load: open(NotFound), isOpen: true },
];
