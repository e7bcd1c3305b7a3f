from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, date_utils

from odoo.addons.trade_credit_base.windows import chosen, list_of, shipped_for

from ..models.overview.credit_overview import MONTHS
from .credit_sheet_import import QUIET

COUNTED = {"compute": "_compute_counts"}
LONGEST = 1200  # months that a calendar has


class CreditFileOpening(models.TransientModel):
    """The dialog in which credit files are opened in bulk: for chosen contacts, or for
    all customers who buy. Files without a limit, so that observing has something to
    observe."""

    _name = "credit.file.opening"
    _description = "Open Credit Files"

    partner_ids = fields.Many2many(
        "res.partner",
        string="Contacts",
        readonly=True,
        context={"active_test": False},
        default=lambda self: chosen(self.env["res.partner"]),
    )
    is_all = fields.Boolean(
        "All Customers", compute="_compute_is_all", store=True, precompute=True
    )
    months = fields.Integer(
        required=True,
        default=MONTHS,
        help="Customers with open items, or with an order in so many months.",
    )
    new_count = fields.Integer("Files to Open", **COUNTED)
    known_count = fields.Integer("Existing", **COUNTED)
    left_count = fields.Integer("Left Out", **COUNTED)
    file_ids = fields.Many2many("credit.file", string="Opened Files", readonly=True)
    opened_count = fields.Integer("Opened", compute="_compute_opened_count")

    # === COMPUTE METHODS === #

    @api.depends()  # whatever becomes of the choice: none is never all
    def _compute_is_all(self):
        from_contacts = self.env.context.get("active_model") == "res.partner"
        for dialog in self:
            dialog.is_all = not (from_contacts or dialog.partner_ids)

    @api.depends("partner_ids", "months", "is_all")
    @api.depends_context("company")
    def _compute_counts(self):
        for dialog in self:
            found = dialog._found()
            dialog.new_count = len(found["open"])
            dialog.known_count = len(found["known"])
            dialog.left_count = len(found["left"])

    @api.depends("file_ids")
    def _compute_opened_count(self):
        for dialog in self:
            dialog.opened_count = len(dialog.file_ids)

    # === ACTION METHODS === #

    def action_open(self):
        """Open the files and say how many they are.

        :raises UserError: if there is none to open
        """
        wanted = self._found()["open"]
        if not wanted:
            raise UserError(
                self.env._("All of them have a credit file, or are left out.")
            )
        Files = self.env["credit.file"].with_context(**QUIET)
        company = self.env.company.root_id.id
        self.file_ids = Files.create(
            [{"partner_id": partner, "company_id": company} for partner in wanted]
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Open Credit Files"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_close(self):
        """Close the dialog and count again behind it."""
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_show_new(self):
        return self._show(self.env._("Files to Open"), "open")

    def action_show_left(self):
        return self._show(self.env._("Left Out"), "left")

    def action_show_known(self):
        """Open the files that are there already, archived ones too."""
        return self._show_files(
            [
                ("partner_id", "in", self._found()["known"]),
                ("company_id", "=", self.env.company.root_id.id),
                ("active", "in", (True, False)),
            ]
        )

    def action_show_opened(self):
        self._check_own()
        return self._show_files([("id", "in", self.file_ids.ids)])

    # === BUSINESS METHODS === #

    def _check_own(self):
        """:raises AccessError: if the dialog is not one of the user's own"""
        self.check_access("read")
        self.ensure_one()

    def _found(self):
        """Sort the customers of this dialog, see :meth:`_sorted`."""
        self._check_own()
        company = self.env.company.root_id.sudo()
        partners = None if self.is_all else self.partner_ids._origin
        return self._sorted(company, self.months, partners)

    @api.model
    def _sorted(self, company, months, partners=None):
        """Sort customers by whether they may have a credit file opened: one statement.

        :param company: a head company; its branches count
        :param int months: how long ago a customer last bought
        :param partners: contacts or companies; ``None`` for all customers who buy
        :return: ids of commercial entities: ``open``, ``known`` (they have a file, or
            had one) and ``left`` (archived, or the customer of another company)
        :rtype: dict
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT entity.id,
                       CASE WHEN EXISTS (SELECT FROM credit_file AS file
                                          WHERE file.partner_id = entity.id
                                            AND file.company_id = %(company)s)
                            THEN 'known'
                            WHEN entity.active
                             AND (entity.company_id IS NULL
                                  OR entity.company_id IN (%(branches)s))
                            THEN 'open' ELSE 'left' END
                  FROM res_partner AS entity
                 WHERE entity.commercial_partner_id = entity.id
                   AND entity.id IN (%(whose)s)
              ORDER BY entity.id
                """,
                company=company.id,
                branches=self.env["trade.receivable"]._branches_sql(company),
                whose=self._buying_sql(company, months)
                if partners is None
                else self._chosen_sql(partners),
            )
        )
        found = {"open": [], "known": [], "left": []}
        for partner, what in rows:
            found[what].append(partner)
        return found

    def _chosen_sql(self, partners):
        return SQL(
            "SELECT commercial_partner_id FROM res_partner WHERE id = ANY(%s)",
            list(partners.ids),
        )

    def _buying_sql(self, company, months):
        """Return SQL of customers with open items, or an order in these months."""
        day = company._trade_day()
        Receivable = self.env["trade.receivable"]
        return SQL(
            """
            SELECT item.partner_id FROM (%(items)s) AS item
             WHERE item.partner_id IS NOT NULL
             UNION
            SELECT debtor.commercial_partner_id
              FROM sale_order
              JOIN res_partner AS debtor ON debtor.id = sale_order.partner_invoice_id
             WHERE sale_order.state = 'sale'
               AND sale_order.company_id IN (%(branches)s)
               AND sale_order.date_order >= %(since)s
            """,
            items=Receivable._open_sql(Receivable._of_company(company), [day]),
            branches=Receivable._branches_sql(company),
            since=date_utils.subtract(day, months=min(max(0, months), LONGEST)),
        )

    def _show(self, name, which):
        return list_of(
            self.env["res.partner"],
            name,
            [("id", "in", self._found()[which]), ("active", "in", (True, False))],
        )

    def _show_files(self, domain):
        return shipped_for(self.env, "credit_control.credit_file_action", domain)
