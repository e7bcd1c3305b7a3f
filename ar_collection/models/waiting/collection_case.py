from odoo import api, fields, models

from odoo.addons.trade_credit_base.models.waiting.trade_waiting import Wait

from ...groups import COLLECTOR, MANAGER

OPEN = ("state", "=", "open")
KEY = {"is_key", "key_user_id", "key_target_on", "key_agreed", "key_department"}
UNREACHED = [("state", "=", "unreached")]
GOES_ON = [
    OPEN,
    ("residual", ">", 0),
    ("paused_since", "=", False),
    ("no_followup", "=", False),
]

# What a later step's task overtook is asked no more: that is its effect's outcome
ASKED = [
    ("effect_ids", "any", [("code", "=", "reason"), ("outcome", "=", False)]),
    ("state", "not in", ("settled", "held_out")),
]


class CollectionCase(models.Model):
    """What waits on a case: a dispute to decide on, the reason to be found out, an
    address, what was agreed for a key collection."""

    _inherit = "collection.case"

    is_unreached = fields.Boolean(
        "No Address",
        compute="_compute_is_unreached",
        help="A letter waits until somebody enters an address of the customer.",
    )

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

    @api.depends("delivery_ids.state")
    def _compute_is_unreached(self):
        for case in self:
            case.is_unreached = bool(case.delivery_ids.filtered_domain(UNREACHED))

    # === WHAT WAITS === #

    @api.model
    def _waits(self):
        return [
            *super()._waits(),
            Wait(
                "dispute",
                [("dispute_ids", "any", [OPEN])],
                "dispute_ids.raised_on",
                MANAGER,
                COLLECTOR,
                "ar_collection.activity_dispute",
                among=[OPEN],
            ),
            Wait(
                "reason",
                [
                    *(OPEN, ("reason_id", "=", False), ("action_ids", "any", ASKED)),
                    ("item_ids", "any", GOES_ON),
                ],
                "action_ids.date",
                MANAGER,
                among=ASKED,
            ),
            Wait(
                "address",
                [OPEN, ("delivery_ids", "any", UNREACHED)],
                "delivery_ids.date",
                MANAGER,
                among=UNREACHED,
            ),
            Wait(
                "key",
                [OPEN, ("is_key", "=", True), ("key_target_on", "!=", False)],
                "key_target_on",
                MANAGER,
            ),
        ]

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
        if wait.code == "address":
            return self.env._("No address: find one, the letter waits for it")
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
            self._follow_waits("reason", "key", "address")
        return res

    def _move_activities(self, before):
        """Give what former owners still had to do to the new ones.

        :param before: {case: its former owner}
        """
        about = [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        for activities, cases in self.env["mail.activity"].sudo()._trade_given(about):
            given = activities.grouped("res_id")
            for case in cases.filtered(lambda each: each.user_id != before[each]):
                moved = given[case.id].filtered(
                    lambda each, former=before[case]: (
                        (each.trade_for_id or each.user_id) == former
                    )
                )
                user, absent = case.company_id._trade_who(case.user_id, case)
                if moved and user:
                    moved._trade_give(user, absent)
        self.sudo().measure_ids._follow_waits("carry_out")

    @api.model
    def _before_waits(self, company):
        """The items follow the ledger first: what is paid is not to be done."""
        items = self.env["collection.item"].sudo()
        items._sync(company, company._trade_day())
        items._end_activities(company)
        return super()._before_waits(company)
