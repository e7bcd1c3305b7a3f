from markupsafe import Markup

from odoo import fields, models
from odoo.tools import format_date

from ...core.facts import WARN
from ..order.sale_order import CURE_ACTIVITY, RELEASE_ACTIVITY


class CreditDecision(models.Model):
    """Who hears of a decision, and how."""

    _inherit = "credit.decision"

    def _tell(self):
        """Tell what was just decided: holds to salespersons and releasers, warnings
        on the order. What passed quietly stays quiet."""
        held = self.filtered(lambda d: d.state == "held")
        held.filtered(lambda d: not d._says_nothing_new())._tell_held()
        waited = (self - held).filtered("previous_id")
        if waited:
            waited.order_id._credit_close_activities()
        warned = (self - held).filtered(lambda d: d.verdict["action"] == WARN)
        if warned:
            bodies = {d.order_id.id: d._for_owner()._warning_note() for d in warned}
            warned.order_id.sudo()._message_log_batch(bodies=bodies)

    def _says_nothing_new(self):
        before = self.previous_id
        return before.state == "superseded" and before.verdict == self.verdict

    def _tell_held(self):
        orders = self.order_id
        if not orders:
            return
        orders._credit_close_activities()
        orders._message_log_batch(
            bodies={
                decision.order_id.id: decision._for_owner()._held_note()
                for decision in self
            }
        )
        self.env["mail.activity"].create(
            [values for decision in self for values in decision._activity_values()]
        )

    def _question(self):
        """Return what a confirmed order says of a release that was asked for."""
        self.ensure_one()
        return self.env._(
            "A release up to %(amount)s was asked for on %(day)s; nobody has decided "
            "on it yet.",
            amount=self.order_currency_id.format(self.order_amount),
            day=format_date(self.env, self.asked_on),
        )

    def _for_owner(self):
        return self.with_env(self.order_id._credit_for_owner().env)

    def _warning_note(self):
        return self.env._("Credit warning: %s", self.reasons)

    def _held_note(self):
        """:return: Markup with reasons and cures"""
        return Markup("<p><b>%s</b></p>%s<p>%s</p>%s") % (
            self.env._("Credit hold"),
            self._as_list(self.reasons),
            self.env._("What would let it go:"),
            self._as_list(self.cures),
        )

    def _as_list(self, lines):
        items = (Markup("<li>%s</li>") % line for line in (lines or "").splitlines())
        return Markup("<ul>%s</ul>") % Markup("").join(items)

    def _activity_values(self):
        """An activity for each who may release, and one for who has to mend it."""
        model = self.env["ir.model"]._get_id("sale.order")
        today = fields.Date.context_today(self)
        asked = [(RELEASE_ACTIVITY, user) for user in self._releasers()]
        if self.salesperson_id.active:
            asked.append((CURE_ACTIVITY, self.salesperson_id))
        return [
            {
                "res_model_id": model,
                "res_id": self.order_id.id,
                "activity_type_id": self.env.ref(xmlid).id,
                "user_id": user.id,
                "automated": True,
                "date_deadline": today,
                "note": self.with_context(lang=user.lang)._held_note(),
            }
            for xmlid, user in asked
        ]
