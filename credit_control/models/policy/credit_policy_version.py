from odoo import fields, models


class CreditPolicyVersion(models.Model):
    """The rules of a policy as they stood: what a decision was taken by."""

    _name = "credit.policy.version"
    _description = "Credit Policy Version"
    _order = "policy_id, number desc"
    _rec_name = "number"

    policy_id = fields.Many2one(
        "credit.policy", required=True, index=True, ondelete="restrict"
    )
    number = fields.Integer(required=True)
    rules = fields.Json("Snapshot")
    rules_text = fields.Text(string="Rules", compute="_compute_rules_text")
    create_date = fields.Datetime("In Force Since", readonly=True)

    _number_unique = models.UniqueIndex(
        "(policy_id, number)", "Two versions of a policy cannot have one number."
    )

    def _compute_rules_text(self):
        wording = self.env["credit.wording"]
        for version in self:
            version.rules_text = "\n".join(map(wording._rule_line, version.rules or ()))

    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(policy)s, version %(number)s",
                policy=version.policy_id.name,
                number=version.number,
            )

    def _is_fresh(self):
        """Tell whether this transaction made the version and nothing was decided by
        it, so that it may still be amended."""
        self.ensure_one()
        return self.create_date == self.env.cr.now() and not self.env[
            "credit.decision"
        ].sudo().search_count([("policy_version_id", "=", self.id)], limit=1)
