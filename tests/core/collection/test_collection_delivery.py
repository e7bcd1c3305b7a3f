"""When a mail is tried again, and when it is given up."""

import doctest
import smtplib
from datetime import timedelta
from itertools import pairwise

import pytest
from ar_collection.core import delivery
from hypothesis import given
from hypothesis import strategies as st

OURS = (
    ConnectionRefusedError(111, "Connection refused"),
    TimeoutError("timed out"),
    smtplib.SMTPServerDisconnected("Connection unexpectedly closed"),
    smtplib.SMTPConnectError(421, b"4.3.2 Busy"),
    smtplib.SMTPHeloError(550, b"Who are you?"),
    smtplib.SMTPAuthenticationError(535, b"5.7.8 Bad credentials"),
    smtplib.SMTPSenderRefused(550, b"5.1.8 Unknown sender", "us@a.example"),
)
HOW_ODOO_TELLS = "Mail Delivery Failed\nvia SMTP server 'x'.\n{}: {}"


def _told(error):
    return HOW_ODOO_TELLS.format(type(error).__name__, error)


def _refused(code, text):
    return smtplib.SMTPRecipientsRefused({"a@b.example": (code, text)})


def test_docstring_examples():
    failed, tried = doctest.testmod(delivery)
    assert tried
    assert not failed


@pytest.mark.parametrize("error", OURS, ids=lambda error: type(error).__name__)
def test_what_is_our_fault_is_never_given_up(error):
    assert not delivery.is_refused(_told(error), tries=10_000)


@pytest.mark.parametrize("code", [500, 521, 550, 551, 553, 554, 556])
@pytest.mark.parametrize("text", [b"No such user", b'5.1.1 "quoted" user', b"don't"])
def test_a_final_answer_about_the_recipient_ends_it_at_once(code, text):
    assert delivery.is_refused(_told(_refused(code, text)), tries=1)
    assert delivery.is_refused(_told(smtplib.SMTPDataError(code, text)), tries=1)


@pytest.mark.parametrize(
    ("code", "text"),
    [(421, b"4.7.0 Greylisted"), (450, b"Busy"), (452, b"4.2.2 Full"), (554, b"5.7.1")],
)
def test_who_puts_the_recipient_off_is_asked_for_days(code, text):
    failure = _told(_refused(code, text))
    answers = [delivery.is_refused(failure, n) for n in range(1, delivery.PATIENCE + 1)]
    assert answers == [False] * (delivery.PATIENCE - 1) + [True]
    asked = sum(map(delivery.delay, range(1, delivery.PATIENCE)), timedelta())
    assert timedelta(days=2) < asked < timedelta(days=5)


@given(st.integers(400, 599), st.text())
def test_what_the_server_said_is_found_whatever_it_is(code, text):
    said = delivery.reply(_told(_refused(code, text.encode())))
    assert said.code == code


@given(st.text(), st.integers(0, 100))
def test_any_text_is_either_given_up_or_not(failure, tries):
    assert delivery.is_refused(failure, tries) in (True, False)


def test_waits_grow_and_end_growing():
    waits = [delivery.delay(tries) for tries in range(2000)]
    assert all(earlier <= later for earlier, later in pairwise(waits))
    assert waits[1] == delivery.FIRST
    assert waits[-1] == delivery.LONGEST
