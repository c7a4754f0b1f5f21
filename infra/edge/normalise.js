// Viewer request of the delivery behaviours: from a public link to its rendition key, so that equal links share one
// cache entry, or to the refusal. The grammar is constellation.domain.links; its constants take the place of LINKS.
// The key-value store has the ids of deleted images, copies of which the cache may still hold.
import cf from 'cloudfront';
const hidden = cf.kvs();
const links = LINKS;

const file = new RegExp(
  '^(?:/api)?/image/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(' +
    links.thumbnailSuffix + ')?\\.(' + links.extensions.join('|') + ')/?$'
);
const side = /^[1-9][0-9]{0,3}$/;

function refusal(request, status, body) {
  return {
    statusCode: status,
    statusDescription: body.error.title,
    headers: links.headers,
    body: { encoding: 'text', data: request.method === 'HEAD' ? '' : JSON.stringify(body) }
  };
}

function badRequest(request, violations) {
  const error = { title: links.invalid.error.title, message: links.invalid.error.message, violations: violations };
  return refusal(request, 400, { error: error });
}

function given(query, names) {
  const found = [];
  names.forEach(function (name) {
    const parameter = query[name];
    if (parameter) {
      (parameter.multiValue || [parameter]).forEach(function (one) {
        found.push({ name: name, value: one.value });
      });
    }
  });
  return found;
}

function only(query, names, isGood, complaint, violations) {
  const found = given(query, names);
  if (found.length > 1) {
    violations.push({ property: found[0].name, message: links.givenTwice });
  } else if (found.length === 1 && !isGood(found[0].value)) {
    violations.push({ property: found[0].name, message: complaint });
  }
  return found.length ? found[0].value : '';
}

function isSide(value) {
  return side.test(value) && Number(value) <= links.maxSide;
}

function isChoice(value) {
  return value.toLowerCase() === 'true' || value.toLowerCase() === 'false';
}

function rendition(width, height, crop) {
  if (!width && !height) {
    return 'full';
  }
  return crop ? (width || height) + 'x' + (height || width) + 'c' : width + 'x' + height;
}

async function handler(event) {
  const request = event.request;
  // The identifier alone may be in upper case: lower its place in the path, not the whole of it.
  const uri = request.uri.replace(/[0-9A-Fa-f-]{36}/, function (id) { return id.toLowerCase(); });
  const parts = file.exec(uri);
  if (!parts || await hidden.exists(parts[1])) {
    return refusal(request, 404, links.notFound);
  }
  let name = rendition(links.thumbnailSide, links.thumbnailSide, true);
  if (!parts[2]) {
    const violations = [];
    const width = only(request.querystring, links.sides[0], isSide, links.badSize, violations);
    const height = only(request.querystring, links.sides[1], isSide, links.badSize, violations);
    const crop = only(request.querystring, [links.crop], isChoice, links.badCrop, violations);
    if (violations.length) {
      return badRequest(request, violations);
    }
    name = rendition(width, height, crop.toLowerCase() === 'true');
  }
  request.uri = '/' + parts[1] + '/' + name + '.' + (links.aliases[parts[3]] || parts[3]);
  // Neither the cache's key nor the origin sees it; the access log may, where a thumbnail is not counted as a view.
  request.querystring = parts[2] ? links.thumbnailMark : {};
  return request;
}
