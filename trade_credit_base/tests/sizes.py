"""How long a test goes on: a while each day, at length with ``setup/test --long``."""

import os


def sized(daily, long):
    """Return how much of something a test tries: each day, and with ``--long``."""
    return long if os.environ.get("CREDIT_LONG") else daily
