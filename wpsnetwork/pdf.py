"""The door to PDF: the only module that imports WeasyPrint; it reads our own files, no network."""

import hashlib
import mimetypes
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from urllib.parse import unquote

import pikepdf
import pydyf
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.utils._os import safe_join
from weasyprint import HTML, Document, __version__
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

VARIANT = "pdf/ua-1"
# Changes when the same HTML may give another file.
RENDERER = f"WeasyPrint {__version__} {VARIANT}"
ONE_AT_A_TIME = Lock()  # threads of a process share the fonts, which are not made for that


class RefusedAddressError(FatalURLFetchingError):
    """The HTML asks for something that is not ours, or not there; no PDF is made of it."""


class OwnFiles(URLFetcher):
    """Reads `static:css/pdf.css`, `media:documents/x.png` and `data:`; refuses all else."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        scheme, _, rest = url.partition(":")
        if scheme == "data":
            return super().fetch(url, headers)
        if scheme not in ("static", "media"):
            raise RefusedAddressError(f"Refused to fetch {url}: only our own files are read.")
        name = unquote(rest)
        content = _read(name, _static_path if scheme == "static" else _media_path)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, content, {"Content-Type": kind})


def read_static(name: str) -> bytes:
    """Return a static file, from its source or, where that is not installed, as collected."""
    return _read(name, _static_path)


def _static_path(name: str) -> str:
    return finders.find(name) or safe_join(settings.STATIC_ROOT, name)


def _media_path(name: str) -> str:
    return default_storage.path(name)


def _read(name: str, path_of: Callable[[str], str]) -> bytes:
    try:
        return Path(path_of(name)).read_bytes()
    except (OSError, SuspiciousFileOperation) as error:
        raise RefusedAddressError(f"There is no file {name} of ours.") from error


def render_pdf(html: str) -> bytes:
    """Return a tagged PDF (PDF/UA-1) of a whole HTML page, all fonts embedded.

    Raises RefusedAddressError if the page asks for anything but our own files.
    """
    with ONE_AT_A_TIME:
        return HTML(string=html, url_fetcher=OwnFiles()).write_pdf(
            pdf_variant=VARIANT,
            presentational_hints=False,
            font_config=_installed_fonts(),
            finisher=_mend_list_items,
        )


@cache
def _installed_fonts() -> FontConfiguration:
    """The fonts of the machine, looked up once in each process; our pages bring none along."""
    return FontConfiguration()


def _mend_list_items(_document: Document, pdf: pydyf.PDF) -> None:
    """Put what is in a list item into its body, as PDF/UA asks.

    WeasyPrint does so for bare text only, and our editor writes `<li><p>...</p></li>`.
    """
    elements = {item.reference: item for item in pdf.objects if isinstance(item, pydyf.Dictionary)}
    for item in list(elements.values()):
        if item.get("S") == "/LI":
            _mend_list_item(item, elements, pdf)


def _mend_list_item(
    item: pydyf.Dictionary, elements: dict[bytes, pydyf.Dictionary], pdf: pydyf.PDF
) -> None:
    kids = [elements[reference] for reference in item["K"]]
    labels = [kid for kid in kids if kid["S"] == "/Lbl"]
    content = [kid for kid in kids if kid["S"] != "/Lbl"]
    if all(kid["S"] == "/LBody" for kid in content):
        return
    body = pydyf.Dictionary(
        {"Type": "/StructElem", "S": "/LBody", "Pg": item["Pg"], "P": item.reference}
    )
    body["K"] = pydyf.Array(kid.reference for kid in content)
    pdf.add_object(body)
    for kid in content:
        kid["P"] = body.reference
        if kid["S"] == "/LBody":
            kid["S"] = "/NonStruct"
    item["K"] = pydyf.Array([*(kid.reference for kid in labels), body.reference])


def page_count(data: bytes) -> int:
    """Return the number of pages of a PDF."""
    with pikepdf.open(BytesIO(data)) as document:
        return len(document.pages)


def fingerprint(*parts: bytes | str) -> str:
    """Return a SHA-256 over all parts and what turns them into a PDF."""
    digest = hashlib.sha256(RENDERER.encode())
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        digest.update(b"%d:" % len(content) + content)
    return digest.hexdigest()
