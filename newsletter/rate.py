"""How fast messages leave: one bucket for all workers, kept in Redis (setting NEWSLETTER_RATE)."""

from functools import cache

from django.conf import settings
from redis import Redis

KEY = "newsletter:next-message"
# A worker may wake a little late, so the bucket stays 5 in 100 below its limit; in this way no
# second ever sees more messages than the limit.
MARGIN = 1.05
# Takes the next free moment and returns how long it is until then. Redis's own clock counts, in
# microseconds, so workers on machines with different clocks agree.
TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local moment = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
redis.call('SET', KEYS[1], string.format('%.0f', moment + ARGV[1]), 'EX', 3600)
return moment - now
"""


def seconds_to_wait() -> float:
    """Take a place in the bucket and return how many seconds to wait before sending.

    Raises RedisError or OSError when Redis is away: without the bucket nothing is sent.
    """
    if not settings.NEWSLETTER_RATE:
        return 0.0
    step = round(1_000_000 * MARGIN / settings.NEWSLETTER_RATE)
    wait: int = _redis().eval(TAKE, 1, KEY, step)
    return wait / 1_000_000


@cache
def _redis() -> Redis:
    return Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=1, socket_connect_timeout=1)
