"""The pages of members, asked as every role."""

import datetime
import io
import re

import pikepdf
import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from members import inviting
from members.errors import ConflictError, WrongStateError
from members.forms import ActionPlanForm, MemberForm
from members.models import ActionPlan, Designation, Invitation, Member, User
from tests import factories
from tests.factories import focal_point, today
from tests.roles import OWN_EDITORS, OWN_SPEAKERS, SECRETARIAT

PROFILE = {
    "overview": "<p>Our work.</p>",
    "ministry": "Ministry of Foreign Affairs",
    "office": "",
    "mailbox": "",
    "telephone": "",
    "website": "",
    "version": "1",
}
PLAN = {"stated_state": "not recorded", "budget": "not recorded", "generation": "2", "version": "1"}


def make_pdf() -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    stored = io.BytesIO()
    document.save(stored)
    return stored.getvalue()


PDF = make_pdf()


def invitation_data(**fields):
    return {
        "name": "A colleague",
        "email": "colleague@example.org",
        "function": "principal",
        "since": today().isoformat(),
        **fields,
    }


# The open pages ---------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 5])
def test_member_page_takes_a_fixed_number_of_queries(
    client, member, count, django_assert_max_num_queries
):
    factories.ActionPlanFactory.create_batch(count, state=member.state)
    with django_assert_max_num_queries(8):
        response = client.get(member.get_absolute_url())
    assert response.text.count("First national action plan") == count


def test_member_page_names_the_source_of_what_it_says(client, network):
    text = client.get("/members/namibia/").text
    assert "First national action plan" in text
    assert "2019–2024" in text
    assert "wpshub.africa" in text


def test_a_prospective_member_is_met_by_the_secretariat_only(as_role, member, role):
    planted = factories.MemberFactory(
        slug="planted", status=Member.Status.PROSPECTIVE, state__name="Planted State"
    )
    found = as_role.get(planted.get_absolute_url())
    listed = as_role.get(reverse("members:list")).text
    if role in SECRETARIAT:
        assert "Planted State" in found.text
    else:
        assert found.status_code == 404
        assert "Planted State" not in found.text
    assert "Planted State" not in listed


def test_a_focal_points_name_is_met_by_members_and_the_secretariat_only(as_role, member, role):
    focal_point(member, user=factories.UserFactory(name="Planted Name"), ministry="The Ministry")
    text = as_role.get(member.get_absolute_url()).text
    may_see = {
        *OWN_EDITORS,
        *SECRETARIAT,
        "mission_contact",
        "focal_point_of_another_member",
        "chair_of_today",
        "chair_of_the_past",
        "troika",
    }
    assert ("Planted Name" in text) == (role in may_see)
    assert "The Ministry" in text


# The profile ------------------------------------------------------------------------------


def test_member_edit_is_for_its_focal_points_and_the_secretariat(as_role, member, role):
    response = as_role.get(reverse("members:edit", args=[member.slug]))
    if role in OWN_EDITORS | SECRETARIAT:
        assert response.status_code == 200
        assert "Save and publish" in response.text
    elif role == "nobody":
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_login"))
    else:
        assert response.status_code == 404


def test_a_refused_edit_changes_no_row(as_role, member, role, nothing_changes):
    if role in OWN_EDITORS | SECRETARIAT:
        response = as_role.post(reverse("members:edit", args=[member.slug]), PROFILE)
        assert response.status_code == 302
        assert Member.objects.get().ministry == "Ministry of Foreign Affairs"
        return
    with nothing_changes():
        response = as_role.post(reverse("members:edit", args=[member.slug]), PROFILE)
    assert response.status_code in (302, 404)


def test_a_changed_profile_is_public_at_once(client, member):
    client.force_login(focal_point(member))
    response = client.post(reverse("members:edit", args=[member.slug]), PROFILE, follow=True)
    assert "Your changes are saved and public." in response.text
    client.logout()
    text = client.get(member.get_absolute_url()).text
    assert "Our work." in text
    assert "Ministry of Foreign Affairs" in text


