from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...core.provision import matrix


class CollectionProvisionLine(models.Model):
    """One bucket of a provision: what it holds, at which rate, what is provided for."""

    _name = "collection.provision.line"
    _description = "Bucket of a Provision"
    _order = "provision_id, sequence, id"
    _rec_name = "bucket_id"

    provision_id = fields.Many2one(
        "collection.provision", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="provision_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(related="provision_id.state")
    bucket_id = fields.Many2one(
        "collection.ageing.bucket", required=True, ondelete="restrict"
    )
    sequence = fields.Integer(related="bucket_id.sequence", store=True)
    amount = fields.Monetary("Receivables")
    rate = fields.Float("Loss Rate", aggregator="avg", digits=(16, 6))
    provision = fields.Monetary(
        "Provision Amount",
        compute="_compute_provision",
        store=True,
        help="Receivables × loss rate × outlook. Credits are expected to lose nothing.",
    )

    _bucket_unique = models.UniqueIndex(
        "(provision_id, bucket_id)", "A provision has each bucket once."
    )
    _rate_is_a_share = models.Constraint(
        "CHECK (COALESCE(rate, 0) BETWEEN 0 AND 1)",
        "A loss rate is between 0 and 100 %.",
    )

    @api.depends("amount", "rate", "provision_id.factor", "currency_id.rounding")
    def _compute_provision(self):
        for line in self:
            found = matrix(
                [line.amount],
                [max(line.rate, 0)],
                max(line.provision_id.factor, 0),
                line.currency_id.rounding or 0.01,
            )
            line.provision = float(found.total)

    def write(self, vals):
        if not self.env.su:
            if set(vals) & (set(self._fields) - {"rate"}):
                raise AccessError(
                    self.env._(
                        "What a bucket holds comes from the ledger. You can write its "
                        "loss rate."
                    )
                )
            self.provision_id._check_draft()
        return super().write(vals)

    def action_open_receivables(self):
        """Open what the bucket holds, item by item."""
        return self.env["collection.receivable"]._action_at(
            self.company_id, self.provision_id.date, bucket=self.bucket_id
        )
