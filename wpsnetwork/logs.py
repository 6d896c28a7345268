"""How the portal logs: a line of JSON per event in production, plain text elsewhere.

Nothing private goes into a log: no address of a person, and no query, since links in mails carry
secrets there. What a library logs passes the same filter.
"""

import logging
import logging.config
import re
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

QUIET = ("fontTools", "pikepdf", "weasyprint")
ADDRESS = re.compile(r"[^\s@<>'\"(),;:=]+@[^\s@<>'\"(),;:=]+\.[A-Za-z0-9-]+")
QUERY = re.compile(r"(/[^\s?'\"]*)\?[^\s'\"]+")
# What a link in a mail carries: a part of a path with a long run without a hyphen, or long and
# with signs that no slug has.
SECRET = re.compile(
    r"/(?:[\w:.=-]*[A-Za-z0-9]{20,}[\w:.=-]*|(?=[\w.-]*[A-Z:_])[\w:.=-]{20,}"
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?=[/\s'\"]|$)"
)


def without_private_words(text: str) -> str:
    """Return the text without e-mail addresses, queries and the secrets in paths."""
    text = ADDRESS.sub("[address]", text)
    text = QUERY.sub(r"\1?[query]", text)
    return SECRET.sub("/[secret]", text)


def hide_private_words(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Pass on an event whose texts hold nothing private. Numbers stay as they are."""
    return {key: _hidden(value) for key, value in event.items()}


def _hidden(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    return without_private_words(str(value))


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.processors.format_exc_info,
]


def set_up_logging(*, as_json: bool, level: str) -> None:
    """Send everything to standard error: structlog's events and those of the libraries."""
    renderer = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    last: list[Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        hide_private_words,
        renderer,
    ]
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(_for_libraries(last, level))


def _for_libraries(last: list[Processor], level: str) -> dict[str, Any]:
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": SHARED,
        "processors": last,
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"portal": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "portal"}},
        "root": {"handlers": ["stderr"], "level": level},
        # They tell every step, and every rule of a style sheet that they skip.
        "loggers": {name: {"level": "ERROR"} for name in QUIET},
    }
