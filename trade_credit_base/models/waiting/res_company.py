from odoo import SUPERUSER_ID, fields, models


class ResCompany(models.Model):
    """Who is given something to do, and when somebody else hears of it."""

    _inherit = "res.company"

    trade_wait_days = fields.Integer(
        "Managers Hear After (days)",
        default=7,
        help="What waits for a person longer than so many days is put to managers too.",
    )

    _trade_wait_days_positive = models.Constraint(
        "CHECK (trade_wait_days > 0)",
        "Managers hear of what waits after one day at the earliest.",
    )

    def _trade_able(self, group):
        """Return the members of a group who work for this company; none is archived,
        and the system itself is nobody.

        :param str group: xml id; nothing for nobody
        """
        users = self.env["res.users"]
        if not group:
            return users
        group_id = self.env["ir.model.data"]._xmlid_to_res_id(group)  # no query
        members = self.env["res.groups"].sudo().browse(group_id).all_user_ids
        return self._trade_people(members)

    def _trade_people(self, users):
        """Return those of some users who can be given something to do: the system
        itself is nobody, nor is who left."""
        return self._trade_staff(users) - users.browse(SUPERUSER_ID)

    def _trade_heirs(self, record, left=None):
        """Return to whom something about a record falls, the first choice first: its
        owner, the customer's salesperson, the leaders of their teams. Extend with more.

        :param left: users who had it before
        """
        users = record.user_id if "user_id" in record else self.env["res.users"]
        if record._name != "res.partner" and "partner_id" in record:
            users |= record.partner_id.user_id
        if self._trade_people(users - (left or users.browse())):
            return users  # leaders are looked up where nobody else is there
        return users | (users | (left or users))._trade_leaders()

    def _trade_who(self, candidates, record):
        """Return the first of some users who is there, or who stands in for them, and
        may open a record; and for whom they stand in.

        :param candidates: res.users, the first choice first; archived ones may be there
        :return: one user or none, one user or none
        """
        nobody, day = self.env["res.users"], self._trade_day()
        for owner in self._trade_people(candidates.sudo()):
            for user in self._trade_people(owner._trade_instead(day)):
                if user._trade_opens(record):
                    other = owner if owner != user else nobody
                    return user.with_env(self.env), other.with_env(self.env)
        return nobody, nobody
