"""The reactions that pages offer, with their names."""

from django.utils.translation import gettext_lazy as _

QUICK_REACTIONS = (
    ("👍", _("Thumbs up")),
    ("❤️", _("Heart")),
    ("😄", _("Laughing")),
    ("🎉", _("Party")),
    ("👀", _("Eyes")),
    ("🙏", _("Thanks")),
)