def test_a_focal_point_who_saves_has_confirmed_the_profile(client, member):
    client.force_login(focal_point(member))
    client.post(reverse("members:edit", args=[member.slug]), PROFILE)
    assert Member.objects.get(pk=member.pk).confirmed_on == today()


def test_the_secretariat_does_not_confirm_for_a_member(client, member):
    client.force_login(factories.secretariat_editor())
    client.post(reverse("members:edit", args=[member.slug]), PROFILE)
    stored = Member.objects.get(pk=member.pk)
    assert stored.ministry == "Ministry of Foreign Affairs"
    assert stored.confirmed_on is None


def test_when_the_designation_has_ended_a_browser_still_signed_in_gets_404(client, member):
    user = focal_point(member)
    client.force_login(user)
    url = reverse("members:edit", args=[member.slug])
    assert client.get(url).status_code == 200
    Designation.objects.update(until=today() - datetime.timedelta(days=1))
    assert client.get(url).status_code == 404
    assert client.post(url, PROFILE).status_code == 404
    assert Member.objects.get(pk=member.pk).ministry == ""


def test_what_was_pasted_is_cleaned(client, member):
    client.force_login(focal_point(member))
    pasted = '<p style="color:red" onclick="x()">Plan<script>alert(1)</script></p>'
    client.post(reverse("members:edit", args=[member.slug]), {**PROFILE, "overview": pasted})
    assert Member.objects.get(pk=member.pk).overview == "<p>Plan</p>"


def test_plain_text_becomes_paragraphs(client, member):
    client.force_login(focal_point(member))
    client.post(
        reverse("members:edit", args=[member.slug]), {**PROFILE, "overview": "One.\n\nTwo < three."}
    )
    assert Member.objects.get(pk=member.pk).overview == "<p>One.</p><p>Two &lt; three.</p>"


def test_a_wrong_address_is_explained_and_nothing_is_lost(client, member, nothing_changes):
    client.force_login(focal_point(member))
    with nothing_changes():
        response = client.post(
            reverse("members:edit", args=[member.slug]), {**PROFILE, "mailbox": "no address"}
        )
    assert response.status_code == 200
    assert "Enter a valid email address" in response.text
    assert "Our work." in response.text


def test_two_people_edit_one_profile_and_nothing_is_lost(client, member):
    client.force_login(focal_point(member))
    url = reverse("members:edit", args=[member.slug])
    client.post(url, {**PROFILE, "office": "Office one", "overview": "<p>First text.</p>"})
    response = client.post(url, {**PROFILE, "office": "Office two", "overview": "<p>Second.</p>"})
    assert response.status_code == 409
    for words in ("Office one", "Office two", "First text.", "Second."):
        assert words in response.text
    assert Member.objects.get(pk=member.pk).office == "Office one"
    version = re.search(r'name="version" value="(\d+)"', response.text)[1]
    client.post(url, {**PROFILE, "office": "Office two", "version": version})
    assert Member.objects.get(pk=member.pk).office == "Office two"


def test_a_conflict_raises_and_shows_only_the_fields_that_differ(member):
    Member.objects.filter(pk=member.pk).update(version=2, vacant_functions=["principal"])
    form = MemberForm({**PROFILE, "vacant_functions": ["alternate"]}, instance=member)
    assert form.is_valid()
    with pytest.raises(ConflictError) as conflict:
        form.save_if_current()
    shown = {d.label: (d.stored, d.typed) for d in form.differences(conflict.value.stored)}
    assert shown["Functions that are vacant"] == (
        "Principal focal point",
        "Alternate focal point",
    )
    assert "Website" not in shown


# Plans ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["plan_add", "plan_edit"])
def test_plans_are_edited_by_who_edits_the_member(as_role, member, role, name):
    plan = factories.ActionPlanFactory(state=member.state)
    args = [member.slug] if name == "plan_add" else [member.slug, plan.pk]
    response = as_role.post(reverse(f"members:{name}", args=args), {**PLAN, "title": "Saved"})
    saved = ActionPlan.objects.filter(title="Saved").count()
    assert saved == (role in OWN_EDITORS | SECRETARIAT)
    assert response.status_code in (
        (302,) if role in OWN_EDITORS | {"nobody", *SECRETARIAT} else (404,)
    )


