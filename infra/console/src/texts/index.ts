// The words of the console, in the first language of the browser's that there is. `t` does not change while it runs.
import { en } from './en';

// A language has each text of English, as text or as a function of the same values.
type In<T> = T extends string
  ? string
  : T extends (...values: infer V) => string
    ? (...values: V) => string
    : { readonly [K in keyof T]: In<T[K]> };
export type Texts = In<typeof en>;

const others: Record<string, () => Promise<Texts>> = {
  de: async () => (await import('./de')).de,
};

export let t: Texts = en;

export async function speak(wanted: readonly string[]): Promise<void> {
  const named = wanted.map((tag) => tag.split('-')[0] ?? '').find((name) => name === 'en' || name in others) ?? 'en';
  document.documentElement.lang = named;
  t = (await others[named]?.()) ?? en;
}
