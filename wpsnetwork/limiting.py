"""A small counter against floods of the open forms: per network and per address, in the cache.

`form` names the form, so that one does not close another.
"""

import hmac
import ipaddress
import time

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

SECONDS = 60 * 60
PER_NETWORK = 30
PER_ADDRESS = 5


def network_is_busy(form: str, request: HttpRequest) -> bool:
    """Count a request; True if its network made too many within an hour."""
    return _count(form, "network", _network(_ip_address(request))) > PER_NETWORK


def address_is_busy(form: str, email: str) -> bool:
    """Count a request for an e-mail address; True if there were too many within an hour."""
    return _count(form, "address", email.lower()) > PER_ADDRESS


def _ip_address(request: HttpRequest) -> str:
    """The reader's own address; empty if it cannot be told: such readers share one count."""
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return ""


def _network(address: str) -> str:
    """One household or office: the /24 of IPv4, the /56 of IPv6."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else 56), strict=False))


def _count(form: str, kind: str, value: str) -> int:
    # What is counted is nobody's business: the cache holds a keyed hash of it.
    digest = hmac.new(settings.SECRET_KEY.encode(), value.encode(), "sha256").hexdigest()
    key = f"{form}:{kind}:{int(time.time()) // SECONDS}:{digest}"
    if cache.add(key, 1, SECONDS):
        return 1
    # Not incr(), which would shorten the time that the counter is kept.
    count = int(cache.get(key, 0)) + 1
    cache.set(key, count, SECONDS)
    return count
