"""What the page of a share says, in English and German, and the choice between them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from constellation.common.errors import BLANK, TOO_MANY_UPLOADS
from constellation.common.names import DECEPTIVE
from constellation.common.sizes import EMPTY_FILE
from constellation.shares.model import NO_UPLOADS


@dataclass(frozen=True)
class Texts:
    """The texts of a language. ``months`` are the names of the months, from January on.

    The script of the page says what is in ``at_hand`` and, where it takes files, in ``of_box``.
    """

    language: str
    shared: str
    gone: str
    why_gone: str
    needs_password: str
    password: str
    show: str
    limited_views: str
    wrong: str
    too_many: str
    over: str
    one: str
    many: str
    until: str
    empty: str
    download: str
    more: str
    needs_script: str
    at_hand: Mapping[str, str]
    of_box: Mapping[str, str]
    months: tuple[str, ...]
    day: str

    def pictures(self, number: int) -> str:
        """Return a number of pictures in words."""
        return self.one if number == 1 else self.many.format(f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}"))

    def until_when(self, end: datetime) -> str:
        """Return until when there is something, in UTC."""
        day = self.day.format(end.day, self.months[end.month - 1], end.year)
        return self.until.format(f"{day}, {end:%H:%M}")


ENGLISH = Texts(
    language="en",
    shared="Shared pictures",
    gone="There is nothing here",
    why_gone="This share does not exist, or it has ended. Whoever sent you the link can create a new one.",
    needs_password="These pictures are protected by a password.",  # noqa: S106
    password="Password",  # noqa: S106
    show="Show the pictures",
    limited_views="These pictures can be shown a limited number of times.",
    wrong="That is not the password.",
    too_many="Too many wrong passwords. Try again in {} minutes.",
    over="An hour has passed. Open the share again to continue.",
    one="1 picture",
    many="{} pictures",
    until="until {} UTC",
    empty="There are no pictures here yet.",
    download="Download",
    more="More pictures",
    at_hand={
        "offline": "No answer. Check your connection and try again.",
        "close": "Close",
        "back": "Previous picture",
        "on": "Next picture",
    },
    of_box={
        "box": "Send pictures",
        "drop": "Or drop pictures on this page.",
        "choose": "Choose pictures",
        "waiting": "Waiting",
        "sending": "Sending",
        "checking": "Sent. Checking the file.",
        "here": "It is here.",
        "unseen": "Sent, but not shown here yet. Files that are not pictures are refused.",
        "ended": "Not sent. The share has to be opened once more.",
        "failed": "Not sent. Check your connection and try again.",
        "cancel": "Cancel",
        "again": "Try again",
        "remove": "Hide",
        # The API's refusals of a file in words for whoever chose it. # stands for a number.
        NO_UPLOADS: "This share takes no pictures.",
        "This value is too long. It should have # characters or less.": (
            "The name of the file is too long: # characters at most."
        ),
        DECEPTIVE: "The name of the file holds hidden control characters.",
        BLANK: "The file has no name.",
        TOO_MANY_UPLOADS: "There were too many files for today. Try again tomorrow.",
    },
    needs_script="To send pictures into this folder, turn on JavaScript in your browser.",
    months=(
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    day="{0} {1} {2}",
)  # fmt: skip

GERMAN = Texts(
    language="de",
    shared="Geteilte Bilder",
    gone="Hier ist nichts",
    why_gone="Diese Freigabe gibt es nicht oder nicht mehr. Wer den Link geschickt hat, kann einen neuen erstellen.",
    needs_password="Diese Bilder sind mit einem Passwort geschützt.",  # noqa: S106
    password="Passwort",  # noqa: S106
    show="Bilder zeigen",
    limited_views="Diese Bilder werden nur begrenzt oft gezeigt.",
    wrong="Das ist nicht das Passwort.",
    too_many="Zu viele falsche Passwörter. Bitte in {} Minuten noch einmal versuchen.",
    over="Eine Stunde ist vergangen. Zum Weitersehen die Freigabe noch einmal öffnen.",
    one="1 Bild",
    many="{} Bilder",
    until="bis {} UTC",
    empty="Hier sind noch keine Bilder.",
    download="Herunterladen",
    more="Weitere Bilder",
    at_hand={
        "offline": "Keine Antwort. Bitte die Verbindung prüfen und es noch einmal versuchen.",
        "close": "Schließen",
        "back": "Voriges Bild",
        "on": "Nächstes Bild",
    },
    of_box={
        "box": "Bilder senden",
        "drop": "Oder Bilder auf dieser Seite ablegen.",
        "choose": "Bilder auswählen",
        "waiting": "Wartet",
        "sending": "Wird gesendet",
        "checking": "Gesendet. Es wird noch geprüft.",
        "here": "Es ist da.",
        "unseen": "Gesendet, aber hier noch nicht zu sehen. Was kein Bild ist, wird nicht angenommen.",
        "ended": "Nicht gesendet. Die Freigabe muss noch einmal geöffnet werden.",
        "failed": "Nicht gesendet. Bitte die Verbindung prüfen und es noch einmal versuchen.",
        "cancel": "Abbrechen",
        "again": "Noch einmal versuchen",
        "remove": "Ausblenden",
        # The API's refusals of a file in words for whoever chose it. # stands for a number.
        EMPTY_FILE: "Die Datei ist leer.",
        "The file is too large (# MB). Allowed maximum size is # MB.": (
            "Die Datei ist zu groß (# MB). Erlaubt sind höchstens # MB."
        ),
        NO_UPLOADS: "Diese Freigabe nimmt keine Bilder an.",
        "This value is too long. It should have # characters or less.": (
            "Der Name der Datei ist zu lang: höchstens # Zeichen."
        ),
        DECEPTIVE: "Der Name der Datei enthält unsichtbare Steuerzeichen.",
        BLANK: "Die Datei hat keinen Namen.",
        TOO_MANY_UPLOADS: "Für heute sind es zu viele Dateien. Bitte morgen noch einmal.",
    },
    needs_script="In diesen Ordner lassen sich Bilder senden, wenn JavaScript im Browser eingeschaltet ist.",
    months=(
        "Januar", "Februar", "März", "April", "Mai", "Juni",
        "Juli", "August", "September", "Oktober", "November", "Dezember",
    ),
    day="{0}. {1} {2}",
)  # fmt: skip

_LANGUAGES: Mapping[str, Texts] = {texts.language: texts for texts in (ENGLISH, GERMAN)}
_RANGE = re.compile(
    r"\s*([a-z]{2,3}|\*)(?:-[a-z0-9-]*)?\s*(?:;\s*q=([01](?:\.[0-9]{0,3})?)\s*)?", re.ASCII | re.IGNORECASE
)
_MOST_RANGES = 20


def texts_for(accepted: str) -> Texts:
    """Return the texts in the language that an Accept-Language prefers: English for all that are not known."""
    best, weight = ENGLISH, 0.0
    for each in accepted.split(",", _MOST_RANGES)[:_MOST_RANGES]:
        found = _RANGE.fullmatch(each)
        known = _LANGUAGES.get(found.group(1).lower()) if found else None
        if found and known and float(found.group(2) or 1) > weight:
            best, weight = known, float(found.group(2) or 1)
    return best
