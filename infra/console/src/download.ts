// Have the browser save what is at an address as a file.
export function downloadFrom(href: string, name: string): void {
  Object.assign(document.createElement('a'), { href, download: name }).click();
}

// Give the browser something to save as a file.
export function download(name: string, content: BlobPart, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  downloadFrom(url, name);
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
