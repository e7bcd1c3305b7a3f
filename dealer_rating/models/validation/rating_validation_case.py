from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.trade_credit_base.windows import list_of


class RatingValidationCase(models.Model):
    """One confirmed quarter of a dealer, and how the dealer paid in the next one."""

    _name = "rating.validation.case"
    _description = "Case of a Report on the Rating"
    _inherit = ["trade.card"]
    _order = "total, id"
    _rec_name = "quarter_id"

    validation_id = fields.Many2one(
        "rating.validation", "Report", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="validation_id.company_id", store=True)
    dealer_id = fields.Many2one("rating.dealer", index=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", "Customer")
    quarter_id = fields.Many2one(
        "dealer.quarter", "Rated Quarter", index=True, ondelete="cascade"
    )
    date_from = fields.Date("Quarter")
    period = fields.Char(related="quarter_id.period")
    grade_id = fields.Many2one("dealer.grade", ondelete="restrict")
    total = fields.Float(digits=(16, 2), aggregator="avg")

    # What fell due in the next quarter
    due_from = fields.Date()
    due_to = fields.Date()
    items = fields.Integer("Items Due", help="Fell due in the next quarter.")
    late_items = fields.Integer()
    open_items = fields.Integer("Items Not Known Yet")
    lost_items = fields.Integer()
    days = fields.Integer(
        "Days Late", aggregator="max", help="Of the item that was paid last."
    )
    late = fields.Selection(
        [
            ("late", "Late"),
            ("good", "In time"),
            ("unknown", "Not known yet"),
            ("none", "Nothing fell due"),
        ],
        "Paid",
    )
    lost = fields.Selection(
        [
            ("lost", "Lost"),
            ("kept", "Not lost"),
            ("unknown", "Not known yet"),
            ("none", "Nothing fell due"),
        ],
        "Loss",
    )

    # What became of the grade
    next_quarter_id = fields.Many2one(
        "dealer.quarter", index="btree_not_null", ondelete="cascade"
    )
    next_grade_id = fields.Many2one("dealer.grade", "Next", ondelete="restrict")
    direction = fields.Selection(
        [
            ("up", "Risen"),
            ("same", "Unchanged"),
            ("down", "Fallen"),
            ("left", "Left"),
        ],
        help="Empty where the next quarter is not in the report.",
    )

    def action_items(self):
        """Open the items that fell due in the quarter after.

        :raises UserError: if the user may not read the books
        """
        self.ensure_one()
        self.env["rating.measure"]._check_records("account.move.line")
        name = self.partner_id.display_name
        return list_of(
            self.env["account.move.line"],
            self.env._("What %(dealer)s had to pay", dealer=name),
            [("id", "in", self._item_ids())],
        )

    def _item_ids(self):
        """:return: ids of the receivable items that count"""
        report = self.validation_id
        ledger = self.env["rating.measure"]._ledger_sql(
            report.company_id, report.day, self.partner_id.id
        )
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "WITH %s SELECT id FROM item WHERE is_claim AND due BETWEEN %s AND %s",
                ledger,
                self.due_from,
                self.due_to,
            )
        )
        return [item_id for (item_id,) in rows]
