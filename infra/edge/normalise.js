// Viewer request of the delivery behaviours: turn a public link into its rendition key, so that equal links share one
// cache entry, or refuse it. LINKS is filled in from Python: the paths of links, and the options of
// constellation.imaging.options. The key-value store holds the ids of deleted images, which may still be in the cache.
import cf from 'cloudfront';
const hidden = cf.kvs();
const links = LINKS;

const file = new RegExp(
  '^(?:/api)?/image/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(' +
    links.thumbnailSuffix + ')?\\.(' + links.extensions.join('|') + ')/?$'
);

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
        found.push({ name: name, value: one.value.toLowerCase() });
      });
    }
  });
  return found;
}

function takes(option, value) {
  return new RegExp('^(?:' + option.form + ')$').test(value) && (!option.most || Number(value) <= option.most);
}

// The value of an option, empty where it is not given; what is wrong with it is added to the violations.
function asked(option, query, violations) {
  const found = given(query, option.names);
  if (!found.length) {
    return '';
  }
  if (found.length > 1) {
    violations.push({ property: found[0].name, message: links.givenTwice });
  } else if (!takes(option, found[0].value)) {
    violations.push({ property: found[0].name, message: option.refusal });
  }
  return found[0].value;
}

// The key of the options, as Options.key spells it in Python: the one function that knows what they mean.
function rendition(options) {
  if (!options.width && !options.height) {
    return 'full';
  }
  if (options.crop === 'true') {
    return (options.width || options.height) + 'x' + (options.height || options.width) + 'c';
  }
  return options.width + 'x' + options.height;
}

async function handler(event) {
  const request = event.request;
  if (request.method === 'OPTIONS') {
    return links.preflight;
  }
  // Only the identifier may be in upper case: lower its part of the path, not all of it.
  const uri = request.uri.replace(/[0-9A-Fa-f-]{36}/, function (id) { return id.toLowerCase(); });
  const parts = file.exec(uri);
  if (!parts || await hidden.exists(parts[1])) {
    return refusal(request, 404, links.notFound);
  }
  let key = links.thumbnail;
  if (!parts[2]) {
    const violations = [];
    const options = {};
    links.options.forEach(function (option) {
      options[option.name] = asked(option, request.querystring, violations);
    });
    if (violations.length) {
      return badRequest(request, violations);
    }
    key = rendition(options);
  }
  request.uri = '/' + parts[1] + '/' + key + '.' + (links.aliases[parts[3]] || parts[3]);
  // The mark is part of neither the cache's key nor the request to the origin. The access log may hold it: views of
  // thumbnails are not counted.
  request.querystring = parts[2] ? links.thumbnailMark : {};
  return request;
}
