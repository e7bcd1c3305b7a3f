from odoo import api, fields, models


class MailActivity(models.Model):
    """What an activity waits for: by it the activity is found, moved and ended."""

    _inherit = "mail.activity"

    trade_wait = fields.Char("Waits For", readonly=True, copy=False)
    trade_for_id = fields.Many2one(
        "res.users",
        "Stands In For",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Is given back to this user once they are there again.",
    )

    _trade_wait_idx = models.Index(
        "(res_model, trade_wait) WHERE trade_wait IS NOT NULL"
    )

    def write(self, vals):
        if "user_id" in vals:  # whoever gives it to somebody means them
            vals = {"trade_for_id": False, **vals}
        return super().write(vals)

    @api.model
    def _trade_stand_in(self):
        """Let substitutes have what was given once to who is away, as far as they may
        open it; and give it back to who is there again. What waits as long as its
        reason does is moved by that, see ``trade.waiting``."""
        users = self.env["res.users"].sudo()
        away = users.search([("trade_substitute_id", "!=", False)])
        for activities, records in self.sudo()._trade_given(
            ["|", ("trade_for_id", "!=", False), ("user_id", "in", away.ids)]
        ):
            for owner, own in activities.grouped(
                lambda each: each.trade_for_id or each.user_id
            ).items():
                day = owner.company_id._trade_day()
                user = owner._trade_instead(day)[:1]
                readable = user._trade_opens(records)._ids if user != owner else ()
                stays = own.filtered(lambda each, ids=readable: each.res_id not in ids)
                (own - stays)._trade_give(user, owner)
                stays._trade_give(owner)

    @api.model
    def _trade_given(self, domain):
        """Return activities that were given once, by what they are about.

        :return: list of (activities, records of one model)
        """
        found = self.search([("trade_wait", "!=", False), *domain])
        given = []
        for model, some in found.grouped("res_model").items():
            records = self.env[model].browse(set(some.mapped("res_id")))
            codes = records.env["trade.waiting"]._wait_codes(records)
            if once := some.filtered(
                lambda each, own=codes: each.trade_wait not in own
            ):
                given.append((once, records))
        return given

    def _trade_give(self, user, owner=None):
        """Let a user have these activities, without a mail about each.

        :param owner: whom they stand in for
        """
        owner = owner if owner and owner != user else self.env["res.users"]
        moved = self.filtered(
            lambda each: (each.user_id, each.trade_for_id) != (user, owner)
        ).with_context(mail_activity_quick_update=True)
        if moved:
            moved.write({"user_id": user.id, "trade_for_id": owner.id})
