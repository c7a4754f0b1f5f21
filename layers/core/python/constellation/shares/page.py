"""The page of a share as HTML: small, with nothing from any other host, and of use without script.

Whatever users wrote is text in it. Its one style sheet is inside, and allowed by its digest. Its script is a file of
the console; it asks for this page again and reads it, so what the page says and how it is marked up is here alone.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from constellation.shares.outputs import ShareItem
from constellation.shares.texts import Texts

SCRIPT = "/console/share.js"
"""The script of the page. It has one name, because the functions do not know what the console's build has made."""

_STYLE = """
:root{color-scheme:light dark;--ground:#f5f6f8;--surface:#ffffff;--sunken:#eceef2;--line:#dcdfe5;--edge:#848d9a;
--ink:#14171c;--ink-soft:#535b67;--accent:#2b55c9;--accent-strong:#2146ac;--accent-soft:#e6ecfb;--on-accent:#ffffff;
--danger:#ab2317;--good:#17653a}
@media(prefers-color-scheme:dark){:root{--ground:#0e1013;--surface:#171a1f;--sunken:#0a0b0e;--line:#2b3038;
--edge:#6b7482;--ink:#eceef2;--ink-soft:#a4adba;--accent:#93b2ff;--accent-strong:#b3c9ff;--accent-soft:#1d2740;
--on-accent:#0b1533;--danger:#ffa198;--good:#7fd6a2}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;background:var(--ground);color:var(--ink);
font:.9375rem/1.5 system-ui,sans-serif;-webkit-text-size-adjust:100%}
main{flex:1;width:100%;max-width:78rem;margin:0 auto;padding:clamp(1.25rem,4vw,3rem) clamp(1rem,4vw,3rem)}
h1{margin:0;font-size:clamp(1.5rem,1.2rem + 1.2vw,2rem);font-weight:650;line-height:1.2;letter-spacing:-.015em;
overflow-wrap:anywhere}
h1,.door p{text-wrap:balance}
h1:focus{outline:0}
p{margin:.375rem 0 0;color:var(--ink-soft)}
p:empty{display:none}
a{color:var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.grid{list-style:none;margin:clamp(1.25rem,3vw,2rem) 0 0;padding:0;display:grid;
gap:clamp(1rem,2vw,1.5rem) clamp(.75rem,1.5vw,1.25rem);
grid-template-columns:repeat(auto-fill,minmax(clamp(8rem,20vw,13rem),1fr))}
#pictures>p:first-child{margin-top:clamp(1.25rem,3vw,2rem)}
.grid li{min-width:0;font-size:.8125rem}
.picture{display:block;color:inherit;text-decoration:none}
.picture:hover span{text-decoration:underline}
.get{display:inline-block;padding:.1875rem 0;text-decoration:none}
.get:hover{text-decoration:underline}
.grid img,.grid i{display:block;width:100%;height:auto;aspect-ratio:1;object-fit:cover;border-radius:6px;
background:var(--sunken)}
.picture span{display:block;margin-top:.5rem;overflow:hidden;white-space:nowrap;text-overflow:ellipsis}
figure{margin:clamp(1.25rem,3vw,2rem) 0 0;text-align:center}
figure a:first-child{display:inline-block;max-width:100%}
figure img{display:block;max-width:100%;width:auto;height:auto;max-height:72vh;border-radius:10px;
background:var(--sunken)}
main:has(figure)>h1,main:has(figure)>p{text-align:center}
figcaption,.more{margin-top:1.5rem;text-align:center}
button,.button{display:inline-block;min-height:2.5rem;padding:.5rem 1.25rem;border:0;border-radius:6px;
background:var(--accent);color:var(--on-accent);font:inherit;font-weight:600;text-decoration:none;cursor:pointer}
button:hover,.button:hover{background:var(--accent-strong);color:var(--on-accent)}
.door{display:grid;align-content:center;justify-items:center;text-align:center}
.door form{width:100%;max-width:22rem;margin-top:1.5rem;text-align:start}
label{display:block;margin-bottom:.375rem;font-weight:600}
input{width:100%;min-height:2.5rem;padding:.5rem .75rem;border:1px solid var(--edge);border-radius:6px;
background:var(--surface);color:inherit;font:inherit}
input[aria-invalid]{border-color:var(--danger);box-shadow:0 0 0 1px var(--danger)}
.door button{width:100%;margin-top:1rem}
.wrong{color:var(--danger)}
footer{padding:1.25rem;text-align:center;font-size:.8125rem;color:var(--ink-soft)}
""".replace("\n", "")

_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()


