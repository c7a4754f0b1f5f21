// The page of a share, where scripts run: it opens without being left, goes on when one scrolls, shows pictures large,
// and takes files. Each part waits for what it enhances; the page itself comes from the server, also what comes later.
import { opensBox } from './box';
import { more, near } from './more';
import { ask, code, page, put, remember, remembered } from './server';
import css from './style.css?inline';
import { shade } from './shade';
import { fault, learn } from './words';
import { view } from './viewer';

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);
document.adoptedStyleSheets = [sheet];

addEventListener('submit', (event) => {
  const form = event.target as HTMLFormElement;
  if (form.closest('dialog')) return;
  event.preventDefault();
  if (form.matches('.more')) void more(form.contains(document.activeElement));
  else void unlock(form);
});

addEventListener('click', (event) => {
  const link = (event.target as Element).closest?.('a');
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const opens = link.matches('.picture') ? () => view(link) : link.matches('.more a') ? () => more(true) : undefined;
  if (!opens) return;
  event.preventDefault();
  void opens();
});

async function unlock(form: HTMLFormElement): Promise<void> {
  const button = form.querySelector('button') as HTMLButtonElement;
  if (button.ariaBusy) return;
  button.ariaBusy = 'true';
  try {
    put(await page(new FormData(form)));
    enhance();
    // Whoever looks at the pictures is told what they are; whoever does not is where the next try is made.
    const next = document.querySelector<HTMLElement>('#password') ?? document.querySelector('h1');
    if (next?.matches('h1')) next.tabIndex = -1;
    next?.focus();
  } catch {
    form.parentElement?.querySelector('.wrong')?.remove();
    form.before(fault());
    button.ariaBusy = null;
  }
}

function enhance(): void {
  const main = document.querySelector('main') as HTMLElement;
  learn(main);
  if (main.dataset.token) remember(main.dataset.token);
  shade(main);
  near();
  opensBox(main);
}

async function begin(): Promise<void> {
  enhance();
  const known = remembered();
  if (document.querySelector('.door form')) {
    if (!known) return;
    // The page was loaded anew within the hour: that is no other view.
    put(await ask(known));
    enhance();
  } else if (known === null && document.querySelector('#pictures')) {
    // What is open is shown by the address alone, which counts no view. This counts the visit.
    remember('');
    await (await fetch(`/api/s/${code}`)).text();
  }
}

begin().catch(() => undefined);
