"""What a person may be called: letters and digits of one script, dots and dashes, no spaces."""

import unicodedata

import regex
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MAX_TYPED_USERNAME = 200  # before it is normalised

# Names that would pass for the site itself or that its commands will need.
RESERVED = frozenset(
    "admin administrator all anonymous api channel chatsite deleted everyone here help mod"
    " moderator nobody null owner root room rooms security server site staff support system"
    " undefined".split()
)

_SHAPE = regex.compile(r"[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}._-]{0,38}[\p{L}\p{M}\p{N}])?")
# Selectors, joiners and fillers: with them a name would look like another one, or like none.
_UNSEEN = regex.compile(r"\p{Default_Ignorable_Code_Point}")
_SCRIPTS = [
    regex.compile(rf"(?:[\p{{Common}}\p{{Inherited}}]|{scripts})*")
    for scripts in (
        r"\p{Latin}", r"\p{Cyrillic}", r"\p{Greek}", r"\p{Arabic}", r"\p{Hebrew}",
        r"\p{Armenian}", r"\p{Georgian}", r"\p{Devanagari}", r"\p{Bengali}", r"\p{Tamil}",
        r"\p{Telugu}", r"\p{Thai}", r"\p{Ethiopic}", r"\p{Khmer}",
        r"[\p{Han}\p{Hiragana}\p{Katakana}]", r"[\p{Han}\p{Hangul}]",
    )
]  # fmt: skip


def normalise_username(name: str) -> str:
    """The one form in which a name is stored and looked up: NFKC, case folded, NFKC again, without
    what nobody sees. A name that is too long for any stays as it is: normalising is quadratic."""
    if len(name) > MAX_TYPED_USERNAME + 1:
        return name
    name = _UNSEEN.sub("", unicodedata.normalize("NFKC", name))
    return unicodedata.normalize("NFKC", name.casefold()).strip()


def check_username(name: str) -> None:
    """Raises ValidationError for a name of a wrong shape, of mixed scripts, or reserved."""
    # Composing shrinks a text, but no name of 40 letters was ever longer than this.
    is_short = len(name) <= MAX_TYPED_USERNAME
    if is_short:
        name = normalise_username(name)
    if not is_short or not _SHAPE.fullmatch(name):
        raise ValidationError(
            _("Letters, digits, dots and dashes only; no spaces. At most 40 of them."), "shape"
        )
    if not any(script.fullmatch(name) for script in _SCRIPTS):
        raise ValidationError(_("All letters of a name must be of one alphabet."), "script")
    if name in RESERVED:
        raise ValidationError(_("That name is taken."), "unique")


MAX_DISPLAY_NAME = 60
MAX_TYPED_DISPLAY_NAME = MAX_DISPLAY_NAME * 4  # before it is normalised
_SEEN = regex.compile(r"[\p{L}\p{N}\p{P}\p{S}]")
# What is unseen, marks that turn the direction among it, and what looks like a space and is none.
_BLANK = regex.compile(r"[\p{Default_Ignorable_Code_Point}\u2800\ufffc\U0001d159]")
# Where something unseen changes what is seen: emoji of several parts, keycaps, and the joiners of
# Arabic and of the Indic scripts (after a virama, whose combining class is 9).
_JOINED = regex.compile(
    r"\p{Extended_Pictographic}\ufe0f?\p{Emoji_Modifier}?"
    r"(?:\u200d\p{Extended_Pictographic}\ufe0f?\p{Emoji_Modifier}?)*"
    r"|[0-9#*]\ufe0f\u20e3"
    r"|(?<=\p{Arabic})\u200c(?=\p{Arabic})"
    r"|(?<=\p{Canonical_Combining_Class=9})[\u200c\u200d]"
)


def normalise_display_name(name: str) -> str:
    """The form in which a display name is stored: composed (NFC), without space around it. One that
    is too long for any stays as it is: normalising is quadratic."""
    if len(name) > MAX_TYPED_DISPLAY_NAME:
        return name
    return unicodedata.normalize("NFC", name).strip()


def check_display_name(name: str) -> None:
    """Raises ValidationError for a display name that is too long or holds what cannot be shown."""
    name = normalise_display_name(name)
    if len(name) > MAX_DISPLAY_NAME:
        raise ValidationError(_("At most 60 characters."), "too_long")
    is_odd = any(unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} for letter in name)
    is_blank = _BLANK.search(_JOINED.sub("", name)) or (name and not _SEEN.search(name))
    if is_odd or is_blank:
        raise ValidationError(_("It holds characters that cannot be shown."), "bad_text")
