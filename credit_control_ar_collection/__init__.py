from . import demo
from . import models
from . import wizards
from .models.collection_effect import STOP


def _add_stops(env):
    """Let the warning of every procedure stop supply."""
    env["collection.stage"]._warnings()._add_effect(STOP)


def _leave_stops(env):
    """Leave nothing behind that only this addon knows how to end.

    What it stopped becomes a stop by hand, which a credit officer lifts. The effects
    that were done stay in the record; the stages have them no more.
    """
    env["credit.file"]._collection_to_manual()
    env["collection.stage"]._remove_effect(STOP, "Credit by Collection is gone")
