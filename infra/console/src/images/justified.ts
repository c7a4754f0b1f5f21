// Rows of pictures that are all as wide as the page, each picture in its own proportions.
export interface Row {
  top: number;
  height: number;
  first: number; // index of its first picture
  widths: number[];
}

const MOST_PANORAMIC = 5; // wider ones are cut, so that no row is a stripe
const MOST_UPRIGHT = 0.4;

const bounded = (ratio: number) => Math.min(MOST_PANORAMIC, Math.max(MOST_UPRIGHT, ratio));

// Rows of pictures with these proportions. Each is as high as `wanted`, or a little less; the last, where it is not full,
// is no higher than the one above it.
export function rowsOf(ratios: readonly number[], width: number, wanted: number, gap: number): Row[] {
  const rows: Row[] = [];
  let [top, first, sum] = [0, 0, 0];
  for (const [index, ratio] of ratios.entries()) {
    sum += bounded(ratio);
    const room = width - (index - first) * gap;
    const isFull = room / sum <= wanted;
    if (!isFull && index < ratios.length - 1) continue;
    const height = Math.round(isFull ? room / sum : Math.min(wanted, rows.at(-1)?.height ?? wanted));
    const widths = ratios.slice(first, index + 1).map((each) => Math.floor(bounded(each) * height));
    // What rounding has left, or taken, goes to the last one.
    if (isFull) widths.push(room - widths.reduce((all, each) => all + each, 0) + (widths.pop() ?? 0));
    rows.push({ top, height, first, widths });
    [top, first, sum] = [top + height + gap, index + 1, 0];
  }
  return rows;
}

// The index of the last row that begins at or above `y`.
export function rowAt(rows: readonly Row[], y: number): number {
  let [low, high] = [0, rows.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((rows[middle]?.top ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}