def test_the_plan_of_another_member_is_not_found_under_ones_own(client, member):
    client.force_login(focal_point(member))
    other = factories.ActionPlanFactory()
    assert client.get(reverse("members:plan_edit", args=[member.slug, other.pk])).status_code == 404


def test_a_period_that_ends_before_it_begins_is_explained(db):
    form = ActionPlanForm(
        {**PLAN, "period_start": "2024-06", "period_end": "2023"}, instance=ActionPlan()
    )
    assert form.errors == {"period_end": ["The period ends before it begins. Check both dates."]}


def test_a_period_of_different_precision_is_accepted_when_it_can_be_right(db):
    form = ActionPlanForm(
        {**PLAN, "period_start": "2024-06-15", "period_end": "2024"}, instance=ActionPlan()
    )
    assert form.errors == {}


def test_two_people_edit_one_plan_and_nothing_is_lost(client, member):
    plan = factories.ActionPlanFactory(state=member.state)
    client.force_login(focal_point(member))
    url = reverse("members:plan_edit", args=[member.slug, plan.pk])
    client.post(url, {**PLAN, "lead": "Ministry one"})
    response = client.post(url, {**PLAN, "lead": "Ministry two"})
    assert response.status_code == 409
    assert "Ministry one" in response.text
    assert "Ministry two" in response.text
    assert ActionPlan.objects.get(pk=plan.pk).lead == "Ministry one"


# Designations and invitations -------------------------------------------------------------


def test_only_the_secretariat_records_a_designation(as_role, member, role):
    url = reverse("members:designation_add", args=[member.slug])
    before = Designation.objects.count()
    response = as_role.post(url, invitation_data())
    assert (Designation.objects.count() - before) == (role in SECRETARIAT)
    assert response.status_code in ((302,) if role in {"nobody", *SECRETARIAT} else (404,))
    assert (as_role.get(url).status_code == 200) == (role in SECRETARIAT)


def test_a_designation_begins_today_unless_another_day_is_typed(client, member):
    client.force_login(factories.secretariat_editor())
    text = client.get(reverse("members:designation_add", args=[member.slug])).text
    assert re.search(rf'<input type="date" name="since" value="{today().isoformat()}"', text)


def test_only_the_secretariat_ends_a_designation(as_role, member, role):
    designation = factories.DesignationFactory(member=member)
    url = reverse("members:designation_end", args=[member.slug, designation.pk])
    as_role.post(url, {"until": today().isoformat()})
    designation.refresh_from_db()
    assert (designation.until == today()) == (role in SECRETARIAT)
    assert (as_role.get(url).status_code == 200) == (role in SECRETARIAT)


def test_a_last_day_is_not_moved_over_a_later_designation(client, member):
    first = factories.DesignationFactory(member=member, since="2025-01-01", until="2025-06-30")
    factories.DesignationFactory(member=member, user=first.user, since="2026-01-01")
    client.force_login(factories.secretariat_editor())
    url = reverse("members:designation_end", args=[member.slug, first.pk])
    response = client.post(url, {"until": "2026-02-01"})
    assert "This person already speaks for this member then." in response.text
    first.refresh_from_db()
    assert first.until == datetime.date(2025, 6, 30)


def test_a_designation_does_not_end_before_it_begins(client, member):
    designation = factories.DesignationFactory(member=member)
    client.force_login(factories.secretariat_editor())
    url = reverse("members:designation_end", args=[member.slug, designation.pk])
    response = client.post(url, {"until": "1999-01-01"})
    assert "A designation ends on or after its first day." in response.text
    designation.refresh_from_db()
    assert designation.until is None


def invite(client, member, **fields):
    client.force_login(factories.secretariat_editor())
    response = client.post(
        reverse("members:designation_add", args=[member.slug]), invitation_data(**fields)
    )
    client.logout()
    return response


def link_in_last_mail() -> str:
    return re.search(r"http://testserver(/members/invitation/\S+)", mail.outbox[-1].body)[1]


