// Viewer request of the API's behaviour. A body that is more than a function takes is refused here: for one between
// Lambda's limit and its own the gateway has no answer that could be said in our words. LIMIT is put in from Python.
// Who does not say what it accepts accepts anything: to a request without Accept the gateway answers bytes in base64.
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
