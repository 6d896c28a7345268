"""An invitation remembers that the mail relay refused its address for good."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0002_more_history")]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="refused_at",
            field=models.DateTimeField(blank=True, null=True),
        )
    ]
