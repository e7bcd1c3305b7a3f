from odoo import models
from odoo.tools import format_date

from .collection_case_record import Entry


class CollectionCase(models.Model):
    """How each kind of record reads in the timeline of its case."""

    _inherit = "collection.case"

    def _record_actions(self, action):
        what = self._record_label(action, "kind")
        if action.stage_id:
            what = f"{what}: {action.stage_id.name}"
        parts = [self._record_label(action, "state"), action.note, action.documents]
        parts.append(action.reason_id.name)
        if action.amount:
            parts.append(action.currency_id.format(action.amount))
        return [Entry(action.date, what, self._record_join(parts), action.user_id.name)]

    def _record_letters(self, letter):
        amount = letter.currency_id.format(letter.amount)
        what = self.env._(
            "%(kind)s %(number)s",
            kind=self._record_label(letter, "kind"),
            number=letter.number,
        )
        written = self.env._(
            "Written to %(recipient)s over %(amount)s.",
            recipient=letter.recipient_id.display_name,
            amount=amount,
        )
        entries = [Entry(letter.date, what, written, letter.user_id.name)]
        for delivery in letter.delivery_ids.filtered("sent_on"):
            sent = [
                self._record_label(delivery, "channel"),
                delivery.recipient,
                self._record_label(delivery, "state"),
                delivery.failure,
            ]
            entries.append(Entry(delivery.sent_on, what, self._record_join(sent)))
        if letter.served_on:
            served = self.env._("Served: %(how)s", how=letter.served_how or "–")
            by = letter.served_by_id.name
            entries.append(Entry(letter.served_on, what, served, by))
        return entries

    def _record_statements(self, statement):
        what = self.env._(
            "Statement of account as of %(date)s",
            date=format_date(self.env, statement.date),
        )
        amount = statement.currency_id.format(statement.amount)
        said = [
            (statement.sent_on, self.env._("Sent"), statement.sent_by_id),
            (
                statement.acknowledged_on,
                self.env._("Acknowledged by the customer"),
                statement.answered_by_id,
            ),
            (
                statement.contested_on,
                self.env._(
                    "Contested by the customer: %(why)s",
                    why=statement.contested_reason or "–",
                ),
                statement.answered_by_id,
            ),
        ]
        return [
            Entry(on, what, f"{text} ({amount})", by.name)
            for on, text, by in said
            if on
        ]

    def _record_promises(self, promise):
        said = self.env._(
            "%(amount)s promised for %(date)s.",
            amount=promise.currency_id.format(promise.amount),
            date=format_date(self.env, promise.date),
        )
        what = self.env._("Promise to pay")
        said = self._record_join([said, promise.note])
        entries = [Entry(promise.made_on, what, said, promise.user_id.name)]
        if promise.settled_on:
            state = self._record_label(promise, "state")
            entries.append(Entry(promise.settled_on, what, f"{state}. {said}"))
        return entries

    def _record_disputes(self, dispute):
        what = self.env._("Dispute")
        amount = dispute.currency_id.format(dispute.amount)
        about = [dispute.reason_id.name, amount]
        about += [", ".join(dispute.item_ids.mapped("number")), dispute.description]
        raised = self._record_join(about)
        entries = [Entry(dispute.raised_on, what, raised, dispute.raised_by_id.name)]
        if dispute.judged_on:
            valid = dispute.state == "valid" or bool(dispute.resolution)
            verdict = self.env._("Valid") if valid else self.env._("Not valid")
            said = self._record_join(
                [verdict, dispute.reason_id.name, dispute.judgement]
            )
            by = dispute.judged_by_id.name
            entries.append(Entry(dispute.judged_on, what, said, by))
        if dispute.resolved_on:
            said = [
                self._record_label(dispute, "resolution"),
                dispute.credit_note_id.name,
                dispute.resolution_note,
            ]
            by = dispute.resolved_by_id.name
            said = self._record_join(said)
            entries.append(Entry(dispute.resolved_on, what, said, by))
        return entries

    def _record_measures(self, measure):
        what = self._record_label(measure, "kind")
        amount = measure.currency_id.format(measure.amount)
        rejected = measure.state == "rejected"
        decided = self.env._("Rejected") if rejected else self.env._("Approved")
        done = [self.env._("Carried out"), measure.move_id.name]
        steps = [
            (
                measure.proposed_on,
                [self.env._("Proposed"), amount, measure.reason],
                measure.proposed_by_id,
            ),
            (
                measure.decided_on,
                [decided, amount, measure.decision_note],
                measure.decided_by_id,
            ),
            (measure.done_on, done, measure.done_by_id),
            (
                measure.ended_on,
                [self.env._("Ended"), measure.outcome],
                self.env["res.users"],
            ),
        ]
        return [
            Entry(on, what, self._record_join(said), by.name)
            for on, said, by in steps
            if on
        ]

    def _record_handovers(self, handover):
        said = self.env._(
            "From %(giver)s to %(taker)s.",
            giver=handover.from_id.name,
            taker=handover.to_id.name,
        )
        what = self.env._("Handed over")
        return [Entry(handover.date, what, said, handover.confirmed_by_id.name)]

    # === HELPERS === #

    def _record_label(self, record, name):
        """:return: what a selection says, in the reader's language"""
        labels = dict(record._fields[name]._description_selection(self.env))
        return labels.get(record[name]) or ""

    def _record_join(self, parts):
        return " · ".join(filter(None, parts))
