from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.trade_credit_base.core.given import ABSURD

from ...core.limit import Terms, rising

TOGETHER = "credit_grade_terms_together"
# Of a policy that all companies share, each uses what it may
USABLE = "['|', ('company_id', '=', False), ('company_id', '=?', company_id)]"
OF_ONE = {"payment_term_id", "pricelist_id"}


class CreditGradeTerms(models.Model):
    """Terms of one grade under a policy: rate, cap, deposit, credit period, prices."""

    _name = "credit.grade.terms"
    _description = "Credit Terms of a Grade"
    _inherit = ["trade.owned", "trade.card"]
    _owner = "policy_id.company_id"
    _order = "policy_id, sequence, id"
    _rec_name = "grade_id"
    _check_company_auto = True

    policy_id = fields.Many2one(
        "credit.policy", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    grade_id = fields.Many2one("dealer.grade", required=True, ondelete="restrict")
    sequence = fields.Integer(related="grade_id.sequence", store=True)
    creditworthy = fields.Boolean(
        default=True, help="Without it the grade gives no credit, whatever the rate."
    )
    rate = fields.Float(
        "Credit-Sale Rate (%)",
        digits=(16, 2),
        help="The limit is this share of a quarter's net credit sales, tax included.",
    )
    cap = fields.Float(
        "Highest Limit",
        digits=(16, 2),
        help="In company currency. Zero for no highest limit.",
    )
    deposit = fields.Float(
        "Deposit (%)",
        digits=(16, 2),
        help="What to agree on as a deposit: a share of the limit.",
    )
    payment_term_id = fields.Many2one(
        "account.payment.term",
        "Credit Period",
        check_company=True,
        domain=USABLE,
        ondelete="restrict",
        help="Set on the dealers of this grade. Leave empty to change nothing there.",
    )
    pricelist_id = fields.Many2one(
        "product.pricelist",
        check_company=True,
        domain=USABLE,
        ondelete="restrict",
        help="Set on the dealers of this grade. Leave empty to change nothing there.",
    )

    service_level_id = fields.Many2one(
        "credit.service.level",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="How dealers of this grade are served, shown on dealer and customer.",
    )

    _grade_unique = models.UniqueIndex(
        "(policy_id, grade_id)", "The policy has terms for this grade already."
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("rate", "cap", "deposit")
    def _check_figures(self):
        # Put so that it also refuses what is not a number.
        for terms in self:
            if not (0 <= terms.rate <= 1000 and 0 <= terms.deposit <= 100):
                raise ValidationError(
                    self.env._(
                        "Terms of %(grade)s: a credit-sale rate is a percentage from 0 "
                        "to 1,000, a deposit one from 0 to 100.",
                        grade=terms.grade_id.name,
                    )
                )
            if not 0 <= terms.cap <= ABSURD:
                raise ValidationError(
                    self.env._(
                        "Terms of %(grade)s: the highest limit cannot be negative, nor "
                        "beyond anything a company could owe. Enter zero for none.",
                        grade=terms.grade_id.name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        with self._together():
            terms = super().create(vals_list)
            terms._note_change()
        return terms

    def write(self, vals):
        with self._together():
            self._note_change()
            result = super().write(vals)
            self._note_change()
        return result

    def unlink(self):
        with self._together():
            self._note_change()
            return super().unlink()

    # === BUSINESS METHODS === #

    def _check_company(self, fnames=None):
        """Let a policy that all companies share name what one of them has: the others'
        dealers get nothing there."""
        own = self.filtered("company_id")
        super(CreditGradeTerms, own)._check_company(fnames)
        names = set(self._fields if fnames is None else fnames) - OF_ONE
        return super(CreditGradeTerms, self - own)._check_company(names)

    @contextmanager
    def _together(self):
        """Check policies once, after all that is written inside.

        The terms of several grades may change in one go: half of it may be out of
        order. The mark is kept on the cursor, where no client can put one.
        """
        cache = self.env.cr.cache
        if TOGETHER in cache:
            yield
            return
        cache[TOGETHER] = set()
        try:
            yield
            changed = cache[TOGETHER]
        finally:
            cache.pop(TOGETHER, None)
        self.env["credit.policy"].browse(changed).exists()._check_grade_terms()

    def _note_change(self):
        self.env.cr.cache[TOGETHER].update(self.policy_id.ids)

    @api.model
    def _check_order(self, policy):
        """A grade without terms gives nothing.

        :raises ValidationError: if a worse grade of the policy gives more
        """
        known = {
            each.grade_id: Terms(each.rate, each.cap, each.creditworthy)
            for each in policy.sudo().grade_terms_ids
        }
        grades = self.env["dealer.grade"].sudo().search([])
        rows = [known.get(grade, Terms(creditworthy=False)) for grade in grades]
        if found := rising(rows):
            what, better, worse = found
            values = {
                "policy": policy.sudo().name,
                "better": grades[better].name,
                "worse": grades[worse].name,
            }
            raise ValidationError(
                self._rising_text(what, rows[better], rows[worse], values)
            )

    def _rising_text(self, what, better, worse, values):
        if what == "creditworthy":
            return self.env._(
                "Policy “%(policy)s”: the grade %(worse)s cannot give credit while the "
                "better grade %(better)s gives none.",
                **values,
            )
        if what == "rate":
            return self.env._(
                "Policy “%(policy)s”: the credit-sale rate cannot rise as the grade "
                "falls. %(worse)s has %(below)s %%, more than the %(above)s %% of the "
                "better grade %(better)s.",
                above=f"{better.rate:g}",
                below=f"{worse.rate:g}",
                **values,
            )
        return self.env._(
            "Policy “%(policy)s”: the highest limit cannot rise as the grade falls. "
            "Give %(worse)s one that is not above that of the better grade %(better)s.",
            **values,
        )
