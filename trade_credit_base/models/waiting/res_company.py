from odoo import fields, models


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
        return self._trade_people(self.env.ref(group).sudo().all_user_ids)

    def _trade_people(self, users):
        """Return those of some users who can be given something to do: the system
        itself is nobody, nor is who left."""
        return self._trade_staff(users) - self.env.ref("base.user_root")

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

    def _trade_first(self, candidates):
        """Return the first of some users who is there, or who stands in for them.

        :param candidates: res.users, the first choice first; archived ones may be there
        :return: one user or none
        """
        people = candidates.sudo()._trade_instead(self._trade_day())
        return self._trade_people(people)[:1].with_env(self.env)
