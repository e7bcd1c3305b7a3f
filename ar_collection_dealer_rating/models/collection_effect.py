from odoo import api, models

LOWER = "lower_grade"


class CollectionEffect(models.Model):
    """A warning costs a dealer a step of its grade, whatever else it brings."""

    _inherit = "collection.effect"

    @api.model
    def _effects(self):
        lower = (LOWER, self.env._("Lower the grade by one step"))
        return [*super()._effects(), lower]

    def _effect_lower_grade(self):
        """Lower the grades of the dealers of these actions by one step, once a case.

        A second warning in the same case keeps the grade. Customers who are no dealers
        have none.
        """
        before = self.sudo().search(
            [
                ("code", "=", LOWER),
                ("state", "=", "done"),
                ("outcome", "=", False),
                ("action_id.case_id", "in", self.action_id.case_id.ids),
            ]
        )
        actions = self.action_id.filtered(
            lambda each: each.case_id not in before.action_id.case_id
        )
        dealers = self.env["rating.dealer"].sudo()
        found = dealers._by_customer(actions.partner_id, actions.company_id)
        by_customer = actions.grouped(lambda each: (each.partner_id, each.company_id))
        for customer, some in by_customer.items():
            if customer in found:
                found[customer]._downgrade(1, some[0]._why(), "collection")
