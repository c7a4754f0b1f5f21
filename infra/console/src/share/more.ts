// Further pictures: when one comes near the end, and by the page's own button.
import { pictures } from './server';
import { shade } from './shade';
import { fault } from './words';

const watch = new IntersectionObserver((seen) => seen.some((each) => each.isIntersecting) && void more(false), {
  rootMargin: '600px',
});

let running: Promise<void> | undefined;

export const hasMore = () => document.querySelector('.more') !== null;

// Watch for the end of what is shown.
export function near(): void {
  watch.disconnect();
  const end = document.querySelector('.more');
  if (end) watch.observe(end);
}

// Show what comes next. Whoever has pressed the button goes on at the first picture that came.
export function more(pressed: boolean): Promise<void> {
  return (running ??= load(pressed).finally(() => (running = undefined)));
}

async function load(pressed: boolean): Promise<void> {
  const end = document.querySelector<HTMLElement>('.more');
  const list = document.querySelector('.grid');
  if (!end || !list) return;
  watch.disconnect();
  const button = end.querySelector('a, button') as HTMLElement;
  button.ariaBusy = 'true';
  const cursor = end.querySelector<HTMLInputElement>('[name=cursor]')?.value ?? new URLSearchParams(end.querySelector('a')?.search).get('after');
  try {
    const answer = await pictures(cursor ?? '');
    if (!answer) return;
    const first = add(answer.main);
    const next = answer.main.querySelector('.more');
    if (next) end.replaceWith(next);
    else end.remove();
    if (pressed) first?.querySelector('a')?.focus();
    near();
  } catch {
    // It goes on by the button.
    end.querySelector('.wrong')?.remove();
    end.prepend(fault());
  } finally {
    button.ariaBusy = null;
  }
}

// Put the pictures of another page below those that are shown, or above. Returns the first that is new.
export function add(main: HTMLElement, above = false): Element | undefined {
  const list = document.querySelector('.grid');
  const came = [...main.querySelectorAll<HTMLElement>('.grid > li')].filter((each) => !find(each.dataset.id));
  for (const each of came) shade(each);
  if (list) list[above ? 'prepend' : 'append'](...came);
  return came[0];
}

export function find(id: string | undefined): Element | null {
  return document.querySelector(`[data-id="${id}"]`);
}
