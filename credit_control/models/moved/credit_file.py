from contextlib import contextmanager

from odoo import api, models
from odoo.exceptions import ValidationError

from odoo.addons.trade_credit_base.models.waiting.trade_waiting import Wait

from ...core.facts import HOLD
from ...groups import MANAGER, OFFICER

ACTIVITY = "credit_control.mail_activity_type_moved"

# Whoever is told looks at it, is reminded of, and hands it on
MOVED = Wait(
    "moved",
    [("activity_ids.trade_wait", "=", "moved")],
    "activity_ids.create_date",
    MANAGER,
    OFFICER,
    ACTIVITY,
)

# What a change of this transaction is watched for: ({file: exposure before it}, how
# strict, see ``STRICTER``). Not in the context: a client sends any.
WATCHED = "credit_files_watched"
# How strict a change is watched, the strictest last
STRICTER = [None, False, True]


class CreditFile(models.Model):
    """What customers owe stays in the file that it was decided on.

    Contacts get another company, entries another customer: then what was decided for
    one file is owed in another. Exposure is compared before and after, whatever moves
    it.
    """

    _inherit = "credit.file"

    @contextmanager
    def _moving(self, customers, refused=True):
        """Watch a change that may move what is owed from one file to another.

        Where credit is enforced, a credit manager may move anything, others what the
        files that get it have room for. Of contacts they take nothing off a file: it
        would be free for more. What is moved is noted on the files. A change that makes
        others is judged as a whole, as strictly as the strictest of them.

        :param customers: contacts that owe before or afterwards
        :param refused: ``True`` where nothing may leave a file either, ``None`` where
            all is true that is written: somebody who looks after credit is told
        :raises ValidationError: if it is refused
        """
        cache = self.env.cr.cache
        files = self.sudo().browse()
        if customers:
            # Archived files are none: their customers are free
            files = self.sudo().search(
                [
                    ("partner_id", "in", customers.commercial_partner_id.ids),
                    ("company_id.credit_mode", "!=", "off"),
                ]
            )
        if not files:
            yield
            return
        within = WATCHED in cache
        before, strict = cache.get(WATCHED, ({}, None))
        more = files - files.browse().concat(*before)
        # Who decides on an order of theirs at the same moment sees what is moved
        enforced = more.filtered(lambda file: file.company_id.credit_mode == "enforce")
        above = (file._upwards() for file in enforced)
        self._serialize(set(enforced.concat(*above).ids))
        before |= more._exposures()
        cache[WATCHED] = before, max(strict, refused, key=STRICTER.index)
        if within:
            yield
            return
        try:
            yield
        finally:
            before, refused = cache.pop(WATCHED)
        files = files.union(*before).exists()
        moved = {}
        for file, exposure in files._exposures().items():
            amount = exposure - before[file]
            if not file.currency_id.is_zero(amount):
                moved[file] = amount
        self.browse(file.id for file in moved).sudo()._judge_moved(moved, refused)

    def _exposures(self):
        """:return: {file: what is owed in it}"""
        standings = self.env["credit.exposure"]._standings(self.ids)
        return {file: standings[file.id].exposure for file in self}

    def _judge_moved(self, moved, refused):
        """Refuse what was moved, or tell it.

        :param dict moved: {file: what is owed more in it, or less}
        """
        enforced = self.filtered(lambda file: file.company_id.credit_mode == "enforce")
        grown = enforced.filtered(lambda file: moved[file] > 0)
        over = grown._held_with(moved)
        if refused is not None and not self.env.user.has_group(MANAGER):
            if over:
                raise ValidationError(
                    self.env._(
                        "Credit does not let %(customers)s owe what this change would "
                        "move there. Ask a credit officer for room, or a credit "
                        "manager to make the change.",
                        customers=", ".join(over.partner_id.mapped("display_name")),
                    )
                )
            if refused and enforced - grown:
                customers = (enforced - grown).partner_id.mapped("display_name")
                raise ValidationError(
                    self.env._(
                        "What %(customers)s owes stays in the credit file that it was "
                        "decided on. Have it paid or cancelled before this change, or "
                        "ask a credit manager to make it.",
                        customers=", ".join(customers),
                    )
                )
        for file, amount in moved.items():
            file._note_moved(amount)
        if over:
            over._tell_moved(moved)

    def _held_with(self, moved):
        """Return those files whose rules hold what was moved into them."""
        if not self:
            return self
        Checkpoint = self.env["credit.checkpoint"]
        cases = []
        for company, files in self.grouped("company_id").items():
            figures = [Checkpoint._moved_figures(file, moved[file]) for file in files]
            cases += Checkpoint._judge(figures, "growth", company._trade_day())
        return self.browse(
            case.figures.files[0] for case in cases if case.verdict.action == HOLD
        )

    # === WAITING === #

    @api.model
    def _waits(self):
        return [*super()._waits(), MOVED]

    def _wait_filtered(self, wait):
        found = super()._wait_filtered(wait)
        if wait != MOVED:
            return found
        found = found.filtered(lambda file: file.company_id.credit_mode == "enforce")
        return found._held_with(dict.fromkeys(found, 0.0))

    def _wait_since(self, wait):
        if wait != MOVED:
            return super()._wait_since(wait)
        told = self.activity_ids.filtered(lambda each: each.trade_wait == MOVED.code)
        return self.company_id._trade_day(min(told.mapped("create_date"), default=None))

    def _wait_candidates(self, wait):
        first = super()._wait_candidates(wait)
        return first | self.user_id if wait == MOVED else first

    def _wait_words(self, wait):
        if wait != MOVED:
            return super()._wait_words(wait)
        return self.env._("A debt was moved here, and nobody decided on it")

    # === TELLING === #

    def _note_moved(self, amount):
        """Write on the file what was moved, in the language of who looks after it."""
        file = self.with_context(
            lang=self.user_id.lang or self.company_id.partner_id.lang or self.env.lang
        )
        values = {
            "user": self.env.user.name,
            "amount": self.currency_id.format(abs(amount)),
        }
        file._message_log(
            body=file.env._(
                "%(user)s changed a contact or an entry: %(amount)s more is owed here "
                "now.",
                **values,
            )
            if amount > 0
            else file.env._(
                "%(user)s changed a contact or an entry: %(amount)s less is owed here "
                "now.",
                **values,
            )
        )

    def _tell_moved(self, moved):
        """Have somebody who may release look at debts that nobody decided on."""
        known = self.activity_search([ACTIVITY]).grouped("res_id")
        self.env["mail.activity"].create(
            [
                {
                    **file._wait_values(MOVED, user),
                    "note": file.with_context(lang=user.lang)._moved_words(moved[file]),
                }
                for file, users in self._wait_users(MOVED).items()
                for user in users
                if user not in known.get(file.id, self.activity_ids.browse()).user_id
            ]
        )

    def _moved_words(self, amount):
        return self.env._(
            "%(amount)s was moved to this customer by a change of a contact or an "
            "entry, and nobody decided on it. Have it paid, grant more, or undo the "
            "change.",
            amount=self.currency_id.format(amount),
        )

    @api.model
    def _end_told(self):
        """End what was told of debts once the rules hold them no more."""
        told = [("res_model", "=", self._name), ("trade_wait", "=", MOVED.code)]
        files = self.env["mail.activity"].sudo().search(told).mapped("res_id")
        self.browse(files).exists()._follow_waits(MOVED.code)
