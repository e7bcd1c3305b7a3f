from odoo import api, models
from odoo.exceptions import UserError


class CollectionCase(models.Model):
    """How a measure is proposed on a case, by a person or by the procedure."""

    _inherit = "collection.case"

    def _propose_measure(self, kind, reason, items=None):
        """Propose a protective measure, in the name of the current user.

        :param str kind: of ``collection.measure``
        :param str reason: for whoever decides
        :param items: collection.item records of this case; by default all that are
            overdue and not paid
        :return: the measure
        :raises AccessError: if the user neither owns the case nor is a collector
        :raises UserError: if nothing is open, or such a measure waits already
        """
        self.ensure_one()
        self.check_access("write")
        if not (reason or "").strip():
            raise UserError(self.env._("Give the reason for the measure."))
        case = self.sudo()
        items = case._overdue_items() if items is None else items.sudo()
        items = items.filtered(lambda each: each.residual > 0 and each.state == "open")
        if not items or items.case_id != case:
            raise UserError(self.env._("Choose items of this case that are open."))
        case._check_not_waiting(kind, items)
        measure = (
            self.env["collection.measure"]
            .sudo()
            ._propose([case._measure_values(kind, reason, items)])
        )
        return measure.sudo(self.env.su)

    def _overdue_items(self):
        today = self.company_id._trade_day()
        return self.item_ids.filtered(
            lambda each: (
                each.state == "open" and each.residual > 0 and each.date_due < today
            )
        )

    def _check_not_waiting(self, kind, items):
        waiting = self.env["collection.measure"].search(
            [
                ("case_id", "=", self.id),
                ("kind", "=", kind),
                ("state", "in", ("proposed", "approved")),
            ]
        )
        if waiting and (kind != "write_off" or waiting.item_ids & items):
            raise UserError(
                self.env._(
                    "%(measure)s waits on this case already, since %(date)s. Have it "
                    "decided or carried out first.",
                    measure=waiting[:1].display_name,
                    date=waiting[:1].proposed_on,
                )
            )
        if kind == "write_off" and len(items.line_id.company_id) > 1:
            raise UserError(
                self.env._(
                    "These items are in the books of %(companies)s. Propose a "
                    "write-off for each of them.",
                    companies=", ".join(items.line_id.company_id.mapped("name")),
                )
            )

    def _measure_values(self, kind, reason, items):
        self.ensure_one()
        return {
            "case_id": self.id,
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "kind": kind,
            "item_ids": [(6, 0, items.ids)],
            "amount": sum(items.mapped("residual")),
            "reason": reason,
            "proposed_by_id": self.env.uid,
            "proposed_on": self.company_id._trade_day(),
        }


class CollectionMeasure(models.Model):
    """What happens when measures are proposed."""

    _inherit = "collection.measure"

    @api.model
    def _propose(self, values):
        """Write proposals down, tell their cases, ask those who decide.

        :param values: list of values, see ``collection.case._measure_values``
        :return: the measures
        """
        measures = self.with_context(mail_create_nolog=True).create(values)
        measures = measures.with_env(self.env)
        measures.case_id._message_log_batch(
            bodies={
                measure.case_id.id: self.env._(
                    "%(measure)s over %(amount)s was proposed: %(reason)s",
                    **measure._said(reason=measure.reason),
                )
                for measure in measures
            }
        )
        measures._ask_deciders()
        return measures

    @api.model
    def _open_kinds(self, cases):
        """:return: {case id: kinds that wait or are in force}"""
        rows = self.sudo()._read_group(
            [
                ("case_id", "in", cases.ids),
                ("state", "in", ("proposed", "approved", "done")),
                ("ended_on", "=", False),
            ],
            ["case_id", "kind"],
        )
        kinds = {}
        for case, kind in rows:
            kinds.setdefault(case.id, set()).add(kind)
        return kinds


class CollectionEffect(models.Model):
    """The step of the procedure that proposes measures by amount."""

    _inherit = "collection.effect"

    @api.model
    def _effects(self):
        return [
            *super()._effects(),
            ("measures", self.env._("Propose protective measures by amount")),
        ]

    def _effect_measures(self):
        """Propose to end the relationship or, from the company's amount on, to sue.

        A case where the same or legal action waits or is in force gets no second one.
        """
        Measure = self.env["collection.measure"].sudo()
        actions = self.action_id.filtered("case_id")
        known = Measure.search([("action_id", "in", actions.ids)]).action_id
        open_kinds = Measure._open_kinds(actions.case_id)
        values = []
        for action in actions - known:
            case = action.case_id.sudo()
            items = case._overdue_items()
            amount = sum(items.mapped("residual"))
            sue = amount >= action.company_id.collection_legal_amount
            kind = "legal_action" if sue else "end_relationship"
            if not items or open_kinds.get(case.id, set()) & {kind, "legal_action"}:
                continue
            values.append(
                {
                    **case._measure_values(kind, action._measure_reason(), items),
                    "action_id": action.id,
                    "proposed_by_id": self.env.ref("base.user_root").id,
                }
            )
        Measure._propose(values)


class CollectionAction(models.Model):
    """What a step of the procedure says to those who decide."""

    _inherit = "collection.action"

    def _measure_reason(self):
        self.ensure_one()
        return self.env._(
            "The procedure reached “%(stage)s”: %(amount)s are overdue, the oldest "
            "item by %(days)s days.",
            stage=self.stage_id.name,
            amount=self.currency_id.format(self.case_id.overdue),
            days=self.case_id.days_late,
        )