def policy(hosts: Sequence[str] = ()) -> str:
    """Return what the page may do. Its script may send files to ``hosts``, which the CDN alone knows."""
    said = (
        "default-src 'none'",
        "script-src 'self'",
        f"style-src 'sha256-{_DIGEST}'",
        "img-src 'self' data:",
        " ".join(("connect-src 'self'", *hosts)),
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types share",
    )
    return "; ".join(said)


HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": policy(),
    "Referrer-Policy": "same-origin",
    "Vary": "Accept-Language",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
"""The headers of the page. No cache keeps it, so a share that ends is gone at once."""

_SITE = "Constellation"
_FIRST_ONES = 8
"""The pictures that are loaded at once. The others wait until they are near."""

_LARGE = 1600
_PREVIEW = 1200
"""Pixels of the width of a picture by itself, and of the one that is shown where the address is posted."""


@dataclass(frozen=True)
class Contents:
    """What the page of an open share shows.

    ``address`` is that of the page, ``cursor`` that of the next pictures, if there are more. ``token`` opens them if
    the share needs one. ``is_single``: an image is shared by itself. ``has_large``: links may ask for any size.
    ``takes_uploads``: whoever sees it may send pictures into it.
    """

    address: str
    name: str
    count: int
    ends: datetime | None
    items: Sequence[ShareItem]
    cursor: str
    token: str
    is_single: bool
    has_large: bool
    takes_uploads: bool


def gone(texts: Texts) -> bytes:
    """Return the page of every share that is not there, whatever the reason."""
    return _page(
        texts, texts.gone, "", f'<main class="door"><h1>{_text(texts.gone)}</h1><p>{_text(texts.why_gone)}</p></main>'
    )


def door(texts: Texts, *, asks_password: bool, fault: str = "") -> bytes:
    """Return the page in front of a share that is shown for a password, or a limited number of times."""
    said = f'<p class="wrong" id="fault" role="alert">{_text(fault)}</p>' if fault else ""
    wrong = ' aria-invalid="true" aria-describedby="fault"' if fault else ""
    field = (
        '<input name="user" autocomplete="username" hidden>'  # for password managers, which look for one
        f'<label for="password">{_text(texts.password)}</label>'
        '<input id="password" name="password" type="password" maxlength="128" required autofocus'
        f' autocomplete="current-password"{wrong}>'
        if asks_password
        else '<input type="hidden" name="password" value="">'
    )
    why = texts.needs_password if asks_password else texts.limited_views
    body = (
        f'<main class="door"{_words(texts.at_hand)}><h1>{_text(texts.shared)}</h1><p>{_text(why)}</p>{said}'
        f'<form method="post" enctype="multipart/form-data">{field}<button>{_text(texts.show)}</button></form></main>'
    )
    return _page(texts, texts.shared, "", body)


def pictures(texts: Texts, shown: Contents) -> bytes:
    """Return the page with the pictures of a share."""
    about = texts.pictures(shown.count) if shown.count else ""
    ends = f" · {texts.until_when(shown.ends)}" if shown.ends else ""
    if shown.is_single and shown.items:
        middle = _single(texts, shown.items[0], has_large=shown.has_large)
    elif shown.items:
        entries = (_entry(texts, item, number, has_large=shown.has_large) for number, item in enumerate(shown.items))
        middle = f'<ul class="grid">{"".join(entries)}</ul>'
    else:
        middle = f"<p>{_text(texts.empty)}</p>"
    counted = "" if shown.is_single else about
    said = f'<p id="about">{_text(f"{counted}{ends}".removeprefix(" · "))}</p>'
    token = f' data-token="{_text(shown.token)}"' if shown.token else ""
    words, box = texts.at_hand, ""
    if shown.takes_uploads:
        words = {**texts.at_hand, **texts.of_box}
        box = f"<noscript><p>{_text(texts.needs_script)}</p></noscript>"
    body = (
        f'<main{token}{_words(words)}><h1 dir="auto">{_text(shown.name)}</h1>{said}{box}'
        f'<div id="pictures">{middle}{_more(texts, shown)}</div></main>'
    )
    return _page(texts, shown.name, _preview(shown, about), body)


def _single(texts: Texts, item: ShareItem, *, has_large: bool) -> str:
    """Return a picture by itself, in the size that the screen needs if links may ask for it."""
    download = _download(texts, item, "button")
    caption = f"<figcaption>{download}</figcaption>" if download else ""
    if item["url"] is None:
        return caption
    return (
        f'<figure>{_link(item, has_large=has_large)}<img src="{_text(_view(item["url"], has_large=has_large))}"'
        f' alt="{_text(item["name"])}" width="{item["width"]}" height="{item["height"]}"{_hash(item)}></a>'
        f"{caption}</figure>"
    )


