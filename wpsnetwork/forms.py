"""How every form of the portal is drawn: one renderer, so that {{ form }} is accessible."""

from django.forms.renderers import TemplatesSetting


class PlainFormRenderer(TemplatesSetting):
    """Draw forms, fields and formsets with our components, widgets with Django's own templates."""

    form_template_name = "components/form.html"
    formset_template_name = "components/formset.html"
    field_template_name = "components/field.html"
