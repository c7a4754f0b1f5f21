// Put the focus on the title of a page that one has come to, so that a screen reader reads it. The first page of a visit
// begins where the browser begins.
let isFirst = true;

export function arrival(heading: HTMLElement): void {
  if (!isFirst) heading.focus({ preventScroll: true });
  isFirst = false;
}
