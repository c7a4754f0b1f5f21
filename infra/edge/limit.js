// Viewer request of the API's behaviour. A body that is more than a function takes is refused here: for one between
// Lambda's limit and its own the gateway has no answer that could be said in our words. LIMIT is put in from Python.
const limit = LIMIT;

function handler(event) {
  const length = event.request.headers['content-length'];
  return length && Number(length.value) > limit.bytes ? limit.response : event.request;
}
