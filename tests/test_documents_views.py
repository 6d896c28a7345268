"""The open pages of documents and their files, asked as every role."""

import hashlib
import re

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from meetings.models import Document, DocumentVersion
from meetings.views.files import PRIVATE, PUBLIC, safe_name
from tests import factories
from tests.roles import SECRETARIAT
from tests.test_meetings_rules import reads_summary, reads_visibility, summary_of

pytestmark = pytest.mark.django_db
CONTENT = b"%PDF-1.7 planted content"
HASH = hashlib.sha256(CONTENT).hexdigest()


def version_of(document=None, **fields) -> DocumentVersion:
    version = factories.DocumentVersionFactory(
        document=document or factories.DocumentFactory(),
        **{"file": ContentFile(CONTENT, "x.pdf"), "size": len(CONTENT), "sha256": HASH, **fields},
    )
    return DocumentVersion.objects.get(pk=version.pk)


def hidden(visibility: str, **fields) -> Document:
    return factories.DocumentFactory(
        visibility=visibility, visibility_reason="A reason.", title="Planted title", **fields
    )


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


# List and page ----------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 5])
def test_document_list_takes_a_fixed_number_of_queries(client, count, django_assert_num_queries):
    for document in factories.DocumentFactory.create_batch(
        count, meeting=factories.MeetingFactory()
    ):
        version_of(document)
    with django_assert_num_queries(3):
        response = client.get(reverse("documents:list"))
    assert response.text.count('<a href="/documents/document-') == count


@pytest.mark.parametrize("count", [1, 5])
def test_document_page_takes_a_fixed_number_of_queries(client, count, django_assert_num_queries):
    document = factories.DocumentFactory(meeting=factories.MeetingFactory())
    for number in range(count):
        version_of(document, number=number + 1)
    with django_assert_num_queries(2):
        response = client.get(document.get_absolute_url())
    assert response.text.count(HASH) == count


def test_the_list_shows_symbol_and_dates_as_known(client):
    factories.DocumentFactory(
        un_symbol="A/72/782-S/2018/178", letter_on="2018-03-01", issued_on="2018-03"
    )
    text = client.get(reverse("documents:list")).text
    assert "A/72/782-S/2018/178" in text
    assert "Letter of 1 March 2018" in text
    assert "Issued March 2018" in text


def test_a_document_without_file_and_address_is_known_by_title_only(client):
    bare = factories.DocumentFactory(title="Bare")
    text = client.get(reverse("documents:list")).text
    assert "Known by title only" in text
    assert "known by its title only" in client.get(bare.get_absolute_url()).text
    Document.objects.update(external_url="https://undocs.org/A/72/782")
    assert "Known by title only" not in client.get(reverse("documents:list")).text
    page = client.get(bare.get_absolute_url()).text
    assert "known by its title only" not in page
    assert 'href="https://undocs.org/A/72/782"' in page
    version_of(bare)
    assert "Known by title only" not in client.get(reverse("documents:list")).text


def test_the_list_can_be_narrowed_to_a_kind(client):
    factories.DocumentFactory(kind="agenda", title="An agenda")
    factories.DocumentFactory(kind="Chair's summary", title="A summary")
    url = reverse("documents:list")
    both = client.get(url).text
    assert "?kind=Chair%27s%20summary" in both
    narrowed = client.get(url, {"kind": "Chair's summary"}).text
    assert "A summary" in narrowed
    assert "An agenda" not in narrowed
    unknown = client.get(url, {"kind": "letter"}).text
    assert "A summary" in unknown
    assert "An agenda" in unknown


def test_the_number_of_a_kind_tells_nothing_of_hidden_documents(client):
    hidden("members", kind="agenda")
    factories.DocumentFactory(kind="letter")
    assert "?kind=agenda" not in client.get(reverse("documents:list")).text
    client.force_login(factories.secretariat_editor())
    assert "?kind=agenda" in client.get(reverse("documents:list")).text


