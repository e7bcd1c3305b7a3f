from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.trade_credit_base.core.money import nearest
from odoo.addons.trade_credit_base.windows import list_of


class CreditFile(models.Model):
    """Deposit that the grade asks for, and what of it was received.

    No order is held because of it: a deposit is agreed on by people. What was received
    is the balance of the account that the company books its customers' deposits on.
    """

    _inherit = "credit.file"

    deposit_rate = fields.Float(
        "Deposit (%)",
        digits=(16, 2),
        compute="_compute_deposit",
        compute_sudo=True,
        help="What the policy asks of the grade: a share of the limit in force.",
    )
    deposit_asked = fields.Monetary(compute="_compute_deposit", compute_sudo=True)
    deposit_received = fields.Monetary(
        compute="_compute_deposit",
        compute_sudo=True,
        help="The balance of this customer on the account for deposits, branches "
        "included.",
    )
    deposit_missing = fields.Monetary(
        compute="_compute_deposit",
        compute_sudo=True,
        search="_search_deposit_missing",
        help="Nothing, where the company has not said on which account deposits are.",
    )
    deposit_known = fields.Boolean(
        compute="_compute_deposit",
        compute_sudo=True,
        help="The company has said on which account deposits are booked.",
    )

    # === COMPUTE METHODS === #

    @api.depends("limit_ids", "policy_id", "company_id")
    def _compute_deposit(self):
        found = self._deposits(SQL("file.id = ANY(%s)", self._origin.ids))
        for file in self:
            rate, asked, received = found.get(file._origin.id, (0.0, 0.0, 0.0))
            file.deposit_rate = rate
            file.deposit_asked = asked
            file.deposit_received = received
            file.deposit_known = bool(file.company_id.credit_deposit_account_id)
            missing = max(0.0, asked - received)
            file.deposit_missing = missing if file.deposit_known else 0.0

    def _search_deposit_missing(self, operator, value):
        """Find by the amount; what is compared with may be any number."""
        compare = {">": float.__gt__, ">=": float.__ge__}.get(operator)
        if not compare or value < 0 or (operator == ">=" and not value):
            return NotImplemented
        found = self.sudo()._deposits(
            SQL("terms.deposit > 0 AND root.credit_deposit_account_id IS NOT NULL")
        )
        lacking = (
            file_id
            for file_id, (_rate, asked, received) in found.items()
            if compare(asked - received, float(value))
        )
        return Domain("id", "in", list(lacking))

    # === ACTION METHODS === #

    def action_open_deposit(self):
        """Open the items that add up to what was received."""
        self.ensure_one()
        account = self.company_id.sudo().credit_deposit_account_id
        return list_of(
            self.env["account.move.line"],
            self.env._("Deposit Received"),
            [
                ("account_id", "=", account.id),
                ("parent_state", "=", "posted"),
                ("partner_id.commercial_partner_id", "=", self.partner_id.id),
                ("company_id", "child_of", self.company_id.id),
            ],
        )

    # === BUSINESS METHODS === #

    @api.model
    def _deposits(self, whose):
        """Return what is asked of files and what is there, in company currency.

        :param SQL whose: a condition on the tables ``file``, ``root`` and ``terms``
        :return: {file id: (rate in percent, asked, received)}
        """
        self.env.flush_all()
        found = {}
        companies = self.env["res.company"].sudo().search([("parent_id", "=", False)])
        for company in companies:
            step = company.currency_id.rounding or 0.01
            for file_id, rate, limit, received in self.env.execute_query(
                self._deposits_sql(company, whose)
            ):
                asked = nearest(limit * rate / 100, step)
                found[file_id] = rate, asked, nearest(received, step)
        return found

    def _deposits_sql(self, company, whose):
        return SQL(
            """
            SELECT file.id, COALESCE(terms.deposit, 0)::float,
                   COALESCE(granted.amount, 0)::float, COALESCE(paid.amount, 0)::float
              FROM credit_file AS file
              JOIN res_company AS root ON root.id = file.company_id
              LEFT JOIN rating_dealer AS dealer
                ON dealer.partner_id = file.partner_id
               AND dealer.company_id = file.company_id AND dealer.active
              LEFT JOIN credit_grade_terms AS terms
                ON terms.policy_id
                   = COALESCE(file.policy_id, root.credit_default_policy_id)
               AND terms.grade_id = dealer.grade_id
              LEFT JOIN (%(granted)s) AS granted ON granted.file_id = file.id
              LEFT JOIN LATERAL (
                   SELECT -SUM(line.balance) AS amount
                     FROM res_partner AS debtor
                     JOIN account_move_line AS line ON line.partner_id = debtor.id
                     JOIN res_company AS branch ON branch.id = line.company_id
                    WHERE debtor.commercial_partner_id = file.partner_id
                      AND line.parent_state = 'posted'
                      AND line.account_id = root.credit_deposit_account_id
                      AND branch.parent_path LIKE root.parent_path || '%%') AS paid
                ON TRUE
             WHERE file.company_id = %(company)s AND %(whose)s
            """,
            granted=self.env["credit.limit"]._in_force_sql(
                company._trade_day(), SQL("company_id = %s", company.id)
            ),
            company=company.id,
            whose=whose,
        )
