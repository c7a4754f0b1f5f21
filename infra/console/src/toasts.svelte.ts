// Short messages about what was done, with a way back where there is one.
import { Stopped, type Problem } from './api/problem';
import { session } from './session.svelte';

export interface Toast {
  id: number;
  text: string;
  undo?: () => void;
  isError: boolean;
}

const SECONDS = 6;
export const SECONDS_WITH_UNDO = 12;

export const toasts = $state<Toast[]>([]);
let last = 0;

export function toast(text: string, { undo, isError = false }: { undo?: () => void; isError?: boolean } = {}): void {
  const id = ++last;
  toasts.push({ id, text, undo, isError });
  if (!isError) setTimeout(() => dismiss(id), (undo ? SECONDS_WITH_UNDO : SECONDS) * 1000);
}

// Tell why a request has failed whose form is no longer shown. The sign-in page tells that the session has ended.
export function tellLate(problem: Problem): void {
  if (session.isIn && !(problem instanceof Stopped)) toast(problem.message, { isError: true });
}

export function dismiss(id: number): void {
  const index = toasts.findIndex((each) => each.id === id);
  if (index >= 0) toasts.splice(index, 1);
}