def test_an_invited_person_sets_a_password_and_signs_in(client, member):
    invite(client, member)
    assert inviting.send_waiting() == 1
    assert mail.outbox[0].to == ["colleague@example.org"]
    assert "Principal focal point" in mail.outbox[0].body
    page = client.get(link_in_last_mail(), follow=True)
    assert "Set the password" in page.text
    words = "correct horse battery staple"
    response = client.post(
        reverse("members:invitation_accept"), {"new_password1": words, "new_password2": words}
    )
    assert response["Location"] == reverse("account_login")
    response = client.post(
        reverse("account_login"), {"login": "colleague@example.org", "password": words}
    )
    assert response["Location"] == reverse("members:desk")
    assert client.get(reverse("members:edit", args=[member.slug])).status_code == 200


def test_opening_the_link_changes_nothing(client, member):
    invite(client, member)
    inviting.send_waiting()
    client.get(link_in_last_mail(), follow=True)
    assert Invitation.objects.get().accepted_at is None
    assert not User.objects.get(email="colleague@example.org").has_usable_password()


def test_a_link_works_once(client, member):
    invite(client, member)
    inviting.send_waiting()
    link, words = link_in_last_mail(), "correct horse battery staple"
    client.get(link)
    url = reverse("members:invitation_accept")
    client.post(url, {"new_password1": words, "new_password2": words})
    client.get(link)
    response = client.post(
        url, {"new_password1": "another long one", "new_password2": "another long one"}
    )
    assert response.status_code == 410
    assert "no longer valid" in response.text
    assert User.objects.get(email="colleague@example.org").check_password(words)


@pytest.mark.parametrize("days", [13, 15])
def test_a_link_is_valid_for_14_days(client, member, days, time_machine):
    invite(client, member)
    inviting.send_waiting()
    link = link_in_last_mail()
    time_machine.move_to(timezone.now() + datetime.timedelta(days=days))
    assert client.get(link, follow=True).status_code == (200 if days < 14 else 410)


def test_a_forged_link_opens_nothing(client, member):
    assert client.get("/members/invitation/1:forged:token/", follow=True).status_code == 410


def test_a_weak_password_is_explained(client, member):
    invite(client, member)
    inviting.send_waiting()
    client.get(link_in_last_mail())
    response = client.post(
        reverse("members:invitation_accept"), {"new_password1": "short", "new_password2": "short"}
    )
    assert "too short" in response.text
    assert not User.objects.get(email="colleague@example.org").has_usable_password()


def test_two_who_use_one_link_at_once_get_one_password(client, member):
    invite(client, member)
    invitation = Invitation.objects.select_related("user").get()
    inviting.accept(invitation, "the first password")
    with pytest.raises(WrongStateError):
        inviting.accept(invitation, "the second password")
    assert User.objects.get(email="colleague@example.org").check_password("the first password")


def test_a_person_with_an_account_is_told_to_sign_in(client, member):
    user = focal_point(factories.MemberFactory())
    user.set_password("a password of theirs")
    user.save()
    invite(client, member, email=user.email.upper())
    inviting.send_waiting()
    assert "Sign in with your e-mail address and the password that you have" in mail.outbox[0].body
    assert "/members/invitation/" not in mail.outbox[0].body
    assert set(Member.objects.editable_by(user, today())) == {
        member,
        user.designations.exclude(member=member).get().member,
    }


def test_the_link_of_an_account_with_a_password_leads_to_sign_in(client, member):
    invite(client, member)
    inviting.send_waiting()
    user = User.objects.get(email="colleague@example.org")
    user.set_password("set in another way")
    user.save()
    response = client.get(link_in_last_mail(), follow=True)
    assert response.redirect_chain[-1][0] == reverse("account_login")


def test_an_invitation_is_sent_once(client, member):
    invite(client, member)
    assert [inviting.send_waiting(), inviting.send_waiting()] == [1, 0]
    assert len(mail.outbox) == 1


