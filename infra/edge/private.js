// Viewer response of the delivery behaviours: what a signed link gives is for its viewer alone, and no longer than the
// link is valid. The cache of the CDN keeps it for longer, because each request is verified first. PRIVATE is filled in
// from Python.
const said = PRIVATE;

function handler(event) {
  const response = event.response;
  const cache = response.headers['cache-control'];
  if (cache && cache.value === said.kept) {
    const query = event.request.querystring;
    const left = Math.max(0, Math.floor(Number(query.exp ? query.exp.value : 0) - Date.now() / 1000));
    cache.value = 'private, max-age=' + (query.variant ? Math.min(left, said.variant) : left);
  }
  return response;
}
