// Dates, sizes and numbers as the language of the page has them.
const language = () => document.documentElement.lang;

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

export function size(bytes: number): string {
  const power = Math.min(UNITS.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  const form = { style: 'unit', unit: UNITS[power], unitDisplay: power ? 'short' : 'long', maximumFractionDigits: value < 10 && power ? 1 : 0 };
  return new Intl.NumberFormat(language(), form as Intl.NumberFormatOptions).format(value);
}

export function number(value: number): string {
  return new Intl.NumberFormat(language()).format(value);
}

export function date(text: string): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: 'medium' }).format(new Date(text));
}

export function moment(text: string): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(text));
}
