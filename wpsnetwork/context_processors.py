"""What every page knows about the portal itself."""

import json

from django.conf import settings
from django.http import HttpRequest

# No style or code made at run time (the content security policy refuses both), and no copies
# of pages in the browser's storage: some of them are private.
HTMX_CONFIG = json.dumps(
    {"includeIndicatorStyles": False, "allowEval": False, "historyCacheSize": 0}
)


def portal(request: HttpRequest) -> dict[str, object]:
    return {"demonstration": settings.DEMONSTRATION, "htmx_config": HTMX_CONFIG}
