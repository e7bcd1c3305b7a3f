from odoo import fields, models


class CollectionLedgerRecord(models.AbstractModel):
    """A record of one company's ledger, which stays."""

    _name = "collection.ledger.record"
    _description = "Record of a Ledger"
    _inherit = ["trade.record"]

    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")


class CollectionRecord(models.AbstractModel):
    """A record about one customer of one company, which stays."""

    _name = "collection.record"
    _description = "Record about a Customer"
    _inherit = ["collection.ledger.record"]

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="restrict"
    )


class CollectionCaseRecord(models.AbstractModel):
    """A record of a case, if there was one."""

    _name = "collection.case.record"
    _description = "Record of a Case"
    _inherit = ["collection.record"]

    case_id = fields.Many2one(
        "collection.case", index="btree_not_null", ondelete="restrict"
    )
