from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.trade_credit_base.models.shown.trade_shown import shown

from ..abc.res_partner import ABC

READERS = "dealer_rating.rating_group_user,sales_team.group_sale_salesman"
SCORES = "dealer_rating.rating_group_user"
# What is kept of the customer's rating, and what is shown of it
KEPT = GRADE, SCORE, ABC_CLASS = (
    "rating_kept_grade_id",
    "rating_kept_total",
    "rating_kept_abc",
)
KEPT_ON, KEPT_OF = "rating_kept_on", "rating_kept_partner_id"
ALL_KEPT = (*KEPT, KEPT_ON, KEPT_OF)
SHOWN = ("rating_grade_id", "rating_abc_class", "rating_grade_now_id", "rating_shift")
TOTAL = "rating_total"

SHIFTS = [("better", "Better"), ("same", "The same"), ("worse", "Worse")]

PRIVATE = {"readonly": True, "copy": False, "groups": fields.NO_ACCESS}


class RatingDocument(models.AbstractModel):
    """An order or invoice with the rating that its customer had when it was agreed.

    It is live as long as the document is a draft, kept when it is confirmed or posted,
    and never rewritten. Salespersons see the grades of their own customers, rating
    users all of them.
    """

    _name = "rating.document"
    _description = "Document of a Rated Customer"
    _inherit = ["trade.shown"]

    rating_kept_grade_id = fields.Many2one(
        "dealer.grade", "Grade Kept", ondelete="restrict", **PRIVATE
    )
    rating_kept_total = fields.Float("Total Kept", digits=(16, 2), **PRIVATE)
    rating_kept_abc = fields.Selection(ABC, "ABC Class Kept", **PRIVATE)
    rating_kept_on = fields.Date(**PRIVATE)
    rating_kept_partner_id = fields.Many2one(
        "res.partner",
        "Rating Kept Of",
        index="btree_not_null",  # or whoever deletes a contact reads all documents
        ondelete="restrict",
        **PRIVATE,
    )

    rating_grade_id = fields.Many2one(
        "dealer.grade",
        "Grade",
        groups=READERS,
        help="Of the customer: as it was when the order was confirmed or the invoice "
        "posted, and today's before.",
        **shown("rating_grade_id", "_compute_rating"),
    )
    rating_abc_class = fields.Selection(
        ABC,
        "ABC Class",
        groups=READERS,
        help="Of the customer: as it was when the order was confirmed or the invoice "
        "posted, and today's before.",
        **shown("rating_abc_class", "_compute_rating"),
    )
    rating_grade_now_id = fields.Many2one(
        "dealer.grade",
        "Grade Today",
        groups=READERS,
        **shown("rating_grade_now_id", "_compute_rating"),
    )
    rating_shift = fields.Selection(
        SHIFTS,
        "Grade Since",
        groups=READERS,
        help="Today's grade beside that of the document.",
        **shown("rating_shift", "_compute_rating"),
    )
    rating_total = fields.Float(
        digits=(16, 2),
        aggregator="avg",
        groups=SCORES,
        help="Of the last quarter that was confirmed by then.",
        **shown("rating_total", "_compute_rating_total"),
    )

    # === COMPUTE METHODS === #

    @api.depends("state", "partner_id", "company_id")
    @api.depends_context("uid")
    def _compute_rating(self):
        self._compute_shown(SHOWN)
        # In an open form another customer may be chosen than the one that is saved
        for document in self.filtered(lambda each: not each.id):
            company = document.company_id or self.env.company
            if document.state in self._OPEN and company in self.env.companies:
                customer = document.partner_id.with_company(company)
                document.rating_grade_id = customer.rating_grade_id
                document.rating_grade_now_id = customer.rating_grade_id
                document.rating_abc_class = customer.rating_abc_class
                document.rating_shift = customer.rating_grade_id and "same"

    @api.depends("state", "partner_id", "company_id")
    @api.depends_context("uid")
    def _compute_rating_total(self):
        self._compute_shown((TOTAL,))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        documents.filtered(lambda each: each.state in self._AGREED)._rating_keep()
        return documents

    def _add_missing_default_values(self, values):
        """Nobody's own defaults say how a customer was rated."""
        found = super()._add_missing_default_values(values)
        kept = {*self._KEPT} - values.keys()
        return {name: value for name, value in found.items() if name not in kept}

    def write(self, vals):
        drafts = self.filtered(lambda each: each.state not in self._AGREED)
        result = super().write(vals)
        if vals.get("state") in self._AGREED:
            drafts._rating_keep()
        if "partner_id" in vals:
            (self - drafts)._rating_keep(of_others=True)
        return result

    # === BUSINESS METHODS === #

    # States in which it may still be changed, and in which it is agreed
    _OPEN = ("draft", "sent")
    _AGREED = ()
    # Whether it is rated the first time only that it is agreed, for one customer
    _RATED_ONCE = False
    # What nobody gives, see _rating_kept
    _KEPT = ALL_KEPT

    def _rating_customer_sql(self, table):
        """Return the id of the commercial entity whose rating a row bears.

        :param SQL table: the alias of this model's table
        """
        raise NotImplementedError

    def _rating_day_sql(self, table):
        """Return the day on which a row was agreed, where its company is."""
        raise NotImplementedError

    def _rating_bears_sql(self, table):
        """Return which rows bear a rating."""
        return SQL("TRUE")

    def _rating_company_sql(self, table):
        """Return the id of the root company, which rates the customers of a row's."""
        return self._root_sql(table)

    def _rating_local_sql(self, table, moment):
        """Return the day of a moment in UTC where a row's root company is."""
        return SQL(
            """(%s::timestamp AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(
                (SELECT root.trade_timezone FROM res_company AS root
                  WHERE root.id = %s), 'UTC'))::date""",
            moment,
            self._rating_company_sql(table),
        )

    def _shown_sql(self, name, alias):
        if name not in (*SHOWN, TOTAL):
            return super()._shown_sql(name, alias)
        table = SQL.identifier(alias)
        today = self._rating_today(table)
        value = {
            "rating_grade_id": self._rating_then_sql(table, GRADE, today.grade),
            "rating_grade_now_id": today.grade,
            "rating_shift": self._rating_shift_sql(table, today.grade),
            "rating_abc_class": self._rating_then_sql(table, ABC_CLASS, today.abc),
            TOTAL: self._rating_then_sql(table, SCORE, today.total),
        }[name]
        bears, seen = self._rating_bears_sql(table), self._rating_seen_sql(table)
        return SQL("CASE WHEN %s AND %s THEN %s END", bears, seen, value)

    def _rating_seen_sql(self, table):
        """Return whether the user may see how a row is rated: its customer, and whose
        rating was kept, who may be another one since."""
        Dealer = self.env["rating.dealer"]
        field = self._fields[KEPT_OF]
        whose = SQL.identifier(KEPT_OF)
        kept = SQL("%s.%s", table, whose, to_flush=field)
        return SQL(
            "(%s AND (%s IS NULL OR %s))",
            Dealer._seen_sql(self._rating_customer_sql(table)),
            kept,
            Dealer._seen_sql(kept),
        )

    def _rating_today(self, table):
        """Return the expressions of today's rating of a row's customer."""
        return self.env["rating.dealer"]._rated_sql(
            self._rating_customer_sql(table), self._rating_company_sql(table)
        )

    def _rating_then_sql(self, table, kept, today):
        """Return what was kept of a row, or today's as long as it is a draft."""
        return SQL(
            "CASE WHEN %(table)s.state IN %(open)s THEN %(today)s"
            " ELSE %(table)s.%(kept)s END",
            table=table,
            open=self._OPEN,
            today=today,
            kept=SQL.identifier(kept),
            to_flush=(self._fields["state"], self._fields[kept]),
        )

    def _rating_shift_sql(self, table, today):
        return SQL(
            """(SELECT CASE WHEN today.sequence < kept.sequence THEN 'better'
                            WHEN today.sequence > kept.sequence THEN 'worse'
                            ELSE 'same' END
                  FROM dealer_grade AS kept, dealer_grade AS today
                 WHERE kept.id = %s AND today.id = %s)""",
            self._rating_then_sql(table, GRADE, today),
            today,
        )

    # === KEEPING === #

    def _rating_keep(self, of_others=False):
        """Keep the rating that the customers of these documents have now: one statement
        for any number.

        :param bool of_others: only where another customer's is kept
        """
        if not self:
            return
        table = SQL.identifier("document")
        kept = self.sudo()._rating_kept(table)
        again = SQL(
            "document.%s IS DISTINCT FROM %s", SQL.identifier(KEPT_OF), kept[KEPT_OF]
        )
        self.env.execute_query(
            SQL(
                """UPDATE %(model)s AS document SET %(kept)s
                    WHERE document.id = ANY(%(ids)s) AND %(bears)s AND %(again)s
                RETURNING document.id""",
                model=SQL.identifier(self._table),
                kept=SQL(", ").join(
                    SQL("%s = %s", SQL.identifier(name), value)
                    for name, value in kept.items()
                ),
                ids=self.ids,
                bears=self._rating_bears_sql(table),
                again=again if of_others or self._RATED_ONCE else SQL("TRUE"),
            )
        )
        self.invalidate_recordset([*kept, *self._rating_shown()], flush=False)

    def _rating_kept(self, table):
        """Return what is kept when a document is agreed. Extend to keep more in the
        same statement.

        :param SQL table: the alias of this model's table
        :return: {name of a field: SQL of what it is now}
        """
        today = self._rating_today(table)
        return {
            GRADE: today.grade,
            SCORE: today.total,
            ABC_CLASS: today.abc,
            KEPT_ON: self._rating_local_sql(table, SQL("%s", fields.Datetime.now())),
            KEPT_OF: self._rating_customer_sql(table),
        }

    @api.model
    def _rating_shown(self):
        """Return the names of the fields that show what is kept."""
        return [*SHOWN, TOTAL]

    @api.model
    def _rating_keep_past(self):
        """Keep on documents of the past what was known of their customers on their day.

        What was not known stays empty: nothing is rated in retrospect.

        :return: how many documents bear a rating now
        :rtype: int
        """
        self.env.flush_all()
        table = SQL.identifier("document")
        known = self.env["rating.dealer"]._known_sql(
            SQL.identifier("own", "customer"),
            SQL.identifier("own", "company"),
            SQL.identifier("own", "day"),
        )
        self.env.cr.execute(
            SQL(
                """UPDATE %(model)s AS kept
                      SET rating_kept_grade_id = known.grade_id,
                          rating_kept_total = known.total,
                          rating_kept_abc = known.abc_class,
                          rating_kept_on = own.day,
                          rating_kept_partner_id = own.customer
                     FROM (SELECT document.id, %(customer)s AS customer,
                                  %(company)s AS company, %(day)s AS day
                             FROM %(model)s AS document
                            WHERE document.state = ANY(%(agreed)s) AND %(bears)s
                              AND document.rating_kept_on IS NULL) AS own,
                          LATERAL (%(known)s) AS known
                    WHERE kept.id = own.id
                      AND (known.grade_id IS NOT NULL OR known.total IS NOT NULL
                           OR known.abc_class IS NOT NULL)""",
                model=SQL.identifier(self._table),
                customer=self._rating_customer_sql(table),
                company=self._rating_company_sql(table),
                day=self._rating_day_sql(table),
                agreed=list(self._AGREED),
                bears=self._rating_bears_sql(table),
                known=known,
            )
        )
        count = self.env.cr.rowcount
        self.invalidate_model()
        return count
