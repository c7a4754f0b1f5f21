"""Send requests: with a credential, patiently, and with every failure told by one of the client's exceptions."""

import contextlib
import random
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar, cast
from urllib.parse import quote, urlsplit

import httpx

from constellation_client.credentials import Credentials
from constellation_client.errors import ApiError, Cancelled, Unreachable, api_error
from constellation_client.files import Stream

Shape = TypeVar("Shape")
"""A response's body: a TypedDict."""

Params = Mapping[str, str | int | list[str]]
"""What a query holds."""

Parts = Callable[[], Sequence[tuple[str, tuple[str, Stream, str]]]]
"""The files of a form, opened anew for each attempt: the field, and the name, the bytes and the type of each."""

BYTES = "application/octet-stream"
"""The type of files that the server looks into itself."""

_ATTEMPTS = 6
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 60.0
_BUSY = frozenset({429, 503})
"""Statuses of a request that nothing has worked on, so that it can be sent again whatever it asks for."""
_BUSY_PARTS = frozenset({409, 503})
"""Statuses of a part of a request that can be sent again: there was no time for it, or a first one still runs."""
_FAILED = frozenset({500, 502, 504})
"""Statuses that do not tell whether the request has had its effect."""
_REPEATABLE = frozenset({"GET", "HEAD", "PUT", "PATCH", "DELETE"})
_LOST = (httpx.RequestError, httpx.InvalidURL, UnicodeEncodeError)
"""What is raised instead of a response, or of a request that can be sent."""


def segment(text: str) -> str:
    """Return a text as one segment of a path, whatever it holds."""
    # Dots are written otherwise too: "." and ".." would lead to another path.
    return quote(text, safe="", errors="replace").replace(".", "%2E")


