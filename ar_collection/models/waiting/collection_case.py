from odoo import api, fields, models

from odoo.addons.trade_credit_base.models.waiting.trade_waiting import Wait

from ...groups import COLLECTOR, MANAGER

OPEN = ("state", "=", "open")
KEY = {"is_key", "key_user_id", "key_target_on", "key_agreed", "key_department"}
GOES_ON = [
    OPEN,
    ("residual", ">", 0),
    ("paused_since", "=", False),
    ("no_followup", "=", False),
]


class CollectionCase(models.Model):
    """What waits on a case: a dispute to decide on, the reason to be found out, what
    was agreed for a key collection."""

    _inherit = "collection.case"

    key_department = fields.Char(
        "Department That Helps",
        tracking=True,
        help="With a key collection: who in the company helps, sales or service, say.",
    )
    key_user_id = fields.Many2one(
        "res.users", "Who Goes There", domain="[('share', '=', False)]", tracking=True
    )
    key_target_on = fields.Date(
        "Target Day", tracking=True, help="By this day it is to be paid or agreed."
    )
    key_agreed = fields.Text(
        "What Was Agreed", help="Is looked at again on the target day."
    )

    # === WHAT WAITS === #

    @api.model
    def _waits(self):
        asked = [
            ("stage_id.effect_ids.code", "=", "reason"),
            ("state", "not in", ("settled", "held_out")),
        ]
        return [
            *super()._waits(),
            Wait(
                "dispute",
                [("dispute_ids", "any", [OPEN])],
                "dispute_ids.raised_on",
                MANAGER,
                COLLECTOR,
                "ar_collection.activity_dispute",
            ),
            Wait(
                "reason",
                [
                    *(OPEN, ("reason_id", "=", False), ("action_ids", "any", asked)),
                    ("item_ids", "any", GOES_ON),
                ],
                "action_ids.date",
                MANAGER,
            ),
            Wait(
                "key",
                [OPEN, ("is_key", "=", True), ("key_target_on", "!=", False)],
                "key_target_on",
                MANAGER,
            ),
        ]

    def _wait_since(self, wait):
        if wait.code == "dispute":
            waiting = self.dispute_ids.filtered(lambda each: each.state == "open")
            return min(waiting.mapped("raised_on"))
        if wait.code == "reason":
            asked = self.action_ids.filtered(
                lambda each: "reason" in each.stage_id.effect_ids.mapped("code")
            )
            return min(asked.mapped("date"))
        return super()._wait_since(wait)

    def _wait_candidates(self, wait):
        company = self.company_id
        if wait.code == "dispute":
            return company.collection_collector_id
        first = self.key_user_id if wait.code == "key" else self.env["res.users"]
        return first | company._trade_heirs(self)

    def _wait_barred(self, wait):
        barred = super()._wait_barred(wait)
        if wait.code == "dispute":
            waiting = self.dispute_ids.filtered(lambda each: each.state == "open")
            # Who raised all of them can decide on none
            raised = waiting.raised_by_id
            return barred | (raised if len(raised) == 1 else barred)
        return barred

    def _wait_words(self, wait):
        if wait.code == "dispute":
            waiting = self.dispute_ids.filtered(lambda each: each.state == "open")
            return waiting[:1].reason_id.name
        if wait.code == "reason":
            return self.env._("Ask why it is not paid, and write the reason down")
        if wait.code == "key":
            return self.env._(
                "Key collection: is it done as agreed? %(agreed)s",
                agreed=(self.key_agreed or "").strip()[:100],
            ).strip()
        return super()._wait_words(wait)

    # === WHOSE THEY ARE === #

    def write(self, vals):
        """Let what is to be done about a case follow it to its new owner."""
        before = {case: case.user_id for case in self} if "user_id" in vals else {}
        res = super().write(vals)
        moved = ({"user_id", "reason_id"} | KEY) & vals.keys()
        if "key_target_on" in vals:  # an activity of another day is another one
            ours = [("res_model", "=", self._name), ("res_id", "in", self.ids)]
            activities = self.env["mail.activity"].sudo()
            activities.search([*ours, ("trade_wait", "=", "key")]).unlink()
        if before:
            self._move_activities(before)
        if moved:
            self._follow_waits("reason", "key")
        return res

    def _move_activities(self, before):
        """Give what former owners still had to do to the new ones.

        :param before: {case: its former owner}
        """
        Activity = self.env["mail.activity"].sudo()
        given = Activity.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("trade_wait", "=", "step"),
            ]
        ).with_context(mail_activity_quick_update=True)
        for case, activities in given.grouped(
            lambda each: self.browse(each.res_id)
        ).items():
            former, owner = before[case], case.sudo().user_id
            if owner and owner != former:
                activities.filtered(
                    lambda each, former=former: each.user_id == former
                ).user_id = owner

    @api.model
    def _follow_all_waits(self, company):
        """The items follow the ledger first: what is paid is not to be done."""
        items = self.env["collection.item"].sudo()
        items._sync(company, company._trade_day())
        items._end_activities(company)
        return super()._follow_all_waits(company)
