"""A dealer's stock is measured where it is reported."""

from odoo import SUPERUSER_ID, api
from odoo.fields import Command

# As shipped: from which share of the norm on it earns how many points
STEPS = {
    **{0: 0, 0.2: 1, 0.4: 2, 0.6: 3, 0.8: 4, 0.9: 5},
    **{1.1: 4, 1.2: 3, 1.4: 2, 2: 1, 3: 0},
}


def migrate(cr, version):
    """Give the shipped indicator its measure: data that nobody updates do not.

    Nothing changes for a dealer before somebody enters a report: until then the
    department is asked as before.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    shipped = env.ref("dealer_rating.indicator_stock", raise_if_not_found=False)
    if shipped:
        steps = [
            Command.create({"at_least": at_least, "points": points})
            for at_least, points in STEPS.items()
        ]
        env["rating.scorecard.template"]._let_measure(
            shipped, {"measure": "stock", "months": 1, "step_ids": steps}
        )
