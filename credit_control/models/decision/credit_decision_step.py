from markupsafe import Markup

from odoo import api, fields, models

from odoo.addons.trade_credit_base.windows import dialog_for, form_of, list_of

from ...groups import MANAGER, USER

# What a cure is done by: {its code: steps, each offered to who may take it}
STEPS = {
    "pay": ("items", "payment"),
    "wait": ("items",),
    "ask": ("ask", "grant", "file"),
    "lift": ("file",),
    "open_file": ("new_file",),
}
# What whoever may release does, instead of asking for it
VERDICTS = ("release", "reject")
ACCOUNTANT = "account.group_account_invoice"


class CreditDecision(models.Model):
    """What would cure a held order, with a way to each step for whoever reads."""

    _inherit = "credit.decision"

    cures_shown = fields.Html("To Clear the Hold", compute="_compute_steps")
    steps = fields.Char(compute="_compute_steps")

    @api.depends_context("uid", "lang")
    @api.depends("facts", "verdict", "state")
    def _compute_steps(self):
        for decision in self:
            decision.cures_shown = decision._cures_linked()
            # Between blanks, so that a view can ask for one
            decision.steps = "".join(f" {step} " for step in decision._steps())

    def action_step(self):
        """Open what a step is taken in; the button's context names it.

        What opens is as the user's own rights let it.
        """
        self.ensure_one()
        self.check_access("read")
        return self._open_step(self.env.context.get("step"))

    # === BUSINESS METHODS === #

    def _cures_linked(self):
        """:return: Markup of the cures, in which a document that the reader may read is
        a link"""
        self.ensure_one()
        if not self.verdict:
            return ""
        facts, verdict = self._loaded()
        Wording = self.env["credit.wording"].with_context(credit_links=True)
        lines = Wording._cures(facts, verdict, self.currency_id)
        if self._step_cure("ask") and not self.env.user.has_group(MANAGER):
            lines.append(self._granters())
        items = Markup("").join(Markup("<li>%s</li>") % line for line in lines)
        return items and Markup('<ul class="mb-0">%s</ul>') % items

    def _granters(self):
        """:return: who grants limits, in words"""
        managers = self.env.ref(MANAGER).sudo().all_user_ids
        names = self.sudo().company_id._trade_staff(managers).mapped("name")
        return self.env._(
            "Limits are granted by %(names)s", names=self._names_told(names)
        )

    def _steps(self):
        """:return: the steps that the reader may take, of all that would help"""
        if self.state not in ("held", "rejected") or not self.verdict:
            return []
        codes = [cure.code for cure in self._loaded()[1].cures]
        steps = dict.fromkeys(step for code in codes for step in STEPS.get(code, ()))
        steps.setdefault("ask")  # whoever may change the order says why it should go
        steps = [*VERDICTS, *steps]
        return [step for step in steps if self._may_step(step)]

    def _may_step(self, step):
        user = self.env.user
        if step in VERDICTS or step == "ask":
            decides = self._may_decide()
            if step != "ask":
                return decides
            own = self._document().sudo(False)
            return self.state == "held" and not decides and own.has_access("write")
        if step in ("items", "payment"):
            able = step == "items" or user.has_group(ACCOUNTANT)
            return able and bool(self._step_moves())
        return user.has_group(USER if step == "file" else MANAGER)

    def _may_decide(self):
        """Tell whether the reader may release this or turn it down."""
        own = self.sudo(False)
        return own.has_access("read") and own.may_release

    def _step_cure(self, code):
        return next((c for c in self._loaded()[1].cures if c.code == code), None)

    def _step_moves(self):
        """:return: the invoices that have to be paid, as far as the user reads them"""
        cures = filter(None, map(self._step_cure, ("pay", "wait")))
        lines = [item.line for cure in cures for item in cure.items if item.line]
        moves = self.env["account.move.line"].sudo().browse(lines).exists().move_id
        return self.env["credit.wording"]._readable(moves)

    def _step_file(self):
        """:return: the file that a step is about: a group's where that is too full"""
        cure = self._step_cure("ask") or self._step_cure("lift")
        file = self.env["credit.file"].sudo(False).browse(cure and cure.file or None)
        return file.exists() or self.file_id.sudo(False)

    def _open_step(self, step):
        """:return: the action of a step; False if the user cannot take it any more"""
        self.ensure_one()
        decision = self.sudo()
        return step in decision._steps() and getattr(decision, f"_open_{step}")()

    def _open_release(self):
        return self.sudo(False).action_ask_release()

    def _open_reject(self):
        return self.sudo(False).action_ask_reject()

    def _open_items(self):
        moves = self._step_moves()
        if len(moves) == 1:
            return form_of(moves)
        name = self.env._("To Be Paid")
        return list_of(moves, name, [("id", "in", moves.ids)])

    def _open_payment(self):
        return self._step_moves().action_register_payment()

    def _open_ask(self):
        return self._document().sudo(False).action_credit_ask()

    def _open_grant(self):
        context = {"default_file_ids": self._step_file().ids}
        cure = self._step_cure("ask")
        if cure:
            limit = next(
                (lv.limit for lv in self._loaded()[0].levels if lv.file == cure.file), 0
            )
            context["default_amount"] = (limit or 0) + cure.amount
        dialog = self.env["credit.grant"].sudo(False)
        return dialog_for(dialog, self.env._("Grant a Limit"), context)

    def _open_file(self):
        return form_of(self._step_file())

    def _open_new_file(self):
        context = {"default_partner_id": self.partner_id.id}
        return form_of(self.env["credit.file"], context=context)
