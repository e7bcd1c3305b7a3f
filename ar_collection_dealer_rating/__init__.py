from odoo.fields import Command

from . import models
from .models.collection_effect import LOWER

WEIGHTS = {"A": 0.75, "B": 1.0, "C": 1.5}  # by the worse of a grade's letters
# From which share of what was promised, kept, how many points
STEPS = {0: 0, 0.1: 1, 0.4: 2, 0.6: 3, 0.8: 4, 1: 5}


def _set_up(env):
    """Let the cases of worse grades come first, warnings lower grades, and promises be
    measured."""
    for grade in env["dealer.grade"].search([]):
        grade.collection_weight = WEIGHTS[max(grade.performance, grade.conduct)]
    env["collection.stage"]._warnings()._add_effect(LOWER)
    _measure_promises(env)


def _measure_promises(env):
    """Let the shipped indicator be measured, and entered where nothing was promised."""
    shipped = env.ref("dealer_rating.indicator_promises", raise_if_not_found=False)
    if shipped:
        steps = [
            Command.create({"at_least": at_least, "points": points})
            for at_least, points in STEPS.items()
        ]
        env["rating.scorecard.template"]._let_measure(
            shipped, {"measure": "promises", "months": 3, "step_ids": steps}
        )


def _stop_measuring(env):
    """Let promises be entered again: nobody measures them any more."""
    env["rating.scorecard.template"]._stop_measuring("promises")


def _leave(env):
    """Leave nothing behind that only this addon knows how to do."""
    _stop_measuring(env)
    outcome = "Collection by Dealer Rating is gone"
    env["collection.stage"]._remove_effect(LOWER, outcome)
