// The page of the share as its own forms ask for it. Its words and marks are the server's, in the language of the page.
import { make } from './make';

interface Policy {
  createHTML(html: string): string;
}
declare global {
  interface Window {
    trustedTypes?: { createPolicy(name: string, rules: Policy): Policy };
  }
}

// Only what this server has sent as its page is read by it, and no script or handler in that is run.
const policy = window.trustedTypes?.createPolicy('share', { createHTML: (html) => html });

export interface Answer {
  status: number; // 200, 401, 404 or 429
  title: string;
  main: HTMLElement;
}

export const code = location.pathname.split('/')[2] ?? '';
const KEY = `constellation.share.${code}`;

// The token of a view, kept by this tab: a page that is loaded anew is the same visit. It is empty where none is needed.
export function remembered(): string | null {
  return sessionStorage.getItem(KEY);
}

export function remember(token: string): void {
  sessionStorage.setItem(KEY, token);
}

// Ask for the page by what a form of it sends, or by its address. Fails without an answer that is a page.
export async function page(form?: FormData, query = ''): Promise<Answer> {
  const answer = await fetch(location.pathname + query, form && { method: 'POST', body: form });
  const html = await answer.text();
  const read = new DOMParser().parseFromString(policy ? policy.createHTML(html) : html, 'text/html');
  const main = read.querySelector('main');
  if (!main) throw new Error();
  return { status: answer.status, title: read.title, main: document.adoptNode(main) };
}

// Ask for the pictures by a token, from a cursor on. An empty one is none.
export function ask(token: string, cursor = ''): Promise<Answer> {
  if (!token) return page(undefined, cursor && `?after=${encodeURIComponent(cursor)}`);
  const form = new FormData();
  form.append('token', token);
  form.append('cursor', cursor);
  return page(form);
}

// Show an answer as the page.
export function put({ title, main }: Answer): void {
  if (main.matches('.door')) sessionStorage.removeItem(KEY);
  document.title = title;
  document.querySelector('main')?.replaceWith(main);
}

let asking: Promise<boolean> | undefined;

// Ask for the pictures, and where the token has ended, say so and ask to open the share once more. Null: nobody did, or the
// share has ended, which the page then says.
export async function pictures(cursor = ''): Promise<Answer | null> {
  const answer = await ask(remembered() ?? '', cursor);
  if (!answer.main.matches('.door')) return answer;
  if (!answer.main.querySelector('form')) put(answer);
  else if (await (asking ??= again(answer).finally(() => (asking = undefined)))) return pictures(cursor);
  return null;
}

// Ask to open the share in a dialog, over what is shown. Returns whether that was done.
function again(door: Answer): Promise<boolean> {
  const dialog = make('dialog', { className: 'again' });
  const show = ({ main, title }: Answer) => {
    const body = make('div', { className: main.className }, ...main.childNodes);
    dialog.ariaLabel = title;
    dialog.replaceChildren(body);
    body.querySelector<HTMLElement>('#password, button')?.focus();
  };
  document.body.append(dialog);
  show(door);
  dialog.showModal();
  return new Promise((done) => {
    dialog.onsubmit = async (event) => {
      event.preventDefault();
      const answer = await page(new FormData(event.target as HTMLFormElement)).catch(() => undefined);
      if (!answer || !dialog.open) return;
      if (answer.main.querySelector('.door form')) return show(answer);
      if (answer.status === 404) put(answer);
      else remember(answer.main.dataset.token ?? '');
      done(answer.status === 200);
      dialog.close();
    };
    dialog.onclose = () => {
      dialog.remove();
      done(false);
    };
  });
}
