"""{{ form }} is accessible everywhere: labels, help, errors, groups, the summary at the top."""

import re
from html.parser import HTMLParser

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string

from members.history import Change

VOID = {"input", "br", "img", "hr", "meta", "link"}


class Elements(HTMLParser):
    """All elements of a piece of HTML as (tag, attributes), and whether each is closed."""

    def __init__(self, html):
        super().__init__()
        self.found, self.open = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def by_id(self, name):
        [attributes] = [attrs for _, attrs in self.found if attrs.get("id") == name]
        return attributes

    def all(self, tag):
        return [attrs for name, attrs in self.found if name == tag]


class ProfileForm(forms.Form):
    title = forms.CharField(help_text="As on the document.")
    mailbox = forms.EmailField(required=False)
    state = forms.ChoiceField(
        choices=[("a", "In force"), ("b", "Expired")], widget=forms.RadioSelect
    )
    themes = forms.MultipleChoiceField(
        choices=[("a", "Financing")], widget=forms.CheckboxSelectMultiple, required=False
    )
    looked = forms.BooleanField(label="I have looked", help_text="Recorded.")
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self):
        raise forms.ValidationError("The whole is wrong.")


@pytest.fixture
def empty():
    return str(ProfileForm(initial={"version": 1}))


@pytest.fixture
def refused():
    return str(ProfileForm({"mailbox": "x", "version": "y"}))


def test_every_input_has_a_label_and_everything_is_closed(empty):
    page = Elements(empty)
    labelled = {attrs["for"] for attrs in page.all("label")}
    inputs = {attrs["id"] for attrs in page.all("input") if attrs["type"] != "hidden"}
    assert inputs == {
        "id_title",
        "id_mailbox",
        "id_state_0",
        "id_state_1",
        "id_themes_0",
        "id_looked",
    }
    assert inputs <= labelled
    assert page.open == []


def test_label_stands_before_its_field_but_after_a_checkbox(empty):
    assert empty.index('for="id_title"') < empty.index('id="id_title"')
    assert empty.index('id="id_looked"') < empty.index('for="id_looked"')


def test_help_is_named_by_its_field(empty):
    page = Elements(empty)
    assert page.by_id("id_title")["aria-describedby"] == "id_title_helptext"
    assert page.by_id("id_looked")["aria-describedby"] == "id_looked_helptext"
    assert page.by_id("id_title_helptext")["class"] == "help"


def test_only_fields_that_may_stay_empty_say_optional(empty):
    assert empty.count("(optional)") == 2


def test_choices_are_a_fieldset_with_a_legend(empty):
    page = Elements(empty)
    assert {attrs["id"] for attrs in page.all("fieldset")} == {"id_state_group", "id_themes_group"}
    assert len(page.all("legend")) == 2


def test_hidden_fields_are_drawn_once(empty):
    assert empty.count('name="version"') == 1


def test_an_unsent_form_shows_no_problem(empty):
    assert "error-summary" not in empty
    assert "aria-invalid" not in empty


def test_refused_fields_are_marked_and_name_their_error(refused):
    page = Elements(refused)
    mailbox = page.by_id("id_mailbox")
    assert mailbox["aria-invalid"] == "true"
    assert mailbox["aria-describedby"] == "id_mailbox_error"
    assert page.by_id("id_title")["aria-describedby"] == "id_title_helptext id_title_error"
    assert page.by_id("id_title_error")["class"] == "field-error"
    assert page.by_id("id_state_group")["aria-describedby"] == "id_state_error"


def test_summary_comes_first_and_leads_to_each_field(refused):
    page = Elements(refused)
    assert page.found[0][1]["role"] == "alert"
    targets = [attrs["href"].removeprefix("#") for attrs in page.all("a")]
    assert targets == ["id_title", "id_mailbox", "id_state_group", "id_looked"]
    for target in targets:
        page.by_id(target)


