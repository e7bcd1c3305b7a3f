"""Refusals of mail servers: try again, and when, or give it up. Plain Python: nothing
here imports Odoo.

A server that is down, busy or set up wrong is no fault of the address: the mail waits,
longer after each try, and is never given up. A server that answers for the recipient
and refuses for good (5xx) ends it at once, as RFC 5321 has it; one that puts it off
(4xx), or refuses whom it comes from (5.7.x), is asked for some days first.

Source: RFC 5321, 4.2.1 (replies) and 4.5.4.1 (trying again); RFC 3463 (5.7.x).
"""

import re
from datetime import timedelta
from typing import NamedTuple

FIRST = timedelta(minutes=15)
LONGEST = timedelta(hours=12)
PATIENCE = 12  # tries that a server may put one recipient off: three days and a half

# Exceptions of ``smtplib`` in which the server answers for the recipient or for what
# the mail says; in all others it answers for us, or not at all.
_ABOUT_RECIPIENT = re.compile(r"SMTP(RecipientsRefused|DataError)")
_REPLY = re.compile(
    r"""\(\s*(?P<code>[245]\d\d),\s*b?(?P<quote>['"])(?P<text>.*?)"""
    r"""(?P=quote)""",
    re.DOTALL,
)
_POLICY = re.compile(r"\b[45]\.7\.\d+")


class Reply(NamedTuple):
    """Answer of a server about a recipient."""

    code: int
    text: str

    @property
    def is_final(self) -> bool:
        """Tell whether trying again cannot help: refused, and not because it is us."""
        return self.code >= 500 and not _POLICY.search(self.text)


def reply(failure: str | None) -> Reply | None:
    """Return what the server said about the recipient, None if it said nothing of it.

    :param failure: the text of an exception of ``smtplib``

    >>> reply("SMTPRecipientsRefused: {'a@b.example': (550, b'5.1.1 Unknown user')}")
    Reply(code=550, text='5.1.1 Unknown user')
    >>> reply("SMTPSenderRefused: (550, b'5.7.1 Not you', 'us@c.example')")
    >>> reply("[Errno 111] Connection refused")
    """
    if not failure or not _ABOUT_RECIPIENT.search(failure):
        return None
    found = _REPLY.search(failure)
    return Reply(int(found["code"]), found["text"]) if found else None


def is_refused(failure: str | None, tries: int) -> bool:
    """Tell whether a mail is to be given up.

    :param failure: the text of an exception of ``smtplib``
    :param tries: how often it was tried, this time included

    >>> unknown = "SMTPRecipientsRefused: {'a@b.example': (550, b'Unknown user')}"
    >>> full = "SMTPRecipientsRefused: {'a@b.example': (452, b'4.2.2 Mailbox full')}"
    >>> is_refused(unknown, 1), is_refused(full, 1), is_refused(full, PATIENCE)
    (True, False, True)
    >>> is_refused("[Errno 111] Connection refused", 1000)
    False
    """
    said = reply(failure)
    return said is not None and (said.is_final or tries >= PATIENCE)


def delay(tries: int) -> timedelta:
    """Return how long to wait before the next try: twice as long each time.

    :param tries: how often it was tried

    >>> [str(delay(tries)) for tries in (1, 2, 3, 99)]
    ['0:15:00', '0:30:00', '1:00:00', '12:00:00']
    """
    doublings = min(max(tries, 1) - 1, 10)
    return min(FIRST * (1 << doublings), LONGEST)