class Transport:
    """Sends requests to one server. Threads may share it."""

    def __init__(self, url: str, credentials: Credentials, timeout: float, connections: int) -> None:
        self.url = url.rstrip("/")
        self._credentials = credentials
        self._stopping = threading.Event()
        self._has_answered = False
        try:
            if urlsplit(self.url).scheme not in {"http", "https"} or not urlsplit(self.url).hostname:
                raise ValueError
            self._http = httpx.Client(
                base_url=self.url,
                timeout=httpx.Timeout(timeout, connect=min(timeout, 10)),
                limits=httpx.Limits(max_connections=None, max_keepalive_connections=connections),
                headers={"User-Agent": "constellation-client/1.0", "Accept": "application/json"},
            )
        except (ValueError, httpx.InvalidURL) as error:
            raise Unreachable(
                f"{url!r} is no address of a server. It looks like https://images.example.org."
            ) from error

    def stop(self) -> None:
        """Let no request begin and no wait go on. Requests that were sent are still answered."""
        self._stopping.set()

    def resume(self) -> None:
        """Let requests begin again."""
        self._stopping.clear()

    def pause(self, seconds: float) -> None:
        """Wait, but no longer than until the client is stopped."""
        self._stopping.wait(seconds)

    def close(self) -> None:
        """Close the connections."""
        self.stop()
        self._http.close()

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        params: Params | None = None,
        fields: Mapping[str, str] | None = None,
        files: Parts | None = None,
        key: str | None = None,
        authorized: bool = True,
        repeatable: bool = False,
    ) -> httpx.Response:
        """Return the response to a request. ``key`` is its Idempotency-Key, which makes it repeatable.

        Raises ApiError if it is refused, and Unreachable if there is no response that can be read.
        """
        headers = {"Idempotency-Key": key} if key else {}

        def send(authorization: Mapping[str, str]) -> httpx.Response:
            return self._http.request(
                method,
                path,
                json=json,
                params=params,
                data=fields,
                files=cast("Any", files()) if files else None,
                headers={**headers, **authorization},
            )

        return self._patiently(send, authorized, repeatable or bool(key) or method in _REPEATABLE)

    def json(self, method: str, path: str, shape: type[Shape], **parts: Any) -> Shape:
        """Return the JSON of the response to a request."""
        return self.read(self.request(method, path, **parts), shape)

    def read(self, response: httpx.Response, shape: type[Shape]) -> Shape:
        """Return the JSON of a response. Raises Unreachable if it holds something else, such as a log-in page."""
        return self._as(shape, self._parsed(response))

    def listed(self, response: httpx.Response, shape: type[Shape], inside: str, number: int) -> list[Shape]:
        """Return the list of a ``number`` of entries ``inside`` the JSON of a response. Raises Unreachable if not."""
        entries = self._listed(self._parsed(response), shape, inside)
        if len(entries) != number:
            raise self._stranger("other JSON")
        return entries

    def entry(self, shape: type[Shape], entry: object) -> Shape:
        """Return a part of a response. Raises Unreachable if it has another shape."""
        return self._as(shape, entry)

    def may_repeat(self, outcome: object, attempt: int) -> bool:
        """Return whether a part of a request, whose outcome this is, is worth another attempt."""
        return isinstance(outcome, ApiError) and outcome.status in _BUSY_PARTS and attempt < _ATTEMPTS

    def back_off(self, attempt: int) -> None:
        """Wait after an attempt, longer after each, but no longer than until the client is stopped."""
        self._wait(attempt, None)

    def post_form(self, url: str, fields: Mapping[str, str], stream: Callable[[], Stream]) -> None:
        """Post a file with a signed form to a storage service. The credential is not sent along."""

        def send(_: Mapping[str, str]) -> httpx.Response:
            files = {"file": ("file", cast("Any", stream()), BYTES)}
            return self._http.post(url, data=dict(fields), files=files)

        self._patiently(send, authorized=False, repeatable=True)

    def bytes(self, path: str, progress: Callable[[int, int], None] | None = None) -> Generator[bytes]:
        """Yield the bytes of a file, also where the server redirects to another address for them."""
        with contextlib.ExitStack() as stack:

            def send(authorization: Mapping[str, str]) -> httpx.Response:
                stack.close()
                headers = {"Accept": "*/*", **authorization}
                # On the way to another host, httpx drops the credential.
                return stack.enter_context(self._http.stream("GET", path, headers=headers, follow_redirects=True))

            response = self._patiently(send, authorized=True, repeatable=True)
            total, received = int(response.headers.get("Content-Length", 0)), 0
            try:
                for chunk in response.iter_bytes():
                    received += len(chunk)
                    if progress:
                        progress(received, max(total, received))
                    yield chunk
            except httpx.RequestError as error:
                raise Unreachable(self._cause(error)) from error

    def entries(self, path: str, shape: type[Shape], params: Params | None = None, inside: str = "") -> Iterator[Shape]:
        """Yield the entries of a list, which is the body or ``inside`` it.

        Page after page is asked for, following ``Link: rel="next"`` or the cursor in the body.
        """
        following: dict[str, str | int | list[str]] | None = dict(params or {})
        while following is not None:
            response = self.request("GET", path, params=following)
            body = self._parsed(response)
            yield from self._listed(body, shape, inside)
            try:
                path, following = _next_page(response, body, path, following)
            except ValueError as error:
                raise self._stranger("a link that leads nowhere") from error

    def _listed(self, body: object, shape: type[Shape], inside: str) -> list[Shape]:
        listed = self._as(dict[str, Any], body).get(inside) if inside else body
        if not isinstance(listed, list):
            raise self._stranger("JSON without a list")
        return [self._as(shape, entry) for entry in cast("list[object]", listed)]

    def _parsed(self, response: httpx.Response) -> object:
        try:
            return response.json()
        except (ValueError, RecursionError) as error:
            raise self._stranger(response.headers.get("Content-Type", "something unnamed").partition(";")[0]) from error

    def _as(self, shape: type[Shape], body: object) -> Shape:
        needed: frozenset[str] = getattr(shape, "__required_keys__", frozenset())
        if not isinstance(body, dict) or not needed <= body.keys():
            raise self._stranger("other JSON")
        return cast("Shape", body)

    def _stranger(self, found: str) -> Unreachable:
        return Unreachable(
            f"{self.url} answered with {found} where Constellation's JSON was expected."
            " Check the address, and whether a proxy or a log-in page stands before it."
        )

    def _patiently(
        self, send: Callable[[Mapping[str, str]], httpx.Response], authorized: bool, repeatable: bool
    ) -> httpx.Response:
        for attempt in range(1, _ATTEMPTS + 1):
            if self._stopping.is_set():
                raise Cancelled("Stopped.")
            token = self._credentials.token() if authorized else None
            try:
                response = send({"Authorization": f"Bearer {token}"} if token else {})
            except _LOST as error:
                if not self._is_worth_trying(error, repeatable) or attempt == _ATTEMPTS:
                    raise Unreachable(self._cause(error)) from error
                self._wait(attempt, None)
                continue
            self._has_answered = True
            if response.is_success:
                return response
            error = self._error(response)
            if attempt == _ATTEMPTS:
                raise error
            # Other threads may have used up the new token too, before this request was sent again.
            if response.status_code == 401 and token and self._credentials.renew(token):
                continue
            if not _is_passing(error, repeatable):
                raise error
            self._wait(attempt, error.retry_after)
        raise AssertionError("The last attempt returns or raises.")

    def _is_worth_trying(self, error: Exception, repeatable: bool) -> bool:
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            # Nothing was sent. A server that was never reached is more likely to be misspelt than to be back soon.
            return self._has_answered
        if isinstance(error, httpx.UnsupportedProtocol):
            return False
        return repeatable and isinstance(error, httpx.TransportError)

    def _cause(self, error: Exception) -> str:
        if isinstance(error, httpx.TimeoutException):
            return f"{self.url} did not answer in time. Check the connection and run the command again."
        if isinstance(error, httpx.ConnectError):
            return f"{self.url} cannot be reached ({error}). Check the address and the connection."
        if isinstance(error, httpx.DecodingError):
            return f"{self.url} answered with what cannot be read ({error}). Check whether a proxy stands before it."
        if isinstance(error, httpx.TooManyRedirects):
            return f"{self.url} redirects without an end. Check the address."
        if isinstance(error, httpx.InvalidURL | UnicodeEncodeError):
            return f"What is asked of {self.url} cannot be sent ({error})."
        return f"The connection to {self.url} was lost ({error or type(error).__name__}). Run the command again."

    def _error(self, response: httpx.Response) -> ApiError:
        try:
            response.read()
            body = response.json()
        except (ValueError, RecursionError, httpx.RequestError):
            body = None
        status, after = response.status_code, _retry_after(response.headers.get("Retry-After"))
        return api_error(status, body, after) or ApiError(
            status, f"{response.url.host} answered {status} {response.reason_phrase}, without a reason.", (), after
        )

    def _wait(self, attempt: int, told: float | None) -> None:
        backoff = min(_FIRST_WAIT * 2 ** (attempt - 1), _LONGEST_WAIT) * random.uniform(0.5, 1)  # noqa: S311
        self.pause(backoff if told is None else told)


def _is_passing(error: ApiError, repeatable: bool) -> bool:
    if (error.retry_after or 0) > _LONGEST_WAIT:
        return False
    # 409 with Retry-After: a request with the same Idempotency-Key still runs.
    if error.status in _BUSY or (error.status == 409 and error.retry_after is not None):
        return True
    return repeatable and error.status in _FAILED


def _retry_after(value: str | None) -> float | None:
    if not value:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


def _next_page(
    response: httpx.Response, body: Any, path: str, params: dict[str, str | int | list[str]]
) -> tuple[str, dict[str, str | int | list[str]] | None]:
    if link := response.links.get("next", {}).get("url"):
        # Of an address only the path and the query are followed, so that no other host is sent the credential.
        address = urlsplit(link)
        return address.path, {**httpx.QueryParams(address.query)}
    if isinstance(body, dict):
        fields = cast("dict[str, Any]", body)
        cursor = fields.get("next_cursor") or fields.get("meta", {}).get("nextCursor")
        if cursor:
            return path, {**params, "cursor": cursor}
    return path, None
