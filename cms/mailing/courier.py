"""Hands mails to the mail server, one at a time over one session.

Errors of mail servers quote addresses: only codes and kinds of errors are logged.
"""

import contextlib
import logging
import smtplib
from enum import Enum

from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext_lazy

logger = logging.getLogger(__name__)

GIVE_UP_AWAY = 3
"""Failures in a row that are the server's, each of which may last for all of EMAIL_TIMEOUT."""
GIVE_UP_REFUSED = 50
"""Refusals in a row: that many bad addresses are not the addresses' fault."""


class Outcome(Enum):
    """What became of a mail."""

    TAKEN = "taken"
    REFUSED = "refused"
    """This mail, for good."""
    LATER = "later"
    """This mail, for now."""
    AWAY = "away"
    """The server itself failed: nothing is known of the mail."""


NOT_TAKEN = {
    Outcome.REFUSED: gettext_lazy(
        "Le serveur de messagerie refuse cette adresse. Vérifiez-la, ou essayez-en une autre."
    ),
    Outcome.LATER: gettext_lazy(
        "Cette boîte ne reçoit rien pour le moment. Rien n’est perdu : réessayez dans une heure."
    ),
    Outcome.AWAY: gettext_lazy(
        "Le message n’a pas pu partir, la faute est de notre côté. Réessayez dans quelques minutes."
    ),
}
"""What is said to whoever asked for a mail that was not taken."""


class Courier:
    """A session with the mail server, opened anew after each failure."""

    def __init__(self) -> None:
        self.connection = get_connection()
        self.away = 0
        self.refused = 0

    @property
    def gives_up(self) -> bool:
        """Whether going on would only make the others wait."""
        return self.away >= GIVE_UP_AWAY or self.refused >= GIVE_UP_REFUSED

    def deliver(self, message: EmailMessage) -> Outcome:
        """Hand over one mail; never raises for what the server or the address did."""
        try:
            self.connection.open()
            self.connection.send_messages([message])
        except smtplib.SMTPRecipientsRefused as error:
            return self._failed(_outcome(next(iter(error.recipients.values()))[0]), error)
        except smtplib.SMTPDataError as error:
            return self._failed(_outcome(error.smtp_code), error)
        except ValueError as error:
            return self._failed(Outcome.REFUSED, error)
        except OSError as error:
            return self._failed(Outcome.AWAY, error)
        self.away = self.refused = 0
        return Outcome.TAKEN

    def _failed(self, outcome: Outcome, error: Exception) -> Outcome:
        code = getattr(error, "smtp_code", "")
        logger.warning("a mail was not taken: %s %s %s", outcome.value, type(error).__name__, code)
        self.away = self.away + 1 if outcome is Outcome.AWAY else 0
        self.refused += 1
        self.close()
        return outcome

    def close(self) -> None:
        """End the session; a server that is gone cannot be told."""
        with contextlib.suppress(OSError):
            self.connection.close()


def _outcome(code: int) -> Outcome:
    return Outcome.REFUSED if 500 <= code < 600 else Outcome.LATER
