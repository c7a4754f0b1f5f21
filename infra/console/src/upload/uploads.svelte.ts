// The uploads of this tab. They go on while one looks at other pages.
import { session } from '../session.svelte';
import type { State } from './sending';
import { Uploader, type Detail, type Item, type Target } from './uploader';

export class Upload implements Item {
  readonly id = crypto.randomUUID();
  readonly preview: string;
  state = $state<State>('waiting');
  sent = $state(0);
  said = $state('');
  canRepeat = $state(false);
  image = $state.raw<Detail>();

  constructor(
    readonly file: File,
    readonly target: Target,
  ) {
    this.preview = file.type.startsWith('image/') ? URL.createObjectURL(file) : '';
  }

  get isOver(): boolean {
    return this.state === 'done' || this.state === 'failed';
  }
}

class Uploads {
  list = $state<Upload[]>([]);
  target = $state<Target>({}); // of what is added next
  #uploader = new Uploader();

  constructor() {
    addEventListener('beforeunload', (event) => {
      if (this.list.some((each) => !each.isOver)) event.preventDefault();
    });
    $effect.root(() => {
      $effect(() => {
        void session.count;
        if (session.isIn) void this.#resume();
        else if (!session.hasEnded) this.#clear();
      });
    });
  }

  add(files: Iterable<File>, target: Target = this.target): void {
    for (const file of files) {
      const upload = new Upload(file, { ...target });
      this.list.push(upload);
      this.#uploader.add(upload);
    }
  }

  remove(upload: Upload): void {
    this.#uploader.cancel(upload);
    this.list = this.list.filter((each) => each !== upload);
    URL.revokeObjectURL(upload.preview);
  }

  again(upload: Upload): void {
    this.#uploader.again(upload);
  }

  forgetOver(): void {
    for (const each of this.list.filter((upload) => upload.isOver)) this.remove(each);
  }

  async #resume(): Promise<void> {
    if (!this.list.length) return;
    const foreign: readonly Item[] = await this.#uploader.resume().catch(() => []);
    for (const each of this.list.filter((upload) => foreign.includes(upload))) this.remove(each);
  }

  #clear(): void {
    for (const each of [...this.list]) this.remove(each);
  }
}

export const uploads = new Uploads();
