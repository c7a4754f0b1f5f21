// Viewer request of the delivery behaviours: turn a public link into its rendition key, so that equal links share one
// cache entry, or refuse it. LINKS is filled in from Python: the paths of links, and the options of
// constellation.imaging.grammar. The key-value store, as constellation.links.marks describes it, says which images
// the cache may not give any more, and holds the keys of signatures.
import cf from 'cloudfront';
import crypto from 'crypto';
const store = cf.kvs();
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

// A value as it was meant: CloudFront leaves it encoded, as in focus=0.5%2C0.5.
function decoded(value) {
  try {
    return decodeURIComponent(value);
  } catch (fault) {
    return value;
  }
}

// Every value of a header or a query's parameter.
function values(field) {
  return field ? (field.multiValue || [field]).map(function (one) { return one.value; }) : [];
}

function takes(option, value) {
  return new RegExp('^(?:' + option.form + ')$').test(value) && (!option.most || Number(value) <= option.most);
}

// The value of an option, empty where it is not given; what is wrong with it is added to the violations.
function asked(option, query, violations) {
  const found = [];
  option.names.forEach(function (name) {
    values(query[name]).forEach(function (value) { found.push({ name: name, value: decoded(value) }); });
  });
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

function thousandths(focus) {
  return focus.split(',').map(function (part) { return Math.round(Number(part) * 1000); }).join('_');
}

// What valid options mean together, spelled as key_of does in Python, by the rules of _meaning and options_in; where
// they exclude each other, that is added to the violations.
function meaning(options, extension, violations) {
  function exclude(name) {
    violations.push({ property: links.contradictions[name][0], message: links.contradictions[name][1] });
  }
  const crop = options.crop.toLowerCase() === 'true';
  const fit = options.fit || (crop ? 'cover' : 'inside');
  const dpr = Number(options.dpr || 1);
  let width = Math.floor(options.width * dpr + 0.5);
  let height = Math.floor(options.height * dpr + 0.5);
  if (crop && fit !== 'cover') { exclude('crop'); }
  if (fit === 'pad' && !(width && height)) { exclude('pad'); }
  if (width > links.maxSide || height > links.maxSide) { exclude('dpr'); }

  let key = 'full';
  if (width || height) {
    if (fit === 'cover') {
      width = width || height;
      height = height || width;
    }
    key = (width || '') + 'x' + (height || '') + links.letters[fit];
    if (fit === 'cover' && options.focus) {
      const focus = options.focus === 'center' ? '0.5,0.5' : options.focus;
      key += '-f' + (focus === 'auto' ? focus : thousandths(focus));
    }
  }
  let background = options.bg === 'transparent' ? '' : options.bg.toLowerCase();
  const alpha = background.slice(6);
  if (alpha === 'ff' || extension === links.opaque) {
    background = background.slice(0, 6);
  }
  if (extension === links.opaque ? background === links.white : alpha === '00' && extension !== links.auto) {
    background = '';
  }
  const turn = (Number(options.rotate) + (options.flip.indexOf('v') < 0 ? 0 : 180)) % 360;
  key += background ? '-b' + background : '';
  if (options.q && (extension === links.auto || links.withQuality.indexOf(extension) >= 0)) {
    key += '-q' + Math.max(links.step, Math.round(options.q / links.step) * links.step);
  }
  key += options.flip === 'h' || options.flip === 'v' ? '-m' : '';
  key += turn ? '-r' + turn : '';
  key += options.blur ? '-s' + options.blur : '';
  return key + (options.gray.toLowerCase() === 'true' ? '-g' : '');
}

function accepts(accept, name) {
  const ranges = new RegExp(links.range.replace('NAME', name), 'g');
  const refused = new RegExp(links.refused);
  let range;
  while ((range = ranges.exec(accept))) {
    if (!refused.test(range[1] || '')) {
      return true;
    }
  }
  return false;
}

// The extension of a key. A link that leaves the format to its caller has three keys at most.
function format(extension, accept) {
  if (extension !== links.auto) {
    return links.aliases[extension] || extension;
  }
  const listed = values(accept).join(',').toLowerCase();
  const found = links.formats.find(function (name) { return accepts(listed, name); });
  return found ? links.auto + '-' + found : links.auto;
}

// The key of a variant, which alone says what is asked.
function variant(query, violations) {
  const named = values(query.variant);
  if (named.length > 1) {
    violations.push({ property: 'variant', message: links.givenTwice });
  }
  let dpr = '';
  let alone = true;
  links.options.forEach(function (option) {
    if (option.name === 'dpr') {
      dpr = asked(option, query, violations);
    } else if (option.names.some(function (name) { return query[name]; })) {
      alone = false;
    }
  });
  if (!alone) {
    violations.push({ property: 'variant', message: links.besideVariant });
  }
  return '~' + decoded(named[0]) + (dpr ? '@' + dpr.replace('.', '_') : '');
}

// Whether two texts are the same, in a time that does not tell where they differ.
function same(one, other) {
  let difference = one.length ^ other.length;
  for (let index = 0; index < one.length; index++) {
    difference |= one.charCodeAt(index) ^ other.charCodeAt(index);
  }
  return difference === 0;
}

// Whether the query holds a signature of what is asked, by one of the keys, that has not expired, nor its share ended.
async function verified(name, query) {
  const expiries = values(query.exp);
  const signatures = values(query.sig);
  const shares = values(query.share);
  if (shares.length > 1 || expiries.length !== 1 || signatures.length !== 1 || !/^[1-9][0-9]{9,11}$/.test(expiries[0]) ||
      expiries[0] * 1000 <= Date.now() || !await store.exists(links.keys)) {
    return false;
  }
  const said = name + '?exp=' + expiries[0] + (shares[0] ? '&share=' + shares[0] : '');
  const signed = (await store.get(links.keys)).split(',').some(function (key) {
    return same(crypto.createHmac('sha256', key).update(said).digest('base64url'), signatures[0]);
  });
  return signed && !(shares[0] && await store.exists(shares[0]));
}

async function handler(event) {
  const request = event.request;
  if (request.method === 'OPTIONS') {
    return links.preflight;
  }
  // Only the identifier may be in upper case: lower its part of the path, not all of it.
  const uri = request.uri.replace(/[0-9A-Fa-f-]{36}/, function (id) { return id.toLowerCase(); });
  const parts = file.exec(uri);
  const id = parts ? parts[1] : '';
  const mark = parts && await store.exists(id) ? await store.get(id) : '';
  if (!parts || mark === links.deleted) {
    return refusal(request, 404, links.notFound);
  }
  const query = request.querystring;
  const extension = links.aliases[parts[3]] || parts[3];
  let key = links.thumbnail;
  if (!parts[2]) {
    const violations = [];
    if (query.variant) {
      key = variant(query, violations);
    } else {
      const options = {};
      links.options.forEach(function (option) { options[option.name] = asked(option, query, violations); });
      if (!violations.length) {
        key = meaning(options, extension, violations);
      }
    }
    if (violations.length) {
      return badRequest(request, violations);
    }
    if (query.variant && !new RegExp('^' + links.variantName + '$').test(decoded(values(query.variant)[0]))) {
      return refusal(request, 404, links.notFound);
    }
  }
  const signed = uri[1] === 'i' && await verified(id + '/' + key + '.' + extension, query);
  if (!signed && (mark || (links.demanded && links.free.indexOf(key) < 0 && key[0] !== '~'))) {
    return refusal(request, 403, links.forbidden);
  }
  request.uri = '/' + id + (signed ? '/signed/' : '/') + key + '.' + format(parts[3], request.headers.accept);
  // What is left of the query is part of neither the cache's key nor the request to the origin. The access log may hold
  // the mark: views of thumbnails are not counted. The answer to a signed link says until when it is valid.
  request.querystring = Object.assign({}, parts[2] ? links.thumbnailMark : {});
  if (signed) {
    request.querystring.exp = query.exp;
    if (key[0] === '~') {
      request.querystring.variant = query.variant;
    }
  }
  return request;
}
