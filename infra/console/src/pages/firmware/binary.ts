// The binary of a firmware version: sent, and fetched.
import { api, ask } from '../../api/client';
import { download } from '../../download';

const at = (id: string) => ({ params: { path: { image_id: id } } });

export async function sendBinary(id: string, file: File): Promise<void> {
  const form = new FormData();
  form.append('image', file, file.name);
  await ask(api.POST('/image/{image_id}/binary', { ...at(id), body: { image: '' }, bodySerializer: () => form }));
}

export async function fetchBinary(id: string, name: string): Promise<void> {
  const content = await ask(api.GET('/image/{image_id}/binary', { ...at(id), parseAs: 'blob' }));
  download(name, content as Blob, 'application/octet-stream');
}
