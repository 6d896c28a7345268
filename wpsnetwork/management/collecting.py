"""Collect the static files only when one has changed: hashing and packing them takes seconds."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect_static_files() -> bool:
    """Leave STATIC_ROOT as `collectstatic` does; say whether it had to be called."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    fingerprint = fingerprint_of_sources()
    if stamp.exists() and stamp.read_text() == fingerprint:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(fingerprint)
    return True


def fingerprint_of_sources() -> str:
    """Return a word that changes with the name, size or date of any static file."""
    found = hashlib.sha256()
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda item: item[0]):
            stat = Path(storage.path(path)).stat()
            found.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return found.hexdigest()
