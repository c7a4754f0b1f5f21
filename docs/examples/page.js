// Constellation in a page of any origin: upload, list, show and download pictures. It needs no library.
export class Constellation {
  constructor(base, token) {
    this.base = base;
    this.token = token;
  }
  async ask(path, options = {}) {
    const headers = { Authorization: `Bearer ${this.token}`, ...options.headers };
    const response = await fetch(this.base + path, { ...options, headers });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return response;
  }
  async upload(file) { // up to 4.5 MB; returns the id of the picture
    const body = new FormData();
    body.append('image', file, file.name);
    return (await (await this.ask('/api/upload', { method: 'POST', body })).json()).id;
  }
  async uploadLarge(file) { // up to 50 MB, by a form for S3; returns the id of the upload
    const body = JSON.stringify({ kind: 'image', fileName: file.name, size: file.size });
    const headers = { 'Content-Type': 'application/json' };
    const { id, url, fields } = await (await this.ask('/api/uploads', { method: 'POST', headers, body })).json();
    const form = new FormData();
    for (const [name, value] of Object.entries({ ...fields, file })) form.append(name, value);
    if (!(await fetch(url, { method: 'POST', body: form })).ok) throw new Error('S3 refuses the file');
    return id;
  }
  async *images(limit = 25) { // page after page, as the header Link leads
    for (let next = `/api/images/history/1?limit=${limit}`; next; ) {
      const response = await this.ask(next);
      yield* (await response.json()).data;
      next = /<([^>]+)>; rel="next"/.exec(response.headers.get('Link') ?? '')?.[1];
    }
  }
  show(id, width) {
    return Object.assign(new Image(), { src: `${this.base}/image/${id}.webp?w=${width}` });
  }
  async download(id) { // a large picture comes from S3, behind a redirect
    return (await this.ask(`/images/${id}`)).blob();
  }
}
