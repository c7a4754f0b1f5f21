// A picture as large as the window: by the arrows, by buttons, by a stroke. Escape goes back to where one was.
import { hasMore, more } from './more';
import { make } from './make';
import { veil } from './shade';
import { fault, t } from './words';

const STROKE = 40; // pixels

const name = make('p', { className: 'name', dir: 'auto', ariaLive: 'polite' });
const place = make('span', { className: 'place' });
const get = make('a', { className: 'button', download: '' });
const close = make('button', { type: 'button', textContent: '✕' });
const back = make('button', { type: 'button', textContent: '‹' });
const on = make('button', { type: 'button', textContent: '›' });
const stage = make('div', { className: 'stage' });
const dialog = make('dialog', { className: 'viewer' }, make('header', {}, name, place, get, close), make('div', { className: 'row' }, back, stage, on));

let shown: HTMLAnchorElement | undefined;
let from = 0;

const links = () => [...document.querySelectorAll<HTMLAnchorElement>('a.picture')];

export function view(link: HTMLAnchorElement): void {
  document.body.append(dialog);
  close.ariaLabel = t.close ?? '';
  back.ariaLabel = t.back ?? '';
  on.ariaLabel = t.on ?? '';
  show(link);
  dialog.showModal();
}

function show(link: HTMLAnchorElement): void {
  const { name: said = '', view: large = '', width = '1', height = '1' } = link.dataset;
  const all = links();
  const at = all.indexOf(link);
  shown = link;
  dialog.ariaLabel = name.textContent = said;
  place.textContent = all.length > 1 ? `${at + 1} / ${all.length}${hasMore() ? '+' : ''}` : '';
  const own = link.closest('li, figure')?.querySelector<HTMLAnchorElement>('a[download]');
  get.hidden = !own;
  if (own) [get.href, get.textContent] = [own.href, own.textContent];
  const picture = make('img', { alt: said, draggable: false });
  picture.style.cssText = `--width: ${width}px; --ratio: ${width} / ${height}`;
  veil(picture, link.querySelector('img')?.dataset.hash);
  picture.addEventListener('error', () => picture.replaceWith(fault()));
  picture.src = large;
  stage.replaceChildren(picture);
  back.disabled = at === 0;
  on.disabled = at === all.length - 1 && !hasMore();
  const next = all[at + 1]?.dataset.view;
  if (next) new Image().src = next;
}

async function step(by: number): Promise<void> {
  if (!shown) return;
  const at = links().indexOf(shown) + by;
  if (at >= links().length) await more(false);
  const link = links()[at];
  if (link && dialog.open) show(link);
}

back.onclick = () => step(-1);
on.onclick = () => step(1);
close.onclick = () => dialog.close();
dialog.onclose = () => {
  shown?.focus();
  stage.replaceChildren();
};
dialog.onkeydown = (event) => {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const end = { Home: 0, End: -1 }[event.key];
  if (by) void step(by);
  const link = end === undefined ? undefined : links().at(end);
  if (link) show(link);
  if (by || link) event.preventDefault();
};
stage.onclick = ({ target, clientX }) => {
  if (target === stage && Math.abs(clientX - from) <= STROKE) dialog.close();
};
stage.onpointerdown = ({ clientX }) => {
  from = clientX;
};
stage.onpointerup = ({ clientX }) => {
  if (Math.abs(clientX - from) > STROKE) void step(clientX < from ? 1 : -1);
};
