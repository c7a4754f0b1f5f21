// Addresses of pages, below /console/: which is shown, and how one gets to another without loading anything anew.
const BASE = '/console';

export const at = $state({ path: pathOf(location), query: location.search });

function pathOf(place: { pathname: string; hash: string }): string {
  // Uploaders that were made before the console was there lead to /console/#/images/….
  const old = /^#(\/.*)$/.exec(place.hash);
  return old?.[1] ?? (place.pathname.slice(BASE.length).replace(/\/+$/, '') || '/');
}

// The address of a page as a link has it.
export function href(path: string): string {
  return BASE + (path === '/' ? '/' : path);
}

// Go to a page; `replace` leaves the present one out of the history.
export function go(path: string, { replace = false } = {}): void {
  history[replace ? 'replaceState' : 'pushState'](null, '', href(path));
  show();
  scrollTo(0, 0);
}

// Return a function that tells whether the user is still on the present page. Nobody is taken back to a page after leaving it.
export function here(): () => boolean {
  const { path } = at;
  return () => path === at.path;
}

function show(): void {
  at.path = pathOf(location);
  at.query = location.search;
}

// The parts that a pattern such as /images/:id names, or undefined where it does not match.
export function match(pattern: string, path: string): Record<string, string> | undefined {
  const names: string[] = [];
  const form = pattern.replace(/:(\w+)/g, (_, name: string) => (names.push(name), '([^/]+)'));
  const found = new RegExp(`^${form}$`).exec(path);
  try {
    return found ? Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')])) : undefined;
  } catch {
    return undefined; // no UTF-8
  }
}

// Whether a click asks the browser for something else, such as a new tab.
export const asksOther = ({ button, metaKey, ctrlKey, shiftKey, altKey }: MouseEvent) => Boolean(button) || metaKey || ctrlKey || shiftKey || altKey;

// A link leads on within the page.
function follow(event: MouseEvent): void {
  const link = (event.target as Element).closest('a');
  if (!link || asksOther(event) || event.defaultPrevented || link.target || link.hasAttribute('download')) return;
  const to = new URL(link.href);
  if (to.origin !== location.origin || !`${to.pathname}/`.startsWith(`${BASE}/`) || to.hash) return;
  event.preventDefault();
  go(to.pathname.slice(BASE.length) + to.search || '/');
}

if (location.hash.startsWith('#/')) history.replaceState(null, '', href(at.path));
addEventListener('popstate', show);
document.addEventListener('click', follow);
