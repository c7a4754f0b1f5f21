// Addresses of pictures as the API's grammar of links has them, and the sizes that they give.
export interface Size {
  width: number;
  height: number;
}

export interface Options {
  w?: number;
  h?: number;
  fit?: 'inside' | 'cover' | 'pad';
  bg?: string;
  focus?: string;
  q?: number;
  gray?: boolean;
  variant?: string;
  dpr?: 1 | 1.5 | 2 | 3;
}

export interface Picked extends Options {
  ext: string;
}

export const EXTENSIONS = ['auto', 'jpg', 'png', 'webp', 'avif', 'gif'] as const;
export const LONGEST = 4096;

// The members of `options` that mean something beside each other.
export function meant({ w, h, fit, bg, focus, q, gray, variant, dpr }: Options): Options {
  if (variant) return { variant, dpr };
  const isCover = fit === 'cover' && Boolean(w || h);
  const isPad = fit === 'pad' && Boolean(w && h);
  return {
    w,
    h,
    fit: isCover || isPad ? fit : undefined,
    bg: isPad ? bg || undefined : undefined,
    focus: isCover ? focus : undefined,
    q,
    gray: gray || undefined,
  };
}

export function linkPath(id: string, { ext, ...options }: Picked): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(meant(options))) if (value !== undefined) query.set(name, String(value));
  const text = query.toString().replaceAll('%2C', ',');
  return `/image/${id}.${ext}${text && `?${text}`}`;
}

const halfUp = (value: number) => Math.max(1, Math.floor(value + 0.5));

// The size of what a link gives. It is never more than the picture has, but for padding.
export function resultOf({ width, height }: Size, options: Options): Size {
  const { w, h, fit } = meant(options);
  if (fit === 'cover') return { width: Math.min(w ?? h ?? width, width), height: Math.min(h ?? w ?? height, height) };
  if (fit === 'pad' && w && h) return { width: w, height: h };
  const scale = Math.min((w ?? Infinity) / width, (h ?? Infinity) / height, 1);
  return { width: halfUp(width * scale), height: halfUp(height * scale) };
}

const LADDER = [320, 480, 640, 960, 1280, 1920, 2560, 3840];

// The same picture in the widths that browsers choose from, up to twice the one that is asked for.
export function candidates(size: Size, picked: Picked): { picked: Picked; width: number }[] {
  const shown = resultOf(size, picked);
  const hasShape = meant(picked).fit !== undefined;
  const largest = hasShape && picked.fit === 'cover' ? Math.min(size.width, (size.height * shown.width) / shown.height) : picked.fit === 'pad' && hasShape ? LONGEST : size.width;
  const most = Math.floor(Math.min(LONGEST, largest, picked.w || picked.h ? shown.width * 2 : largest));
  const widths = new Set([...LADDER.filter((width) => width < most), Math.min(shown.width, LONGEST), most]);
  return [...widths]
    .sort((a, b) => a - b)
    .map((width) => {
      const height = Math.max(1, Math.floor((width * shown.height) / shown.width));
      return { width, picked: { ...picked, w: width, h: hasShape ? height : undefined } };
    });
}

// A picture of a list: a still, at least so high, that counts as no view. It is a IIIF request in its canonical form.
// Where the picture's size is not known, it fits into a square.
export function stillPath(id: string, { width, height }: Size, high: number): string {
  if (!height) return `/iiif/3/${id}/full/!${high},${high}/0/default.webp`;
  const scale = Math.min(1, high / height);
  const size = scale === 1 && Math.max(width, height) <= LONGEST ? 'max' : `${halfUp(width * scale)},${halfUp(height * scale)}`;
  return `/iiif/3/${id}/full/${size}/0/default.webp`;
}
