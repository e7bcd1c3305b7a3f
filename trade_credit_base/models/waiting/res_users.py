from odoo import api, fields, models
from odoo.exceptions import ValidationError

AWAY = ["trade_substitute_id", "trade_away_from", "trade_away_until"]


class ResUsers(models.Model):
    """Who stands in for a user, from a day to a day. It gives nobody a right."""

    _inherit = "res.users"

    trade_substitute_id = fields.Many2one(
        "res.users",
        "Substitute",
        domain="[('share', '=', False), ('id', '!=', id)]",
        ondelete="set null",
        help="Is given what waits for this user while they are away, as far as the "
        "substitute may do it. Afterwards it goes back.",
    )
    trade_away_from = fields.Date("Away From")
    trade_away_until = fields.Date("Away Until")

    @property
    def SELF_READABLE_FIELDS(self):  # noqa: N802, as Odoo has it
        return [*super().SELF_READABLE_FIELDS, *AWAY]

    @property
    def SELF_WRITEABLE_FIELDS(self):  # noqa: N802, as Odoo has it
        return [*super().SELF_WRITEABLE_FIELDS, *AWAY]

    @api.constrains(*AWAY)
    def _check_trade_away(self):
        for user in self.filtered("trade_substitute_id"):
            start, end = user.trade_away_from, user.trade_away_until
            if not (start and end) or end < start:
                raise ValidationError(
                    self.env._(
                        "Enter from when until when %(substitute)s stands in for "
                        "%(user)s.",
                        substitute=user.trade_substitute_id.name,
                        user=user.name,
                    )
                )
            if user.trade_substitute_id.share or user.share:
                raise ValidationError(
                    self.env._(
                        "Portal users do not stand in for anybody: choose somebody who "
                        "works here."
                    )
                )
            if user.trade_substitute_id == user:
                raise ValidationError(
                    self.env._("Nobody stands in for themselves: choose somebody else.")
                )

    def write(self, vals):
        # Odoo writes one's own preferences past access rights
        own = {name: vals[name] for name in AWAY if name in vals}
        if own:
            self._trade_check_given(own)
            substitute = self.browse(own.get("trade_substitute_id") or ())
            if substitute != substitute.exists():
                raise ValidationError(
                    self.env._("This user does not exist any more: choose another one.")
                )
        if vals.get("active") is False:
            self._trade_hand_on()
        return super().write(vals)

    def action_archive(self):
        self._trade_hand_on()  # Odoo deletes what is left
        return super().action_archive()

    def _trade_hand_on(self):
        """Give what these users still had to do for us to whom it falls to now."""
        Activity, waiting = self.env["mail.activity"].sudo(), self.env["trade.waiting"]
        own = [("user_id", "in", self.ids), ("trade_wait", "!=", False)]
        for model, some in Activity.search(own).grouped("res_model").items():
            records = self.env[model].sudo().browse(set(some.mapped("res_id")))
            if codes := waiting._wait_codes(records) & {*some.mapped("trade_wait")}:
                records._follow_waits(*codes, left=self)
        mine = ["|", ("user_id", "in", self.ids), ("trade_for_id", "in", self.ids)]
        for some, records in Activity._trade_given(mine):
            heirs = {record.id: self._trade_heir(record) for record in records}
            for (user, owner), activities in some.grouped(
                lambda each, heirs=heirs: heirs[each.res_id]
            ).items():
                if user:
                    activities._trade_give(user, owner)

    def _trade_heir(self, record):
        """Return who has what these users had to do about a record once they left, and
        for whom if they stand in."""
        company = record["company_id"] if "company_id" in record else None
        company = (company or self[:1].company_id).root_id
        return company._trade_who(company._trade_heirs(record, self) - self, record)

    def _trade_opens(self, records, group=""):
        """Return those of some records that this user may read, if they are in a group.

        :param str group: xml id; nothing for everybody
        """
        if group and not self.has_group(group):
            return records.browse()
        reader = records.with_user(self).with_context(
            allowed_company_ids=self.sudo().company_ids.ids
        )
        return reader._filtered_access("read").with_env(records.env)

    def _trade_is_away(self, day):
        """Tell whether somebody stands in for this user on a day."""
        return bool(
            self.trade_substitute_id
            and self.trade_away_from <= day <= self.trade_away_until
        )

    def _trade_instead(self, day):
        """Return who does what is these users' on a day: themselves, or before them
        those who stand in for them then."""
        people = self.browse()
        for user in self:
            away = user._trade_is_away(day)
            people |= (user.trade_substitute_id if away else user) | user
        return people

    def _trade_leaders(self):
        """Return the leaders of the sales teams that these users are or were in."""
        if "crm.team.member" not in self.env or not self:
            return self.browse()
        members = self.env["crm.team.member"].sudo().with_context(active_test=False)
        own = members.search(
            [("user_id", "in", self.ids)], order="active desc, id desc"
        )
        return own.crm_team_id.user_id.with_env(self.env)
