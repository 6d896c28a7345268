"""How a page is looked at once it has come, and not while it comes."""


def settle(page):
    """Wait until the page that was asked for last has come, with its fonts.

    A press returns when the answer begins: until it has been read there may be no document at all.
    """
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready")


def overflows(page):
    """Return whether something reaches over the edge of the window at its present width."""
    settle(page)
    return page.evaluate("document.documentElement.scrollWidth > innerWidth")


def assert_fits_a_phone(page, width=360):
    """Nothing reaches over the edge of a phone; the window has its own size again afterwards."""
    size = page.viewport_size
    page.set_viewport_size({"width": width, "height": 740})
    assert not overflows(page), page.url
    page.set_viewport_size(size)