def test_an_invitation_that_the_relay_refuses_waits(client, member, settings):
    invite(client, member)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1  # nobody listens there
    assert inviting.send_waiting() == 0
    assert Invitation.objects.waiting().count() == 1


def test_a_new_invitation_ends_the_old_link(client, member):
    invite(client, member)
    inviting.send_waiting()
    old = link_in_last_mail()
    client.force_login(factories.secretariat_editor())
    url = reverse("members:invitation_send_again", args=[Invitation.objects.get().pk])
    assert "A new invitation leaves by mail" in client.post(url, follow=True).text
    client.logout()
    inviting.send_waiting()
    assert client.get(old, follow=True).status_code == 410
    assert client.get(link_in_last_mail(), follow=True).status_code == 200


def test_a_new_invitation_ends_every_older_link_of_the_person(client, member):
    invite(client, member)
    invite(client, member, function="alternate")
    inviting.send_waiting()
    links = [re.search(r"http://testserver(/\S+/invitation/\S+)", m.body)[1] for m in mail.outbox]
    inviting.send_again(Invitation.objects.latest("pk"), factories.secretariat_editor())
    assert [client.get(link).status_code for link in links] == [410, 410]


def test_the_page_that_sets_a_password_is_kept_by_no_cache(client, member):
    invite(client, member)
    inviting.send_waiting()
    page = client.get(link_in_last_mail(), follow=True)
    assert "no-store" in page["Cache-Control"]


def test_a_forged_link_leaves_no_session_behind(client, db):
    assert client.get("/members/invitation/forged/").status_code == 410
    assert not client.cookies


def test_an_accepted_invitation_is_not_sent_again(client, member):
    invite(client, member)
    Invitation.objects.update(accepted_at=timezone.now())
    client.force_login(factories.secretariat_editor())
    url = reverse("members:invitation_send_again", args=[Invitation.objects.get().pk])
    assert "has just been accepted" in client.post(url, follow=True).text
    assert Invitation.objects.count() == 1


def test_only_the_secretariat_sends_an_invitation_again(as_role, member, role):
    invitation = Invitation.objects.create(user=factories.UserFactory())
    as_role.post(reverse("members:invitation_send_again", args=[invitation.pk]))
    assert Invitation.objects.count() == 1 + (role in SECRETARIAT)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"until": "1999-01-01"}, "A designation ends on or after its first day."),
        ({"email": "office@example.org"}, "This is the mailbox of the office."),
        ({"instrument_on": "soon"}, "as far as it is known"),
    ],
)
def test_a_wrong_designation_is_explained(client, member, fields, words, nothing_changes):
    Member.objects.update(mailbox="office@example.org")
    client.force_login(factories.secretariat_editor())
    with nothing_changes():
        response = client.post(
            reverse("members:designation_add", args=[member.slug]), invitation_data(**fields)
        )
    assert words in response.text


def test_an_overlap_is_explained_before_postgres_refuses_it(client, member):
    user = focal_point(member)
    response = invite(client, member, email=user.email)
    assert "This person already speaks for this member then." in response.text


# The instrument, a file -------------------------------------------------------------------


def upload(client, member, name, content):
    return invite(client, member, instrument_file=ContentFile(content, name=name))


def test_the_instrument_is_met_by_the_members_people_and_the_secretariat_only(
    as_role, member, role
):
    designation = factories.DesignationFactory(member=member)
    designation.instrument_file.save("note.pdf", ContentFile(PDF))
    response = as_role.get(reverse("members:instrument", args=[member.slug, designation.pk]))
    if role in OWN_SPEAKERS | SECRETARIAT:
        assert b"".join(response.streaming_content) == PDF
        assert response["Cache-Control"] == "private, no-store"
        assert response["Content-Type"] == "application/pdf"
    else:
        assert response.status_code in (302, 404)


def test_where_there_is_no_file_nothing_is_found(client, member):
    designation = factories.DesignationFactory(member=member)
    client.force_login(factories.secretariat_editor())
    url = reverse("members:instrument", args=[member.slug, designation.pk])
    assert client.get(url).status_code == 404


