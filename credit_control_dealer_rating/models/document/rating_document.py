from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.credit_control.groups import USER
from odoo.addons.dealer_rating.models.document import rating_document as rated
from odoo.addons.trade_credit_base.models.shown.trade_shown import shown

READERS = f"{rated.READERS},{USER}"
TERM, LEVEL = "payment_term_id", "service_level_id"

EASE = [
    ("easier", "Easier than the grade's"),
    ("equal", "As the grade's"),
    ("stricter", "Stricter than the grade's"),
    ("other", "Not comparable"),
]
# What the grade gives: the field that shows it, and the one that keeps it
GIVEN = {
    "credit_given_term_id": "credit_kept_term_id",
    "credit_given_pricelist_id": "credit_kept_pricelist_id",
    "credit_given_level_id": "credit_kept_level_id",
    "credit_given_deposit": "credit_kept_deposit",
}
LIMITS = {
    "credit_given_limit": "credit_kept_given_limit",
    "credit_had_limit": "credit_kept_limit",
}
COMPARED = ("credit_terms_ease", "credit_list_differs", "credit_below_list")
SHOWN = (*GIVEN, *LIMITS, *COMPARED)


def _given(name):
    return shown(name, "_compute_credit_given")


class RatingDocument(models.AbstractModel):
    """An order or invoice beside what its customer's grade gives.

    What the grade gave is kept with the rating, in the same statement, when the
    document is agreed; the document's own terms are those it has.
    """

    _inherit = "rating.document"

    # Credit users see how customers are rated
    rating_grade_id = fields.Many2one(groups=READERS)
    rating_grade_now_id = fields.Many2one(groups=READERS)
    rating_abc_class = fields.Selection(groups=READERS)
    rating_shift = fields.Selection(groups=READERS)

    # Both kinds of documents have one of their own
    currency_id = fields.Many2one("res.currency")

    credit_kept_term_id = fields.Many2one("account.payment.term", **rated.PRIVATE)
    credit_kept_pricelist_id = fields.Many2one("product.pricelist", **rated.PRIVATE)
    credit_kept_level_id = fields.Many2one("credit.service.level", **rated.PRIVATE)
    credit_kept_deposit = fields.Float(digits=(16, 2), **rated.PRIVATE)
    credit_kept_given_limit = fields.Float(digits=(16, 2), **rated.PRIVATE)
    credit_kept_limit = fields.Float(digits=(16, 2), **rated.PRIVATE)

    credit_given_term_id = fields.Many2one(
        "account.payment.term",
        "Credit Period of the Grade",
        groups=READERS,
        **_given("credit_given_term_id"),
    )
    credit_given_pricelist_id = fields.Many2one(
        "product.pricelist",
        "Price List of the Grade",
        groups=READERS,
        **_given("credit_given_pricelist_id"),
    )
    credit_given_level_id = fields.Many2one(
        "credit.service.level",
        "Service Level",
        groups=READERS,
        **_given("credit_given_level_id"),
    )
    credit_given_deposit = fields.Float(
        "Deposit of the Grade (%)",
        digits=(16, 2),
        aggregator=None,
        groups=READERS,
        help="A share of the limit.",
        **_given("credit_given_deposit"),
    )
    credit_given_limit = fields.Float(
        "Limit of the Grade",
        digits=(16, 2),
        aggregator=None,
        groups=USER,
        help="What the last computation from a rating came to.",
        **_given("credit_given_limit"),
    )
    credit_had_limit = fields.Float(
        "Limit in Force",
        digits=(16, 2),
        aggregator=None,
        groups=USER,
        **_given("credit_had_limit"),
    )
    credit_terms_ease = fields.Selection(
        EASE,
        "Payment Term Is",
        groups=READERS,
        help="More time to pay, or a higher discount for paying early, is easier.",
        **_given("credit_terms_ease"),
    )
    credit_list_differs = fields.Boolean(
        "Another Price List", groups=READERS, **_given("credit_list_differs")
    )
    credit_below_list = fields.Monetary(
        "Below the Grade's Prices",
        groups=READERS,
        help="What lines are cheaper than by the price list that the grade gives, by "
        "price or discount.",
        **_given("credit_below_list"),
    )
    credit_terms_words = fields.Text(
        "Other Than the Grade Gives",
        compute="_compute_credit_terms_words",
        groups=READERS,
    )
    credit_limit_words = fields.Text(compute="_compute_credit_limit_words", groups=USER)

    # === COMPUTE METHODS === #

    @api.depends("state", "partner_id", "company_id")
    @api.depends_context("uid")
    def _compute_credit_given(self):
        self._compute_shown(SHOWN)
        # In an open form other terms or another customer may be chosen than are saved
        chosen = self.filtered(lambda each: not each.id and each.state in self._OPEN)
        given = chosen._filtered_told(self._credit_named())._credit_given_now()
        ease = self.env["account.payment.term"]._ease_by_given() if given else {}
        nothing = self.env["account.payment.term"], self.env["product.pricelist"]
        for document in chosen:
            term, pricelist = given.get(document, nothing)
            own = document[self._CREDIT_TERM].id or 0
            other = document._credit_list()
            document.credit_given_term_id = term
            document.credit_given_pricelist_id = pricelist.id
            document.credit_terms_ease = ease[term.id][own] if term else False
            document.credit_list_differs = pricelist and other and other != pricelist

    @api.depends("credit_terms_ease", "credit_list_differs", "credit_below_list")
    @api.depends_context("uid", "lang")
    def _compute_credit_terms_words(self):
        """Say where the document has other terms than the grade gives, and whether
        they are easier."""
        self.credit_terms_words = ""
        for document in self._filtered_told(self._credit_named()):
            lines = document._credit_asked_anew()._credit_differences()
            document.credit_terms_words = "\n".join(filter(None, lines))

    @api.depends("credit_had_limit", "credit_given_limit")
    @api.depends_context("uid", "lang")
    def _compute_credit_limit_words(self):
        self.credit_limit_words = ""
        for document in self._filtered_told(self._credit_named()):
            anew = document._credit_asked_anew()
            document.credit_limit_words = anew._credit_limit_difference()

    # === BUSINESS METHODS === #

    _KEPT = (*rated.ALL_KEPT, *GIVEN.values(), *LIMITS.values())
    # The field that has the document's payment term
    _CREDIT_TERM = TERM

    def _credit_named(self):
        """Return the fields by which a document names a customer and terms."""
        return ["partner_id", self._CREDIT_TERM]

    def _credit_asked_anew(self):
        """Return the document with nothing but what is chosen in its open form: what
        else the form says may be what its client put there."""
        if self.id:
            return self
        names = (*self._credit_named(), "company_id", "currency_id", "state")
        return self.new({name: self[name] for name in names}, origin=self._origin)

    def _credit_given_now(self):
        """Return what the customers' grades give today, by one statement; nothing where
        the user may not see how a customer is rated.

        :return: {document: (account.payment.term, product.pricelist)}
        """
        whose = {
            document: (
                document.partner_id.commercial_partner_id._origin.id,
                document.company_id.sudo().root_id.id,
                document.company_id.id,
            )
            for document in self
            if document.partner_id and document.company_id
        }
        given = self.env["credit.grade.terms"]._given_to(set(whose.values()))
        return {document: given[key] for document, key in whose.items()}

    def _credit_list_sql(self, table):
        """Return the id of a row's price list, NULL where documents have none."""
        return SQL("NULL::int")

    def _credit_below_sql(self, table, given):
        """Return by how much a row is below the price list that is given."""
        return SQL("NULL::numeric")

    def _credit_today(self, table):
        """Return what the grade gives today to a row's customer.

        :return: {name of the field that keeps it: SQL}
        """
        Terms, File = self.env["credit.grade.terms"], self.env["credit.file"]
        whose = self._rating_customer_sql(table), self._rating_company_sql(table)
        branch = SQL("%s.company_id", table, to_flush=self._fields["company_id"])
        found = {
            "credit_kept_term_id": Terms._in_use_sql(TERM),
            "credit_kept_pricelist_id": Terms._list_sql(branch),
            "credit_kept_level_id": Terms._in_use_sql(LEVEL),
            "credit_kept_deposit": SQL("given.deposit"),
        }
        limits = {
            "credit_kept_given_limit": self.env["credit.limit.proposal"]._given_sql(),
            "credit_kept_limit": File._granted_sql(),
        }
        given = {name: Terms._given_sql(*whose, sql) for name, sql in found.items()}
        for name, sql in limits.items():
            given[name] = File._of_customer_sql(*whose, sql)
        return given

    def _rating_kept(self, table):
        return super()._rating_kept(table) | self._credit_today(table)

    @api.model
    def _rating_shown(self):
        return [*super()._rating_shown(), *SHOWN]

    def _shown_sql(self, name, alias):
        if name not in SHOWN:
            return super()._shown_sql(name, alias)
        table = SQL.identifier(alias)
        seen = self._rating_seen_sql(table)
        bears = self._rating_bears_sql(table)
        value = self._credit_value_sql(name, table)
        return SQL("CASE WHEN %s AND %s THEN %s END", bears, seen, value)

    def _credit_value_sql(self, name, table):
        today = self._credit_today(table)
        if kept := (GIVEN | LIMITS).get(name):
            return self._rating_then_sql(table, kept, today[kept])
        if name == "credit_terms_ease":
            kept = GIVEN["credit_given_term_id"]
            given = self._rating_then_sql(table, kept, today[kept])
            return self._credit_ease_sql(table, given)
        kept = GIVEN["credit_given_pricelist_id"]
        given = self._rating_then_sql(table, kept, today[kept])
        if name == "credit_below_list":
            return self._credit_below_sql(table, given)
        return SQL("COALESCE(%s != %s, FALSE)", self._credit_list_sql(table), given)

    def _credit_ease_sql(self, table, given):
        """Return how the payment term of a row compares with the one that is given."""
        ease = self.env["account.payment.term"]._ease_by_given()
        return SQL(
            "%s::jsonb -> (%s)::text ->> COALESCE(%s.%s, 0)::text",
            fields.Json().convert_to_column(ease, self),
            given,
            table,
            SQL.identifier(self._CREDIT_TERM),
            to_flush=self._fields[self._CREDIT_TERM],
        )

    # === WORDS === #

    def _credit_differences(self):
        """Return a sentence for each of the terms that the grade would not give."""
        self.ensure_one()
        grade = self.rating_grade_id.sudo().name
        yield self._credit_term_difference(grade)
        given = self.credit_given_pricelist_id.sudo().name
        if self.credit_list_differs:
            yield self.env._(
                "Price list %(list)s is not %(given)s, which grade %(grade)s gives.",
                list=self._credit_list().sudo().name,
                given=given,
                grade=grade,
            )
        if self.credit_below_list:
            yield self.env._(
                "Prices are %(amount)s below those that grade %(grade)s gives.",
                amount=self.currency_id.format(self.credit_below_list),
                grade=grade,
            )

    def _credit_term_difference(self, grade):
        values = {
            "term": self[self._CREDIT_TERM].sudo().name or self.env._("due at once"),
            "given": self.credit_given_term_id.sudo().name,
            "grade": grade,
        }
        match self.credit_terms_ease:
            case "easier":
                return self.env._(
                    "Payment term %(term)s is easier than %(given)s, which grade "
                    "%(grade)s gives.",
                    **values,
                )
            case "stricter":
                return self.env._(
                    "Payment term %(term)s is stricter than %(given)s, which grade "
                    "%(grade)s gives.",
                    **values,
                )
            case "other":
                return self.env._(
                    "Payment term %(term)s is not %(given)s, which grade %(grade)s "
                    "gives; one is not easier than the other in everything.",
                    **values,
                )
        return ""

    def _credit_list(self):
        return self.env["product.pricelist"]

    def _credit_limit_difference(self):
        """Return a sentence where the limit in force is above the grade's."""
        self.ensure_one()
        currency = self.company_id.sudo().root_id.currency_id
        had, given = self.credit_had_limit, self.credit_given_limit
        grade = self.rating_grade_id.sudo().name
        if not grade or currency.compare_amounts(had, given) <= 0:
            return ""
        return self.env._(
            "The credit limit of %(limit)s is above the %(given)s that grade %(grade)s "
            "gives.",
            limit=currency.format(had),
            given=currency.format(given),
            grade=grade,
        )
