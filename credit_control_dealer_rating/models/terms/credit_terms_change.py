from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# Our fields (after, before) and the partner's that they tell about
KEPT = {
    "property_payment_term_id": ("payment_term_id", "payment_term_before_id"),
    "specific_property_product_pricelist": ("pricelist_id", "pricelist_before_id"),
}


class CreditTermsChange(models.Model):
    """Terms that a rating set on a dealer, and those before. Rows are added only.

    A credit period or price list that is empty was not changed. Both are kept for each
    company on its own, so a branch has a row of its own.
    """

    _name = "credit.terms.change"
    _description = "Change of a Dealer's Terms"
    _inherit = ["trade.record"]
    _order = "id desc"
    _rec_name = "partner_id"

    dealer_id = fields.Many2one(
        "rating.dealer", required=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    quarter_id = fields.Many2one(
        "dealer.quarter", index="btree_not_null", ondelete="restrict"
    )
    grade_id = fields.Many2one("dealer.grade", required=True, ondelete="restrict")
    payment_term_id = fields.Many2one(
        "account.payment.term", "Credit Period", ondelete="restrict"
    )
    payment_term_before_id = fields.Many2one(
        "account.payment.term", "Credit Period Before", ondelete="restrict"
    )
    pricelist_id = fields.Many2one("product.pricelist", ondelete="restrict")
    pricelist_before_id = fields.Many2one("product.pricelist", ondelete="restrict")
    create_date = fields.Datetime("Set On", readonly=True)
    restored_by_id = fields.Many2one("res.users")
    restored_on = fields.Datetime()

    # === CRUD METHODS === #

    def write(self, vals):
        if vals.keys() - {"restored_by_id", "restored_on"}:
            raise UserError(self.env._("The record of terms is never changed."))
        return super().write(vals)

    # === ACTION METHODS === #

    def action_restore(self):
        """Put back what was there before, until the next quarter is confirmed.

        :raises AccessError: if the user is not a credit manager
        :raises UserError: if it was restored already, or somebody changed it since
        """
        self.env["credit.file"]._check_may_grant()
        self.check_access("read")
        self.sudo()._check_untouched()
        self.sudo()._write_partners(before=True)
        self.sudo().write(
            {"restored_by_id": self.env.uid, "restored_on": fields.Datetime.now()}
        )
        return True

    # === BUSINESS METHODS === #

    def _check_untouched(self):
        for change in self:
            partner = change.partner_id.with_company(change.company_id)
            touched = any(
                change[after] and partner[name] != change[after]
                for name, (after, _before) in KEPT.items()
            )
            if change.restored_on or touched:
                raise UserError(
                    self.env._(
                        "The terms of %(customer)s were changed again since. Restore "
                        "the later change first, or set them on the customer.",
                        customer=partner.display_name,
                    )
                )

    @api.model
    def _apply(self, rows, branches=None):
        """Set the terms of grades on dealers and keep what was there before.

        :param rows: list of dicts as ``credit.limit.proposal._gather`` returns them
        :param branches: in these companies only; all of the dealers' if left out
        :return: the new records, for what differed only
        """
        wanted = [row for row in rows if row["payment_term_id"] or row["pricelist_id"]]
        if not wanted:
            return self.browse()
        self.env.flush_all()
        made = self.env.execute_query(
            SQL(
                """
                INSERT INTO credit_terms_change (
                       dealer_id, partner_id, company_id, quarter_id, grade_id,
                       payment_term_id, payment_term_before_id, pricelist_id,
                       pricelist_before_id, create_uid, write_uid, create_date,
                       write_date)
                SELECT changed.*, %(uid)s, %(uid)s, %(now)s, %(now)s
                  FROM (%(changed)s) AS changed
                RETURNING id
                """,
                uid=self.env.uid,
                now=self.env.cr.now(),
                changed=self._differing_sql(wanted, branches),
            )
        )
        changes = self.browse(change_id for (change_id,) in made)
        changes._write_partners()
        self.env["rating.dealer"].invalidate_model(["credit_change_ids"])
        return changes

    @api.model
    def _extend_to(self, branches):
        """Set in branches what ratings set last in their head company, as far as no
        person took it back.

        :param branches: new companies
        """
        roots = branches.root_id
        made = self.search([("company_id", "in", roots.ids)], order="id")
        newest = {change.dealer_id: change for change in made}
        return self._apply(
            [
                {
                    "dealer_id": dealer.id,
                    "partner_id": change.partner_id.id,
                    "company_id": change.company_id.id,
                    "quarter_id": change.quarter_id.id or None,
                    "grade_id": change.grade_id.id,
                    "payment_term_id": change.payment_term_id.id or None,
                    "pricelist_id": change.pricelist_id.id or None,
                }
                for dealer, change in newest.items()
                if dealer.active and not change.restored_on
            ],
            branches,
        )

    def _differing_sql(self, wanted, branches):
        """Return SQL for the values of changes, in the order of the fields: what is set
        and differs, company by company, branches included."""
        names = ("dealer_id", "partner_id", "company_id", "quarter_id", "grade_id")
        names += ("payment_term_id", "pricelist_id")
        return SQL(
            """
            SELECT wanted.dealer_id, wanted.partner_id, branch.id AS company_id,
                   wanted.quarter_id, wanted.grade_id,
                   CASE WHEN term.differs THEN wanted.payment_term_id END
                   AS payment_term_id,
                   CASE WHEN term.differs THEN term.before END
                   AS payment_term_before_id,
                   CASE WHEN list.differs THEN wanted.pricelist_id END AS pricelist_id,
                   CASE WHEN list.differs THEN list.before END AS pricelist_before_id
              FROM unnest(%(columns)s) AS wanted (%(names)s)
              JOIN res_partner AS partner ON partner.id = wanted.partner_id
              JOIN res_company AS root ON root.id = wanted.company_id
              JOIN res_company AS branch
                ON branch.parent_path LIKE root.parent_path || '%%'
              %(term)s
              %(list)s
             WHERE (term.differs OR list.differs) AND %(where)s
          ORDER BY wanted.dealer_id, branch.id
            """,
            columns=SQL(", ").join(
                SQL("%s::int[]", [row[name] for row in wanted]) for name in names
            ),
            names=SQL(", ").join(map(SQL.identifier, names)),
            where=SQL("branch.id = ANY(%s)", branches.ids) if branches else SQL("TRUE"),
            term=self._compared_sql("term", "property_payment_term_id"),
            list=self._compared_sql("list", "specific_property_product_pricelist"),
        )

    def _compared_sql(self, alias, name):
        """Compare a partner's value in a company with the one that is wanted.

        A value that is gone, deleted since, was none.
        """
        after, _before = KEPT[name]
        comodel = self.env[self._fields[after].comodel_name]
        return SQL(
            """CROSS JOIN LATERAL (
               SELECT known.id AS before, wanted.%(after)s IS NOT NULL AND %(usable)s
                      AND known.id IS DISTINCT FROM wanted.%(after)s AS differs
                 FROM (SELECT (partner.%(name)s->>branch.id::text)::int AS id) AS kept
                 LEFT JOIN %(table)s AS known ON known.id = kept.id) AS %(alias)s""",
            usable=self._usable_sql(after),
            after=SQL.identifier(after),
            name=SQL.identifier(name),
            table=SQL.identifier(comodel._table),
            alias=SQL.identifier(alias),
        )

    def _usable_sql(self, after):
        """Return whether a branch may have what is wanted. Odoo leaves the price list
        of a head company to none of its branches, and would refuse every quotation; a
        payment term, to all of them."""
        whose = {
            "pricelist_id": SQL("own.company_id != branch.id"),
            "payment_term_id": SQL("own.company_id NOT IN (branch.id, root.id)"),
        }
        return SQL(
            "NOT EXISTS (SELECT FROM %s AS own WHERE own.id = wanted.%s AND %s)",
            SQL.identifier(self.env[self._fields[after].comodel_name]._table),
            SQL.identifier(after),
            whose[after],
        )

    def _write_partners(self, before=False):
        """Write the values of changes on the dealers and their contacts, in one
        statement for each of the two fields.

        :param bool before: write what was there before; nothing there is nothing again
        """
        Partner = self.env["res.partner"]
        for name, (after, earlier) in KEPT.items():
            # The oldest change comes last: where several go, its state stays.
            changes = self.filtered(after).sorted("id", reverse=True)
            if not changes:
                continue
            self.env.flush_all()
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE res_partner AS partner
                       SET %(name)s = NULLIF(jsonb_strip_nulls(
                               COALESCE(partner.%(name)s, '{}') || wanted.kept), '{}')
                      FROM (SELECT partner_id, jsonb_object_agg(company_id, value)
                                   AS kept
                              FROM unnest(%(partners)s::int[], %(companies)s::int[],
                                          %(values)s::int[])
                                   AS given (partner_id, company_id, value)
                             GROUP BY partner_id) AS wanted
                     WHERE partner.commercial_partner_id = wanted.partner_id
                    """,
                    name=SQL.identifier(name),
                    partners=[change.partner_id.id for change in changes],
                    companies=[change.company_id.id for change in changes],
                    values=[
                        change[earlier if before else after].id or None
                        for change in changes
                    ],
                )
            )
            Partner.invalidate_model([name])
