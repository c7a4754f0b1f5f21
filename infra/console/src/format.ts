// Dates, sizes and numbers as the browser's locale has them, where it speaks the language of the page: British dates for
// the British, and English ones for those whose language is not there.
function language(): string {
  const { lang } = document.documentElement;
  return navigator.languages.find((tag) => tag.split('-')[0] === lang) ?? lang;
}

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

// A text that goes from right to left, set apart so that a number after it stays after it.
export function isolated(text: string): string {
  return /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/.test(text) ? `\u2068${text}\u2069` : text;
}

// What a format of pictures is called.
export function formatName(type: string): string {
  return type.replace('image/', '').toUpperCase().replace('WEBP', 'WebP');
}

export function date(text: string): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: 'medium' }).format(new Date(text));
}

export function moment(text: string): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(text));
}
