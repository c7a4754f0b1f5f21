"""The page of a share as HTML: small, without script, and with nothing from any other host.

Whatever users wrote is text in it. Its one style sheet is inside, and allowed by its digest.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from constellation.shares.outputs import ShareItem
from constellation.shares.texts import Texts

_STYLE = """
:root{color-scheme:light dark;--ground:#fbfbfa;--text:#1b1d20;--quiet:#5b6169;--line:#c9ccd1;--well:#ececea;
--field:#fff;--accent:#2353bf;--on-accent:#fff;--wrong:#b3261e}
@media(prefers-color-scheme:dark){:root{--ground:#121417;--text:#e8eaed;--quiet:#a0a7b0;--line:#474d55;--well:#1e2125;
--field:#1a1d21;--accent:#93b4ff;--on-accent:#0d1a36;--wrong:#ff9a91}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;background:var(--ground);color:var(--text);
font:1rem/1.5 system-ui,sans-serif}
main{flex:1;width:100%;max-width:80rem;margin:0 auto;padding:clamp(1.25rem,4vw,3.5rem) clamp(1rem,4vw,3rem)}
h1{margin:0;font-size:clamp(1.5rem,1.2rem + 1.6vw,2.25rem);font-weight:650;line-height:1.2;letter-spacing:-.015em;
overflow-wrap:anywhere}
p{margin:.375rem 0 0;color:var(--quiet)}
a{color:var(--accent)}
a:focus-visible,button:focus-visible,input:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
ul{list-style:none;margin:clamp(1.25rem,3vw,2.25rem) 0 0;padding:0;display:grid;
gap:clamp(1rem,2vw,1.75rem) clamp(.75rem,1.5vw,1.25rem);
grid-template-columns:repeat(auto-fill,minmax(clamp(8.5rem,20vw,13rem),1fr))}
li{min-width:0;display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 .75rem;font-size:.875rem}
li>:first-child{flex:1 1 100%;min-width:0;color:inherit;text-decoration:none}
a.picture:hover span{text-decoration:underline}
a.get{color:var(--quiet);text-decoration:none}
a.get:hover{color:var(--accent);text-decoration:underline}
li img,li i{display:block;width:100%;height:auto;aspect-ratio:1;object-fit:cover;border-radius:.5rem;
background:var(--well)}
li span{display:block;margin-top:.5rem;overflow:hidden;white-space:nowrap;text-overflow:ellipsis}
figure{margin:clamp(1.25rem,3vw,2.25rem) 0 0;text-align:center}
figure img{display:block;margin:0 auto;max-width:100%;width:auto;height:auto;max-height:72vh;border-radius:.5rem;
background:var(--well)}
figcaption,form.more,p.more{margin-top:1.5rem;text-align:center}
button,a.button{display:inline-block;padding:.625rem 1.25rem;border:0;border-radius:.5rem;background:var(--accent);
color:var(--on-accent);font:inherit;font-weight:600;text-decoration:none;cursor:pointer}
button:hover,a.button:hover{filter:brightness(1.08)}
.door{display:grid;align-content:center;justify-items:center;text-align:center}
.door form{width:100%;max-width:22rem;margin-top:1.75rem;text-align:start}
label{display:block;margin-bottom:.375rem;font-weight:600}
input{width:100%;padding:.625rem .75rem;border:1px solid var(--line);border-radius:.5rem;background:var(--field);
color:inherit;font:inherit}
.door button{width:100%;margin-top:1rem}
.wrong{color:var(--wrong)}
footer{padding:1.25rem;text-align:center;font-size:.8125rem;color:var(--quiet)}
""".replace("\n", "")

_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_DIGEST}'; img-src 'self' data:; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    ),
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
        f'<main class="door"><h1>{_text(texts.shared)}</h1><p>{_text(why)}</p>{said}'
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
        middle = f"<ul>{''.join(_entry(texts, item, number) for number, item in enumerate(shown.items))}</ul>"
    else:
        middle = f"<p>{_text(texts.empty)}</p>"
    counted = "" if shown.is_single else about
    said = f"<p>{_text(f'{counted}{ends}'.removeprefix(' · '))}</p>" if counted or ends else ""
    body = f'<main><h1 dir="auto">{_text(shown.name)}</h1>{said}{middle}{_more(texts, shown)}</main>'
    return _page(texts, shown.name, _preview(shown, about), body)


def _single(texts: Texts, item: ShareItem, *, has_large: bool) -> str:
    """Return a picture by itself, in the size that the screen needs if links may ask for it."""
    download = _download(texts, item, "button")
    caption = f"<figcaption>{download}</figcaption>" if download else ""
    if item["url"] is None:
        return caption
    link = _sized(item["url"], "auto", _LARGE) if has_large else item["url"]
    return (
        f'<figure><a href="{_text(item["url"])}"><img src="{_text(link)}" alt="{_text(item["name"])}"'
        f' width="{item["width"]}" height="{item["height"]}"></a>{caption}</figure>'
    )


def _entry(texts: Texts, item: ShareItem, number: int) -> str:
    lazy = "" if number < _FIRST_ONES else ' loading="lazy"'
    thumbnail = item["thumbnailUrl"]
    picture = f'<img src="{_text(thumbnail)}" alt="" width="300" height="300"{lazy}>' if thumbnail else "<i></i>"
    shown = f'{picture}<span dir="auto">{_text(item["name"])}</span>'
    link = f'<a class="picture" href="{_text(item["url"])}">{shown}</a>' if item["url"] else f"<div>{shown}</div>"
    return f"<li>{link}{_download(texts, item)}</li>"


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
    tags = (f'<meta property="og:{name}" content="{_text(value)}">' for name, value in told.items())
    return f'{"".join(tags)}<meta name="twitter:card" content="summary_large_image">'


def _sized(link: str, extension: str, width: int) -> str:
    """Return the link to a picture in a width. A signed link stays as it is: its signature covers what it asks."""
    return link if "?" in link else f"{link.rpartition('.')[0]}.{extension}?w={width}"


def _page(texts: Texts, title: str, head: str, body: str) -> bytes:
    return (
        f'<!doctype html><html lang="{texts.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<title>{_text(title)}</title><link rel="icon" href="data:,">{head}<style>{_STYLE}</style></head>'
        f"<body>{body}<footer>{_SITE}</footer></body></html>"
    ).encode("utf-8", "replace")


def _text(text: str) -> str:
    """Return a text as it stands in HTML, in an attribute too."""
    return escape(text)
