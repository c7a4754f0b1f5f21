// Make an element with what it is and what is in it.
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  said: Partial<HTMLElementTagNameMap[Name]>,
  ...within: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = Object.assign(document.createElement(name), said);
  element.append(...within);
  return element;
}
