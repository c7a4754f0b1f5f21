// Viewer request of the console: answer what needs no file, and give the one page for each of its addresses, which the
// page tells apart itself. The script of the page of a share is a file with a name of its own. CONSOLE is filled in from
// Python.
const known = CONSOLE;

function handler(event) {
  const request = event.request;
  if (request.method === 'OPTIONS') {
    return known.preflight;
  }
  if (request.uri === known.bare) {
    return known.home;
  }
  if (request.uri.indexOf(known.files) !== 0 && request.uri !== known.script) {
    request.uri = known.page;
  }
  request.querystring = {};
  return request;
}
