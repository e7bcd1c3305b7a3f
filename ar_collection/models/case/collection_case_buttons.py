from odoo import api, fields, models

from ..run.collection_run import COLLECTOR

# Stat button: what it counts, of which records of the case it leads to
COUNTED = {
    "action_count": "collection.action",
    "promise_count": "collection.promise",
    "dispute_count": "collection.dispute",
    "letter_count": "collection.letter",
}


class CollectionCase(models.Model):
    """What a case shows at a glance, and where each figure leads."""

    _inherit = "collection.case"

    phone = fields.Char(related="partner_id.phone")
    email = fields.Char(related="partner_id.email")
    timeline_ids = fields.One2many("collection.timeline", "case_id")
    owed = fields.Monetary(
        "Open in All",
        compute="_compute_amounts",
        help="All open items, late or not, payments and credits deducted.",
    )
    promised = fields.Monetary(
        compute="_compute_amounts", help="What open promises still have to bring."
    )
    disputed = fields.Monetary(
        compute="_compute_amounts",
        help="Disputes that are to be decided, or valid and not resolved.",
    )
    item_count = fields.Integer("Open Items", compute="_compute_amounts")
    broken_count = fields.Integer("Broken Promises", compute="_compute_counts")
    action_count = fields.Integer("Actions Taken", compute="_compute_counts")
    promise_count = fields.Integer("Number of Promises", compute="_compute_counts")
    dispute_count = fields.Integer("Number of Disputes", compute="_compute_counts")
    letter_count = fields.Integer("Number of Letters", compute="_compute_counts")
    other_case_count = fields.Integer("Earlier Cases", compute="_compute_counts")
    is_worked_on = fields.Boolean(
        compute="_compute_is_worked_on", help="You own this case, or you collect."
    )

    @api.depends("item_ids.residual", "promise_ids.state", "dispute_ids.state")
    def _compute_amounts(self):
        for case in self:
            items = case.item_ids.filtered(lambda item: item.state == "open")
            promises = case.promise_ids.filtered(lambda each: each.state == "open")
            disputes = case.dispute_ids.filtered(
                lambda each: each.state in ("open", "valid")
            )
            case.owed = sum(items.mapped("residual"))
            case.item_count = len(items)
            case.promised = sum(each.amount - each.received for each in promises)
            case.disputed = sum(disputes.mapped("amount"))

    @api.depends("action_ids", "promise_ids.state", "dispute_ids", "letter_ids")
    def _compute_counts(self):
        for name, model in COUNTED.items():
            counts = self._counts(model, [("case_id", "in", self.ids)], "case_id")
            for case in self:
                case[name] = counts.get(case, 0)
        broken = [("case_id", "in", self.ids), ("state", "=", "broken")]
        broken = self._counts("collection.promise", broken, "case_id")
        same = [("partner_id", "in", self.partner_id.ids)]
        pairs = {
            (partner, company): count
            for partner, company, count in self._read_group(
                same, ["partner_id", "company_id"], ["__count"]
            )
        }
        for case in self:
            case.broken_count = broken.get(case, 0)
            pair = (case.partner_id, case.company_id)
            case.other_case_count = max(0, pairs.get(pair, 0) - 1)

    def _counts(self, model, domain, field):
        return dict(self.env[model]._read_group(domain, [field], ["__count"]))

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_is_worked_on(self):
        collects = self.env.user.has_group(COLLECTOR)
        for case in self:
            own = not case.user_id or case.user_id == self.env.user
            case.is_worked_on = own or collects

    # === ACTION METHODS === #

    def action_take_over(self):
        """Make the user the owner of cases that have none."""
        self.filtered(lambda case: not case.user_id).user_id = self.env.user
        return True

    def action_call(self):
        """Return the dialog in which a call is written down.

        :rtype: dict
        """
        return self._dialog("collection_talk_action", default_kind="call")

    def action_visit(self):
        """Return the dialog in which a visit is written down.

        :rtype: dict
        """
        return self._dialog("collection_talk_action", default_kind="visit")

    def action_note(self):
        """Return the dialog in which a note is written down.

        :rtype: dict
        """
        return self._dialog("collection_talk_action", default_kind="note")

    def action_promise(self):
        """Return the dialog in which a promise to pay is taken.

        :rtype: dict
        """
        return self._dialog("collection_promise_make_action")

    def action_dispute(self):
        """Return the dialog in which a dispute is raised.

        :rtype: dict
        """
        return self._dialog("collection_dispute_raise_action")

    def action_open_items(self):
        """Return the list of this customer's open items.

        :rtype: dict
        """
        return self._records("collection_item_action", {"search_default_open": 1})

    def action_open_actions(self):
        """Return the list of what was done on this case.

        :rtype: dict
        """
        return self._records("collection_action_action")

    def action_open_promises(self):
        """Return the list of this case's promises.

        :rtype: dict
        """
        return self._records("collection_promise_action")

    def action_open_disputes(self):
        """Return the list of this case's disputes.

        :rtype: dict
        """
        return self._records("collection_dispute_action")

    def action_open_letters(self):
        """Return the list of the letters of this case.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Letters"),
            "res_model": "collection.letter",
            "views": [(False, "list"), (False, "form")],
            "domain": [("case_id", "=", self.id)],
        }

    def action_open_deliveries(self):
        """Return the list of what went out on this case, and of what came back.

        :rtype: dict
        """
        return self._records("collection_delivery_action")

    def action_open_other_cases(self):
        """Return the list of all cases of this customer.

        :rtype: dict
        """
        self.ensure_one()
        action = self._records("collection_case_action")
        action["domain"] = [
            ("partner_id", "=", self.partner_id.id),
            ("company_id", "=", self.company_id.id),
        ]
        return action

    # === BUSINESS METHODS === #

    def _dialog(self, xmlid, **context):
        self.ensure_one()
        action = self._action(xmlid)
        action["context"] = {"default_case_id": self.id, **context}
        return action

    def _records(self, xmlid, context=None):
        self.ensure_one()
        action = self._action(xmlid)
        action.update(domain=[("case_id", "=", self.id)], context=context or {})
        return action

    def _action(self, xmlid):
        return self.env["ir.actions.actions"]._for_xml_id(f"ar_collection.{xmlid}")