def test_summary_tells_what_is_wrong_with_the_whole_and_with_hidden_fields(refused):
    assert refused.count("The whole is wrong.") == 1
    assert "Enter a whole number." in refused


def test_formset_draws_its_management_form_and_each_form():
    formset = forms.formset_factory(ProfileForm, extra=2)()
    html = str(formset)
    assert html.count('name="form-TOTAL_FORMS"') == 1
    assert 'id="id_form-0-title"' in html
    assert 'id="id_form-1-title"' in html
    assert Elements(html).open == []


def test_what_is_typed_is_escaped():
    html = str(ProfileForm({"title": "<script>x</script>"}))
    assert "<script>" not in html
    assert "&lt;script&gt;x" in html


def test_conflict_shows_both_texts_and_offers_both_ways():
    differences = [{"label": "Overview", "stored": "<p>Theirs</p>", "typed": "Mine <"}]
    context = {"differences": differences, "keep_url": "/keep/", "form_id": "edit"}
    html = render_to_string("components/conflict.html", context)
    assert "<p>Theirs</p>" in html
    assert "<p>Mine &lt;</p>" in html
    page = Elements(html)
    assert [attrs["form"] for attrs in page.all("button")] == ["edit"]
    assert [attrs["href"] for attrs in page.all("a")] == ["/keep/"]
    assert page.open == []


def test_progress_asks_again_until_it_is_finished():
    context = {"id": "p", "url": "/state/", "page_url": "/page/", "label": "Sending"}
    running = render_to_string("components/progress.html", {**context, "done": 1, "total": 4})
    page = Elements(running)
    assert page.by_id("p")["hx-get"] == "/state/"
    assert page.by_id("p-bar") == {"id": "p-bar", "max": "4", "value": "1"}
    assert page.all("a")[0]["href"] == "/page/"
    finished = render_to_string("components/progress.html", {**context, "finished": True})
    assert "hx-get" not in finished
    assert 'role="status"' in finished


def test_progress_of_unknown_length_has_no_value():
    html = render_to_string("components/progress.html", {"id": "p", "url": "/s/", "label": "x"})
    assert Elements(html).by_id("p-bar") == {"id": "p-bar"}


def told_as(before, after):
    """The history of one change of a field, as HTML."""
    entries = [{"what": "Profile", "act": "changed", "changes": [Change("Lead", before, after)]}]
    return render_to_string("components/history.html", {"entries": entries})


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("", "new", "Lead became “<ins>new</ins>”; it was empty."),
        ("old", "", "Lead was emptied; it was “<del>old</del>”."),
        ("old", "new", "Lead changed from “<del>old</del>” to “<ins>new</ins>”."),
    ],
)
def test_history_tells_each_change_as_a_sentence_with_its_words_marked(before, after, sentence):
    html = told_as(before, after)
    assert sentence in " ".join(html.split())
    assert "<details>" not in html
    assert Elements(html).open == []


def test_history_opens_long_texts_in_full():
    text = " ".join(f"word-{number}" for number in range(300))
    html = told_as(f"{text} old", f"{text} new")
    marked, full = html.split("<details>")
    assert "word-150" not in marked
    assert full.count("word-150") == 2
    assert Elements(html).open == []


def test_history_opens_nothing_where_every_word_is_marked_already():
    html = told_as("word " * 60, "short")
    assert "<details>" not in html
    [removed] = re.findall("<del>(.*?)</del>", html, re.DOTALL)
    assert removed.count("word") == 60
    assert "short</ins>" in html


def test_empty_history_says_so():
    assert "No change is recorded yet." in render_to_string("components/history.html", {})


def test_messages_are_one_live_region():
    page = Template('{% include "components/messages.html" %}')
    messages = [{"level_tag": "success", "message": "Saved"}, {"level_tag": "error"}]
    html = page.render(Context({"messages": messages}))
    assert html.count('role="status"') == 1
    assert "notice-good" in html
    assert "notice-bad" in html
