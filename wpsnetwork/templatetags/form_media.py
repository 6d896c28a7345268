"""Scripts and styles of a form, with the nonce that the content security policy asks for."""

from typing import Any

from django import template
from django.forms import BaseForm
from js_asset.media import Media

register = template.Library()


@register.simple_tag(takes_context=True)
def form_media(context: template.Context, form: BaseForm) -> Any:
    """Return the tags of what the form's fields need; nothing for a form of plain fields."""
    if not form.media:
        return ""
    return Media.from_media(form.media, nonce=str(context["request"].csp_nonce)).render()