@pytest.mark.parametrize("visibility", ["members", "troika"])
def test_a_hidden_document_is_met_by_those_who_may_see_it(as_role, member, role, visibility):
    document = hidden(visibility, un_symbol="A/1/2")
    version = version_of(document)
    page = as_role.get(document.get_absolute_url())
    listed = as_role.get(reverse("documents:list")).text
    file = as_role.get(version.get_absolute_url())
    if reads_visibility(role, visibility):
        assert "Planted title" in page.text
        assert "A reason." in page.text
        assert "Planted title" in listed
        assert body(file) == CONTENT
        assert file["Cache-Control"] == PRIVATE
    else:
        assert (page.status_code, file.status_code) == (404, 404)
        assert "Planted" not in page.text + listed + file.text
        assert "ETag" not in file


def test_the_page_lists_versions_with_language_size_and_address(client):
    document = factories.DocumentFactory()
    version = version_of(document, page_count=6, language="es", size=2048)
    text = client.get(document.get_absolute_url()).text
    assert "Version 1, Spanish" in text
    assert "6 pages" in text
    assert "2.0\xa0KB" in text
    assert HASH in text
    assert f"http://testserver{version.get_absolute_url()}" in text


def test_the_page_shows_only_versions_that_the_reader_may_open(as_role, member, role):
    summary = summary_of(member, "cleared")
    early = version_of(summary.document, before_clearance=True)
    late = version_of(summary.document, number=2)
    text = as_role.get(summary.document.get_absolute_url()).text
    assert late.get_absolute_url() in text
    sees_early = role in SECRETARIAT | {"chair_of_today", "troika"}
    assert (early.get_absolute_url() in text) == sees_early
    assert summary.get_absolute_url() in text


# Files ------------------------------------------------------------------------------------


def test_a_file_comes_with_its_headers(client):
    version = version_of(filename="paper.pdf")
    response = client.get(version.get_absolute_url())
    assert body(response) == CONTENT
    assert response["ETag"] == f'"{HASH}"'
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Length"] == str(len(CONTENT))
    assert response["Content-Disposition"] == 'inline; filename="paper.pdf"'
    assert response["Content-Security-Policy"] == "default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == PUBLIC
    assert response["Accept-Ranges"] == "none"
    assert response["Link"].startswith("<http://testserver/documents/document-")


def test_head_tells_the_size_and_sends_nothing(client):
    response = client.head(version_of().get_absolute_url())
    assert response.status_code == 200
    assert response["Content-Length"] == str(len(CONTENT))
    assert body(response) == b""


def test_post_is_refused(client, nothing_changes):
    url = version_of().get_absolute_url()
    with nothing_changes():
        assert client.post(url).status_code == 405


@pytest.mark.parametrize("sent", [f'"{HASH}"', f'W/"{HASH}"', "*", f'"other", "{HASH}"'])
def test_a_known_file_is_not_sent_again(client, sent):
    url = version_of().get_absolute_url()
    response = client.get(url, headers={"If-None-Match": sent})
    assert response.status_code == 304
    assert response["ETag"] == f'"{HASH}"'
    assert response["Cache-Control"] == PUBLIC
    assert body(client.get(url, headers={"If-None-Match": '"other"'})) == CONTENT


def test_who_may_not_see_a_file_does_not_learn_that_it_is_unchanged(as_role, member, role):
    version = version_of(hidden("members"))
    response = as_role.get(version.get_absolute_url(), headers={"If-None-Match": f'"{HASH}"'})
    assert response.status_code == (304 if reads_visibility(role, "members") else 404)
    late = as_role.get(version.get_absolute_url(), headers={"If-Match": '"other"'})
    assert late.status_code == (412 if reads_visibility(role, "members") else 404)


def test_the_latest_version_has_an_address_too(client):
    document = factories.DocumentFactory()
    url = reverse("documents:file", args=[document.slug])
    assert client.get(url).status_code == 404
    version_of(document, filename="one.pdf")
    latest = version_of(document, number=2, filename="two.pdf")
    version_of(document, number=3, withdrawn_at=timezone.now(), withdrawn_reason="A mistake.")
    response = client.get(url)
    assert 'filename="two.pdf"' in response["Content-Disposition"]
    assert latest.get_absolute_url() in response["Link"]
    assert body(response) == CONTENT


