// Viewer request of the API's behaviour: refuse a body that is larger than a function can take. Between Lambda's limit
// and its own, the gateway would send a response that we cannot word. LIMIT is filled in from Python.
// A request without Accept gets one, because the gateway answers it with bytes in base64: it accepts anything.
const limit = LIMIT;

function handler(event) {
  const request = event.request;
  const length = request.headers['content-length'];
  if (length && Number(length.value) > limit.bytes) {
    return limit.response;
  }
  if (!request.headers.accept || !request.headers.accept.value) {
    request.headers.accept = { value: '*/*' };
  }
  return request;
}