def _entry(texts: Texts, item: ShareItem, number: int, *, has_large: bool) -> str:
    lazy = "" if number < _FIRST_ONES else ' loading="lazy"'
    thumbnail = item["thumbnailUrl"]
    picture = (
        f'<img src="{_text(thumbnail)}" alt="" width="300" height="300"{_hash(item)}{lazy}>' if thumbnail else "<i></i>"
    )
    shown = f'{picture}<span dir="auto">{_text(item["name"])}</span>'
    link = f"{_link(item, has_large=has_large)}{shown}</a>" if item["url"] else f'<div class="picture">{shown}</div>'
    return f'<li data-id="{item["id"]}">{link}{_download(texts, item)}</li>'


def _link(item: ShareItem, *, has_large: bool) -> str:
    """Return the beginning of a link to a picture, with what the script shows it by: a link, and how large it is."""
    url = item["url"] or ""
    view = _text(_view(url, has_large=has_large))
    size = f'data-width="{item["width"]}" data-height="{item["height"]}"'
    return f'<a class="picture" href="{_text(url)}" data-name="{_text(item["name"])}" data-view="{view}" {size}>'


def _view(url: str, *, has_large: bool) -> str:
    return _sized(url, "auto", _LARGE) if has_large else url


def _words(words: Mapping[str, str]) -> str:
    """Return what the script says, for the tag of the page's main part."""
    return f' data-words="{_text(json.dumps(words, ensure_ascii=False, separators=(",", ":")))}"'


def _hash(item: ShareItem) -> str:
    """Return the placeholder of a picture, for the script."""
    placeholder = item.get("placeholder")
    return f' data-hash="{_text(placeholder)}"' if placeholder else ""


def _download(texts: Texts, item: ShareItem, kind: str = "get") -> str:
    link = item.get("downloadUrl")
    if not link:
        return ""
    label = _text(f"{texts.download}: {item['name']}")
    return f'<a class="{kind}" href="{_text(link)}" download aria-label="{label}">{_text(texts.download)}</a>'


def _more(texts: Texts, shown: Contents) -> str:
    """Return the way to the next pictures: by a link, or by a form where a token opens them."""
    if not shown.cursor:
        return ""
    if not shown.token:
        return f'<p class="more"><a class="button" href="?after={_text(shown.cursor)}">{_text(texts.more)}</a></p>'
    return (
        '<form class="more" method="post" enctype="multipart/form-data">'
        f'<input type="hidden" name="token" value="{_text(shown.token)}">'
        f'<input type="hidden" name="cursor" value="{_text(shown.cursor)}"><button>{_text(texts.more)}</button></form>'
    )


def _preview(shown: Contents, about: str) -> str:
    """Return what is shown where the address is posted (Open Graph). Nothing of a share that needs a token."""
    if shown.token:
        return ""
    told = {"title": shown.name, "type": "website", "url": shown.address, "site_name": _SITE} | (
        {"description": about} if about else {}
    )
    if shown.items:
        first = shown.items[0]
        link = _sized(first["url"], "jpg", _PREVIEW) if first["url"] and shown.has_large else first["thumbnailUrl"]
        base = shown.address.rpartition("/s/")[0]
        told |= {"image": f"{base}{link}", "image:alt": first["name"]} if link else {}
        if link and link.endswith(f"?w={_PREVIEW}"):  # some chats show a picture at once if they know how large it is
            scale = min(1, _PREVIEW / first["width"])
            told |= {f"image:{side}": str(max(1, round(first[side] * scale))) for side in ("width", "height")}
    tags = (f'<meta property="og:{name}" content="{_text(value)}">' for name, value in told.items())
    return f'{"".join(tags)}<meta name="twitter:card" content="summary_large_image">'


def _sized(link: str, extension: str, width: int) -> str:
    """Return the link to a picture in a width. A signed link stays as it is: its signature covers what it asks."""
    return link if "?" in link else f"{link.rpartition('.')[0]}.{extension}?w={width}"


def _page(texts: Texts, title: str, head: str, body: str) -> bytes:
    return (
        f'<!doctype html><html lang="{texts.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<title>{_text(title)}</title><link rel="icon" href="data:,">{head}<style>{_STYLE}</style>'
        f'<script type="module" src="{SCRIPT}"></script></head>'
        f"<body>{body}<footer>{_SITE}</footer></body></html>"
    ).encode("utf-8", "replace")


def _text(text: str) -> str:
    """Return a text as it stands in HTML, in an attribute too."""
    return escape(text)