def test_a_withdrawn_version_answers_why(client):
    version = version_of(withdrawn_at=timezone.now(), withdrawn_reason="The wrong annex.")
    for url in (
        version.get_absolute_url(),
        reverse("documents:file", args=[version.document.slug]),
    ):
        response = client.get(url)
        assert response.status_code == 410
        assert "The wrong annex." in response.text
        assert "ETag" not in response
    page = client.get(version.document.get_absolute_url()).text
    assert "The wrong annex." in page
    assert "Open the file" not in page
    assert "Withdrawn" in client.get(reverse("documents:list")).text


def test_why_a_hidden_version_was_withdrawn_is_hidden_too(as_role, role):
    version = version_of(
        hidden("members"), withdrawn_at=timezone.now(), withdrawn_reason="Planted reason."
    )
    response = as_role.get(version.get_absolute_url())
    if reads_visibility(role, "members"):
        assert response.status_code == 410
        assert "Planted reason." in response.text
        assert response["Cache-Control"] == PRIVATE
    else:
        assert response.status_code == 404
        assert "Planted" not in response.text


def test_a_rendering_is_met_by_those_who_may_read_the_text(as_role, member, role):
    summary = summary_of(member, "in review")
    version = version_of(summary.document, before_clearance=True)
    response = as_role.get(version.get_absolute_url())
    if reads_summary(role, "in review"):
        assert body(response) == CONTENT
        assert response["Cache-Control"] == PRIVATE
    else:
        assert response.status_code == 404


def test_an_answer_to_a_signed_in_reader_is_public_where_the_file_is(client):
    client.force_login(factories.UserFactory())
    response = client.get(version_of().get_absolute_url())
    assert response["Cache-Control"] == PUBLIC
    assert body(response) == CONTENT


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("plan d’action.pdf", "inline; filename*=utf-8''plan%20d%E2%80%99action.pdf"),
        ("计划.pdf", "inline; filename*=utf-8''%E8%AE%A1%E5%88%92.pdf"),
        ('a "b".pdf', 'inline; filename="a \\"b\\".pdf"'),
        ("a\r\nSet-Cookie: x.pdf", 'inline; filename="aSet-Cookie: x.pdf"'),
        ("../../etc/passwd.pdf", 'inline; filename="passwd.pdf"'),
        ("cod\u202efdp.exe", 'inline; filename="codfdp.exe"'),
        ("\n", 'inline; filename="document"'),
    ],
)
def test_a_name_in_any_script_arrives_whole_and_harmless(client, name, header):
    response = client.get(version_of(filename=name).get_absolute_url())
    assert response["Content-Disposition"] == header
    assert "Set-Cookie" not in response
    assert body(response) == CONTENT


def test_a_name_keeps_the_joiners_of_its_script():
    assert safe_name("\u0645\u06cc\u200c\u062e.pdf") == "\u0645\u06cc\u200c\u062e.pdf"


def test_what_a_browser_could_run_is_saved_to_the_disk(client):
    response = client.get(version_of(media_type="text/html", filename="a.html").get_absolute_url())
    assert response["Content-Disposition"] == 'attachment; filename="a.html"'
    assert body(response) == CONTENT


def test_a_file_that_is_gone_from_the_disk_is_not_found(client):
    version = version_of()
    version.file.storage.delete(version.file.name)
    assert client.get(version.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("path", ["v2/en/", "v1/fr/", "v1/en/../../"])
def test_another_number_or_language_is_not_found(client, path):
    version = version_of()
    assert client.get(f"{version.document.get_absolute_url()}{path}").status_code == 404


def test_there_is_no_open_folder_of_files(client):
    version = version_of()
    assert re.fullmatch(r"documents/[0-9a-f-]{36}\.pdf", version.file.name)
    for prefix in ("/", "/media/", "/static/"):
        assert client.get(f"{prefix}{version.file.name}").status_code == 404
