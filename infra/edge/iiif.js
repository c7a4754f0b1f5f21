// Viewer request of the IIIF Image API: let equal requests share one cache entry. IIIF is filled in from Python.
// The functions answer with absolute addresses, so the scheme and the host belong to the cache's key. So does what the
// key-value store says of an image (constellation.links.marks): what the cache has of the time before is not found any
// more, and the function answers.
import cf from 'cloudfront';
const store = cf.kvs();
const iiif = IIIF;

// A part of a path as it was meant. What nothing can be asked by stays as it is, and the function refuses it.
function decoded(part, index) {
  let meant = part;
  try {
    meant = decodeURIComponent(part);
  } catch (fault) {
    return part;
  }
  if (!/^[A-Za-z0-9,.:!-]*$/.test(meant)) {
    return part;
  }
  return index === 3 ? meant.toLowerCase() : meant;
}

// The weight that an Accept gives a media type: that of the first of the ranges which it names.
function weight(weights, ranges) {
  const named = ranges.find(function (range) { return range in weights; });
  return named ? weights[named] : 0;
}

// Whether a caller prefers plain JSON, by the rules of prefers_json in Python.
function prefersJson(accept) {
  const weights = {};
  accept.toLowerCase().split(',').forEach(function (listed) {
    const parts = listed.split(';');
    const found = parts.slice(1).map(function (each) { return new RegExp(iiif.weight).exec(each); })
      .find(function (each) { return each; });
    weights[parts[0].replace(/^[\x20\t]+|[\x20\t]+$/g, '')] = found ? Number(found[1]) : 1;
  });
  const plain = weight(weights, iiif.ranges.map(function (pair) { return pair[0]; }));
  const linked = weight(weights, iiif.ranges.map(function (pair) { return pair[1]; }));
  return plain > linked || (plain === linked && plain > 0 && iiif.json in weights && !(iiif.linkedData in weights));
}

async function handler(event) {
  const request = event.request;
  if (request.method === 'OPTIONS') {
    return iiif.preflight;
  }
  const parts = request.uri.split('/').map(decoded);
  const id = parts[3] || '';
  const headers = request.headers;
  const accept = headers.accept ? (headers.accept.multiValue || [headers.accept]) : [];
  const listed = accept.map(function (one) { return one.value; }).join(',');
  request.uri = parts.join('/');
  request.querystring = {};
  headers.accept = { value: prefersJson(listed) ? iiif.json : iiif.linkedData };
  headers[iiif.base] = { value: 'https://' + headers.host.value };
  delete headers[iiif.mark];
  if (/^[0-9a-f-]{36}$/.test(id) && await store.exists(id)) {
    headers[iiif.mark] = { value: await store.get(id) };
  }
  return request;
}