def test_an_uploaded_instrument_is_stored_under_a_name_nobody_can_guess(client, member):
    upload(client, member, "note verbale of the member.pdf", PDF)
    stored = Designation.objects.get().instrument_file.name
    assert re.fullmatch(r"instruments/[0-9a-f-]{36}\.pdf", stored)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<html>not a PDF</html>", "The file is not a PDF."),
        (b"%PDF-1.7\nbroken", "The PDF cannot be opened"),
        (b"%PDF-1.7\n" + b"0" * (5 * 1024 * 1024), "larger than 5 MB"),
    ],
)
def test_a_file_that_is_no_pdf_is_refused_with_the_reason(client, member, content, words):
    assert words in upload(client, member, "note.pdf", content).text
    assert Designation.objects.count() == 0


def test_designations_are_met_by_the_members_people_and_the_secretariat_only(as_role, member, role):
    factories.DesignationFactory(member=member, instrument_reference="Planted reference")
    response = as_role.get(reverse("members:designations", args=[member.slug]))
    assert ("Planted reference" in response.text) == (role in OWN_SPEAKERS | SECRETARIAT)


# The desk ---------------------------------------------------------------------------------


def test_the_desk_shows_what_is_ones_own(as_role, member, role):
    Invitation.objects.create(user=factories.UserFactory(name="Planted Invitation"))
    response = as_role.get(reverse("members:desk"))
    if role == "nobody":
        assert response.status_code == 302
        return
    assert ("Planted Invitation" in response.text) == (role in SECRETARIAT)
    assert (f"/members/{member.slug}/edit/" in response.text) == (role in OWN_EDITORS)


def test_an_account_without_designation_is_told_so(client, db):
    client.force_login(factories.UserFactory())
    assert "No designation of yours is running today." in client.get(reverse("members:desk")).text


# Chairs -----------------------------------------------------------------------------------


def test_the_page_of_chairs_names_every_term_and_makes_nothing_up(client, network):
    text = client.get(reverse("chairs:list")).text
    assert "Canada" in text
    assert "No Chair is recorded for today" in text


def test_the_page_of_chairs_names_the_troika_of_today(client, member):
    factories.ChairTermFactory(members=[member])
    text = client.get(reverse("chairs:list")).text
    assert member.name in text
    assert "No Chair is recorded" not in text


def test_a_page_for_a_person_is_not_kept_by_any_cache(client, member):
    client.force_login(focal_point(member))
    assert client.get(reverse("members:desk"))["Cache-Control"] == "private, no-store"


def test_the_connection_is_to_postgres():
    assert connection.vendor == "postgresql"


# Accounts made on the administration pages --------------------------------------------------


def test_an_account_made_by_an_administrator_is_invited_to_set_its_password(client, db):
    client.force_login(factories.secretariat_administrator())
    data = {"name": "New editor", "email": "editor@example.org", "is_active": "on"}
    response = client.post(reverse("admin:members_user_add"), data)
    assert response.status_code == 302
    assert inviting.send_waiting() == 1
    assert "has made an account for you" in mail.outbox[0].body
    user = User.objects.get(email="editor@example.org")
    assert not user.has_usable_password()


def test_changing_an_account_invites_nobody(client, db):
    client.force_login(factories.secretariat_administrator())
    user = factories.UserFactory()
    data = {"name": "Renamed", "email": user.email, "is_active": "on"}
    client.post(reverse("admin:members_user_change", args=[user.pk]), data)
    user.refresh_from_db()
    assert user.name == "Renamed"
    assert Invitation.objects.count() == 0


def test_an_administrator_cannot_touch_the_account_of_a_superuser(client, db, nothing_changes):
    root = User.objects.create_superuser("root@example.org", "a long enough word", name="Root")
    client.force_login(factories.secretariat_administrator())
    url = reverse("admin:members_user_change", args=[root.pk])
    assert client.get(url).status_code == 200  # to look at
    with nothing_changes():
        assert client.post(url, {"name": "Taken", "email": root.email}).status_code == 403
        delete = reverse("admin:members_user_delete", args=[root.pk])
        assert client.post(delete, {"post": "yes"}).status_code == 403
