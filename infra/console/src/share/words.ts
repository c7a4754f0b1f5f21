import { make } from './make';

// What the script says. The page brings the words, in its language: those of the box only where it takes files.
export let t: Record<string, string> = {};

export function learn(main: HTMLElement): void {
  t = { ...t, ...(JSON.parse(main.dataset.words ?? '{}') as typeof t) };
}

// What stands where no answer came.
export const fault = () => make('p', { className: 'wrong', role: 'alert', textContent: t.offline });
