// Viewer request of the API's behaviours: answer what needs no function, and refuse a body that is larger than a
// function can take. Between Lambda's limit and its own, the gateway would send a response that we cannot word. API is
// filled in from Python.
// A request without Accept gets one, because the gateway answers it with bytes in base64: it accepts anything. Functions
// that answer with absolute addresses are told the host.
const api = API;

function handler(event) {
  const request = event.request;
  if (request.method === 'OPTIONS') {
    return api.preflight;
  }
  if (request.uri === '/' && (request.method === 'GET' || request.method === 'HEAD')) {
    return api.home;
  }
  const length = request.headers['content-length'];
  if (length && Number(length.value) > api.limit) {
    return api.tooLarge;
  }
  if (!request.headers.accept || !request.headers.accept.value) {
    request.headers.accept = { value: '*/*' };
  }
  if (request.headers.host) {
    request.headers[api.base] = { value: 'https://' + request.headers.host.value };
  }
  return request;
}
