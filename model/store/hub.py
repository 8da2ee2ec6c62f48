"""A hub in the Hugging Face layout: the listing of a repository and its files, over HTTP.

The maintained client is not used: since its release 1.31 it deletes what has arrived when a download is interrupted,
and it compares no checksum (``huggingface_hub/file_download.py``, ``_download_to_tmp_and_move``).
"""

import http.client
import json
import os
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from model.store.errors import StoreError
from model.store.sources import Content, RemoteFile, is_needed

DEFAULT_ENDPOINT = "https://huggingface.co"
ENDPOINT_VARIABLE = "HF_ENDPOINT"
TOKEN_VARIABLE = "HF_TOKEN"  # noqa: S105 - the name of a variable
_TIMEOUT_S = 10.0
_NEXT_PAGE = re.compile(r'<([^>]+)>;\s*rel="next"')
_CONTENT_RANGE = re.compile(r"bytes (\d+)-")


def endpoint_url(mirror: str | None) -> str:
    """The base address: the mirror, else HF_ENDPOINT, else the public hub.

    Raises:
        StoreError: it is no web address.
    """
    url = (mirror or os.environ.get(ENDPOINT_VARIABLE) or DEFAULT_ENDPOINT).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise StoreError(f"{url} is no web address.", hint=f"A mirror is written like {DEFAULT_ENDPOINT}.")
    return url


class HubSource:
    """A repository on a hub.

    Args:
        endpoint: base address, see ``endpoint_url``.
        repository: owner/name.
        revision: branch or commit.
    """

    def __init__(self, endpoint: str, repository: str, revision: str) -> None:
        self._endpoint = endpoint
        self._repository = repository
        self._revision = revision
        self._opener = urllib.request.build_opener(_CarefulRedirects)

    @property
    def title(self) -> str:
        """The address of the repository."""
        return f"{self._endpoint}/{self._repository}"

    @property
    def revision(self) -> str:
        """As it was asked for."""
        return self._revision

    def list_files(self) -> tuple[RemoteFile, ...]:
        """What the repository holds of the model."""
        repository, revision = quote(self._repository), quote(self._revision, safe="")
        url: str | None = f"{self._endpoint}/api/models/{repository}/tree/{revision}?recursive=true"
        entries: list[dict[str, Any]] = []
        try:
            while url is not None:
                with self._request(url) as response:
                    entries += json.load(response)
                    following = _NEXT_PAGE.search(response.headers.get("Link") or "")
                url = urljoin(url, following.group(1)) if following else None
            return tuple(
                _remote_file(entry) for entry in entries if entry["type"] == "file" and is_needed(entry["path"])
            )
        except (ValueError, KeyError, TypeError) as exc:
            raise StoreError(
                f"{self._endpoint} does not answer as a model hub does.", hint="Check the address of the mirror."
            ) from exc
        except (OSError, http.client.HTTPException) as exc:
            raise self._unreachable(exc) from exc

    @contextmanager
    def open(self, file: RemoteFile, start: int) -> Iterator[Content]:
        """Open a file of it."""
        revision = quote(self._revision, safe="")
        url = f"{self._endpoint}/{quote(self._repository)}/resolve/{revision}/{quote(file.name)}"
        with self._request(url, start=start) as response:
            yield _HubContent(response)

    def _request(self, url: str, *, start: int = 0) -> http.client.HTTPResponse:
        headers = {"User-Agent": "foveal", "Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        if (token := os.environ.get(TOKEN_VARIABLE)) and urlsplit(url).scheme == "https":
            headers["Authorization"] = f"Bearer {token}"
        request = urllib.request.Request(url, headers=headers)  # noqa: S310 - http and https only, see endpoint_url
        try:
            response: http.client.HTTPResponse = self._opener.open(request, timeout=_TIMEOUT_S)
        except urllib.error.HTTPError as exc:
            with exc:
                raise self._refusal(exc.code) from exc
        return response

    def _refusal(self, status: int) -> Exception:
        match status:
            case 401 | 403:
                return StoreError(
                    f"{self._repository} may not be fetched without permission (status {status}).",
                    hint="Accept its terms on the hub's page, then set HF_TOKEN to an access token of yours.",
                )
            case 404:
                return StoreError(
                    f"{self._endpoint} has no {self._repository}, or not at revision {self._revision}.",
                    hint="A mirror may lack it: try without --mirror, or get the files otherwise and use --from.",
                )
            case 416:
                return RangeRefused(status)
            case _ if status >= 500 or status == 429:
                return OSError(f"status {status}")  # passing trouble: worth another try
            case _:
                return StoreError(f"{self._endpoint} refused with status {status}.", hint="Try again, or a mirror.")

    def _unreachable(self, error: Exception) -> StoreError:
        host = urlsplit(self._endpoint).hostname
        return StoreError(
            f"{host} cannot be reached: {reason_of(error)}.",
            hint="Is there a network? HF_ENDPOINT or --mirror names another hub; a folder (--from) needs no network.",
        )


class RangeRefused(Exception):  # noqa: N818 - what the server said
    """What has arrived does not fit the file any more."""


def reason_of(error: BaseException) -> str:
    """Why a connection failed, in a few words."""
    reason = getattr(error, "reason", error)
    text = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
    return text[0].lower() + text[1:]


class _HubContent:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        found = _CONTENT_RANGE.match(response.headers.get("Content-Range") or "")
        self.start = int(found.group(1)) if found and response.status == http.client.PARTIAL_CONTENT else 0
        self._response = response

    def read(self, n_bytes: int) -> bytes:
        """The next bytes."""
        try:
            return self._response.read1(n_bytes)  # what is there, so that a cancel is seen soon
        except http.client.HTTPException as exc:
            raise OSError(reason_of(exc)) from exc


class _CarefulRedirects(urllib.request.HTTPRedirectHandler):
    """Hubs send large files from other hosts; a token is for the hub alone."""

    def redirect_request(  # noqa: PLR0917 - the library's signature
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        following = super().redirect_request(req, fp, code, msg, headers, newurl)
        if following is not None and urlsplit(newurl).hostname != urlsplit(req.full_url).hostname:
            following.remove_header("Authorization")
        return following


def _remote_file(entry: dict[str, Any]) -> RemoteFile:
    lfs = entry.get("lfs")
    return RemoteFile(
        name=entry["path"],
        size_bytes=int(lfs["size"] if lfs else entry["size"]),
        sha256=lfs["oid"] if lfs else None,
        git_sha1=None if lfs else entry.get("oid"),
    )
