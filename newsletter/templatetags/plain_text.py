"""The words of rich text without its marks: {{ item.body|plain|truncatewords:40 }}."""

from django.template import Library

from wpsnetwork.richtext import to_text

register = Library()


@register.filter
def plain(html: str) -> str:
    """Return text, not HTML: the template escapes it."""
    return to_text(html)
