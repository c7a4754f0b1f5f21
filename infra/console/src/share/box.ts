// Send files into a folder that takes them: three at once, each with its progress, to cancel and to try again. The share
// cannot ask how an upload has ended, which is its creator's to know: a picture that was taken shows up in the page.
import { make } from './make';
import { add, find } from './more';
import { code, pictures, remembered } from './server';
import { t } from './words';

const AT_ONCE = 3;
const NUMBER = /[\d.]*\d/g;
const LOOKS = [1, 2, 3, 5, 8, 13]; // seconds between looks whether a picture is there

const size = (bytes: number) => {
  const [unit, value] = bytes < 1e6 ? ['kilobyte', Math.ceil(bytes / 1e3)] : ['megabyte', bytes / 1e6];
  return value.toLocaleString(document.documentElement.lang, { style: 'unit', unit, maximumFractionDigits: 1 });
};

// The words of a refusal in the language of the page, if it has them. # stands for a number there.
const inWords = (said = '') => {
  const numbers = said.match(NUMBER);
  return t[said.replace(NUMBER, '#')]?.replace(/#/g, () => Number(numbers?.shift()).toLocaleString(document.documentElement.lang)) ?? said;
};

interface Form {
  id: string;
  url: string;
  fields: Record<string, string>;
}
interface Refusal {
  error?: { message?: string; violations?: { message: string }[] };
}

class Refused extends Error {}

class Sending {
  readonly bar: HTMLProgressElement;
  readonly said = make('span', { className: 'said', role: 'status' });
  readonly button = make('button', { type: 'button', className: 'plain' });
  readonly row: HTMLLIElement;
  request: XMLHttpRequest | undefined;
  isOver = false;

  constructor(readonly file: File) {
    this.bar = make('progress', { max: 1, value: 0, ariaLabel: file.name });
    const name = make('span', { className: 'file', dir: 'auto', textContent: file.name });
    this.row = make('li', {}, name, make('span', { className: 'size', textContent: size(file.size) }), this.button, this.bar, this.said);
    this.wait();
  }

  wait(): void {
    this.isOver = false;
    this.tell(t.waiting, t.cancel, () => {
      this.isOver = true;
      this.request?.abort();
      drop(this);
    });
    this.bar.hidden = false;
    this.bar.value = 0;
    waiting.push(this);
    next();
  }

  tell(said = '', act = '', does?: () => void, kind = ''): void {
    this.said.textContent = said;
    this.row.className = kind;
    this.button.hidden = !act;
    this.button.textContent = act;
    this.button.ariaLabel = `${act}: ${this.file.name}`;
    if (does) this.button.onclick = does;
  }

  end(said = '', kind = '', again = false): void {
    this.isOver = true;
    this.bar.hidden = true;
    if (again) this.tell(said, t.again, () => this.wait(), kind);
    else this.tell(said, t.remove, () => drop(this), kind);
  }
}

const list = make('ul', { className: 'sent', role: 'list' });
const waiting: Sending[] = [];
const looked = new Map<string, Sending>(); // what was sent, until it shows up
let running = 0;
let looks = 0;

function drop(sending: Sending): void {
  const at = waiting.indexOf(sending);
  if (at >= 0) waiting.splice(at, 1);
  sending.row.remove();
}

function next(): void {
  while (running < AT_ONCE) {
    const sending = waiting.shift();
    if (!sending) return;
    running += 1;
    void send(sending).finally(() => {
      running -= 1;
      next();
    });
  }
}

async function send(sending: Sending): Promise<void> {
  sending.said.textContent = t.sending ?? '';
  try {
    const form = await begun(sending.file);
    if (sending.isOver) return;
    if (!form) return sending.end(t.ended, 'refused', true);
    await post(form, sending);
    if (sending.isOver) return;
    sending.tell(t.checking);
    looked.set(form.id, sending);
    looks = 0;
    void look();
  } catch (fault) {
    if (sending.isOver) return;
    if (fault instanceof Refused) sending.end(fault.message, 'refused');
    else sending.end(t.failed, 'refused', true);
  }
}

// The form of a file, or null if the share is not opened again after its token has ended. Fails with a refusal.
async function begun(file: File, again = true): Promise<Form | null> {
  const token = remembered();
  const answer = await fetch(`/api/s/${code}/uploads`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Share ${token}` }) },
    body: JSON.stringify({ fileName: file.name, size: file.size }),
  });
  if (answer.ok) return answer.json();
  if (again && (answer.status === 401 || answer.status === 404)) return (await pictures()) && begun(file, false);
  if (answer.status >= 500) throw new Error();
  const { error } = (await answer.json()) as Refusal;
  throw new Refused(inWords(error?.violations?.[0]?.message ?? error?.message));
}

// Send a file, and tell how much of it has gone, which `fetch` does not.
function post(form: Form, sending: Sending): Promise<void> {
  const body = new FormData();
  for (const [field, value] of Object.entries(form.fields)) body.append(field, value);
  body.append('file', sending.file, sending.file.name);
  return new Promise((done, fail) => {
    const request = (sending.request = new XMLHttpRequest());
    request.open('POST', form.url);
    request.upload.onprogress = ({ loaded, total }) => (sending.bar.value = loaded / total);
    request.onload = () => (request.status < 300 ? done() : fail(new Error()));
    request.onerror = request.onabort = fail;
    request.send(body);
  });
}

let looking = false;

// Look for what was sent, with longer and longer pauses.
async function look(): Promise<void> {
  if (looking) return;
  looking = true;
  while (looked.size && looks < LOOKS.length) {
    await new Promise((done) => setTimeout(done, (LOOKS[looks] ?? 0) * 1000));
    looks += 1;
    const answer = await pictures().catch(() => undefined);
    if (answer === null) break;
    if (!answer) continue;
    if (document.querySelector('.grid')) add(answer.main, true);
    else renew('#pictures', answer.main);
    renew('#about', answer.main);
    for (const [id, sending] of looked) {
      if (!find(id)) continue;
      looked.delete(id);
      sending.end(t.here, 'here');
    }
  }
  for (const sending of looked.values()) sending.end(t.unseen, 'unseen');
  looked.clear();
  looking = false;
}

// Show a part of the page as it is now.
function renew(part: string, main: HTMLElement): void {
  const now = main.querySelector(part);
  if (now) document.querySelector(part)?.replaceWith(now);
}

let isBox = false;

// Take files where the page says that it does.
export function opensBox(main: HTMLElement): void {
  isBox = 'drop' in t && main.querySelector('#pictures') !== null;
  if (!isBox) return;
  const input = make('input', { type: 'file', multiple: true, accept: 'image/*', hidden: true });
  const button = make('button', { type: 'button', textContent: t.choose });
  button.onclick = () => input.click();
  input.onchange = () => {
    take(input.files ?? []);
    input.value = '';
  };
  const box = make('section', { className: 'box', ariaLabel: t.box }, button, input, make('p', { textContent: t.drop }), list);
  main.querySelector('#pictures')?.before(box);
}

function take(files: Iterable<File>): void {
  for (const file of files) list.append(new Sending(file).row);
}

addEventListener('dragover', (event) => {
  if (!isBox || !event.dataTransfer?.types.includes('Files')) return;
  event.preventDefault();
  document.body.classList.add('over');
});
addEventListener('dragleave', ({ relatedTarget }) => relatedTarget || document.body.classList.remove('over'));
addEventListener('drop', (event) => {
  if (!isBox || !event.dataTransfer) return;
  event.preventDefault();
  document.body.classList.remove('over');
  take(event.dataTransfer.files);
});
addEventListener('beforeunload', (event) => {
  if (running) event.preventDefault();
});
