// Changes of many pictures, up to 100 in a request. One that is refused does not stop the others.
import { api, ask } from '../api/client';
import { asProblem, inWords } from '../api/problem';
import type { components } from '../api/schema';
import { session } from '../session.svelte';
import { t } from '../texts';
import { SECONDS_WITH_UNDO, toast } from '../toasts.svelte';
import { changeListed, hidden } from './listing.svelte';

const AT_ONCE = 100;

type Action = Omit<components['schemas']['NewBatch'], 'ids'>;
interface Outcome {
  done: Set<string>;
  failed: Set<string>;
}

async function change(ids: Iterable<string>, action: Action): Promise<Outcome> {
  const outcome: Outcome = { done: new Set(), failed: new Set() };
  const left = [...ids];
  let said: string | undefined; // by the first that failed
  while (left.length) {
    const some = left.splice(0, AT_ONCE);
    try {
      const { results } = await ask(api.POST('/api/images/batch', { body: { ids: some, ...action } }));
      for (const { id, status, error } of results) {
        const isDone = status < 400 || (status === 404 && action.action === 'delete'); // gone is gone
        outcome[isDone ? 'done' : 'failed'].add(id);
        if (!isDone) said ??= error?.message ? inWords(error.message) : t.errors.fault(status);
      }
    } catch (thrown) {
      said ??= asProblem(thrown).message;
      for (const id of some) outcome.failed.add(id);
    }
  }
  const { failed } = outcome;
  if (said) toast(failed.size === 1 ? said : t.changes.failed(failed.size, said), { isError: true });
  return outcome;
}

export async function publish(ids: ReadonlySet<string>, isPublic: boolean, canUndo = true): Promise<void> {
  changeListed(ids, { isPublic });
  const { done, failed } = await change(ids, { action: isPublic ? 'publish' : 'unpublish' });
  changeListed(failed, { isPublic: !isPublic });
  const undo = canUndo ? () => void publish(done, !isPublic, false) : undefined;
  if (done.size) toast((isPublic ? t.changes.published : t.changes.unpublished)(done.size), { undo });
}

// Pictures that wait for their deletion, while one may take it back.
const doomed = new Map<ReadonlySet<string>, ReturnType<typeof setTimeout>>();

// Delete pictures. They are gone from view at once; the instance is told when it can no longer be undone.
export function remove(ids: ReadonlySet<string>, onundo?: () => void): void {
  for (const id of ids) hidden.add(id);
  doomed.set(ids, setTimeout(() => void destroy(ids), SECONDS_WITH_UNDO * 1000));
  toast(t.changes.deleted(ids.size), {
    undo: () => {
      clearTimeout(doomed.get(ids));
      doomed.delete(ids);
      for (const id of ids) hidden.delete(id);
      onundo?.();
    },
  });
}

async function destroy(ids: ReadonlySet<string>): Promise<void> {
  doomed.delete(ids);
  const { failed } = await change(ids, { action: 'delete' });
  for (const id of failed) hidden.delete(id);
}

// Who leaves has decided.
addEventListener('pagehide', () => {
  for (const [ids, timer] of doomed) {
    clearTimeout(timer);
    void session.token().then((token) => {
      const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
      for (const left = [...ids]; left.length; ) {
        const body = JSON.stringify({ ids: left.splice(0, AT_ONCE), action: 'delete' });
        void fetch('/api/images/batch', { method: 'POST', headers, body, keepalive: true });
      }
    });
  }
  doomed.clear();
});

export async function collect(ids: ReadonlySet<string>, collection: { id: string; name: string }): Promise<void> {
  const { done } = await change(ids, { action: 'collect', collection_id: collection.id });
  if (done.size) toast(t.changes.collected(done.size, collection.name));
}

export async function move(ids: ReadonlySet<string>, constellation: { id: string; name: string }): Promise<void> {
  const { done } = await change(ids, { action: 'move', constellation_uuid: constellation.id });
  if (done.size) toast(t.changes.moved(done.size, constellation.name));
}
