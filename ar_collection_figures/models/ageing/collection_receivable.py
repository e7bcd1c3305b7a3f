from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.trade_credit_base.models.receivable.trade_open_item import BY_DAY
from odoo.addons.trade_credit_base.windows import shipped


class CollectionReceivable(models.Model):
    """Receivables at the end of a day, line by line, with ageing bucket and case.

    Credits that are left once they are taken off the customer's items are there,
    negative, and what has no customer is nobody's: the rows add up to the ledger.
    """

    _name = "collection.receivable"
    _description = "Receivable"
    _inherit = ["trade.open.item"]
    _auto = False
    _depends = {
        "collection.ageing.bucket": ["active", "first_day", "last_day"],
        "collection.item": ["case_id", "line_id", "no_followup"],
    }

    net = fields.Monetary("Receivable")
    case_id = fields.Many2one("collection.case", readonly=True)
    bucket_id = fields.Many2one("collection.ageing.bucket", **BY_DAY)
    no_followup = fields.Boolean(
        "Not Chased", readonly=True, help="Owed, and nobody asks for it today."
    )

    def _of_company_sql(self, company, day):
        return SQL(
            """
            SELECT owed.*, item.case_id, bucket.id AS bucket_id,
                   COALESCE(item.no_followup, FALSE) AS no_followup
              FROM (%(owed)s) AS owed
              LEFT JOIN collection_item AS item ON item.line_id = owed.id
              LEFT JOIN collection_ageing_bucket AS bucket
                ON bucket.company_id = %(company)s AND %(holds)s
             WHERE owed.kind = 'owed' AND owed.net != 0
            """,
            owed=super()._of_company_sql(company, day),
            company=company.id,
            holds=self.env["collection.ageing.bucket"]._holds_sql(
                SQL("owed.net"), SQL("owed.days_late")
            ),
        )

    # === ACTION METHODS === #

    def action_open_case(self):
        """Open the collection case."""
        return self.case_id._get_records_action()

    # === BUSINESS METHODS === #

    @api.model
    def _action_at(self, company, day, bucket=None, late=0):
        """Return the action that shows what was owed at the end of a day.

        :param company: a root company
        :param bucket: of this ageing bucket only
        :param int late: at least so many days late
        """
        domain = [("company_id", "=", company.id)]
        if bucket:
            domain += bucket._held_domain()
        elif late:
            domain += [("net", ">", 0), ("days_late", ">=", late)]
        return shipped(
            self.env,
            "ar_collection_figures.collection_receivable_action",
            "list",
            domain=domain,
            context={"search_default_day": fields.Date.to_string(day)},
        )
