// The binary of a firmware version: sent, and fetched.
import { api, ask } from '../../api/client';
import { asProblem, noAnswer, Problem, Stopped } from '../../api/problem';
import { download } from '../../download';
import { t } from '../../texts';
import { DIRECT, newForm, postAsUser, postForm, settled, type Sending, type State } from '../../upload/sending';

const at = (id: string) => ({ params: { path: { image_id: id } } });

// A file that one has chosen. Small ones go in one request, large ones by a form.
export class Binary {
  file = $state.raw<File>();
  state = $state<State>('waiting');
  sent = $state(0);
  #abort = new AbortController();

  // Send it. A refusal is a violation of the field `image`.
  async send(id: string): Promise<void> {
    if (!this.file) throw new Problem(400, t.firmware.noFile, { image: t.firmware.noFile });
    [this.state, this.sent, this.#abort] = ['sending', 0, new AbortController()];
    try {
      await this.#attempt(id, this as Sending);
    } catch (thrown) {
      if (this.#abort.signal.aborted) throw new Stopped();
      const { status, message } = asProblem(thrown);
      // What came of an earlier try may have been lost on the way.
      const there = await ask(api.GET('/image/{image_id}', at(id))).catch(() => undefined);
      if (there?.size === this.file.size) return;
      throw new Problem(status, message, status === 400 || status === 422 ? { image: message } : {});
    } finally {
      this.state = 'waiting';
    }
  }

  stop(): void {
    this.#abort.abort();
  }

  async #attempt(id: string, item: Sending): Promise<void> {
    const { signal } = this.#abort;
    if (item.file.size <= DIRECT) {
      try {
        await postAsUser(`/image/${id}/binary`, item, signal);
        return;
      } catch (thrown) {
        if (asProblem(thrown).status !== 413) throw thrown;
      }
    }
    const form = await newForm({ kind: 'firmware', image_id: id }, item.file, crypto.randomUUID());
    if (!(await postForm(form, item, signal)).ok) throw noAnswer();
    await settled(form, item, signal);
  }
}

export async function fetchBinary(id: string, name: string): Promise<void> {
  const content = await ask(api.GET('/image/{image_id}/binary', { ...at(id), parseAs: 'blob' }));
  download(name, content as Blob, 'application/octet-stream');
}
