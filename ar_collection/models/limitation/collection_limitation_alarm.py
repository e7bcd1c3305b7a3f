from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL, format_date

from ...core.limitation import ALARMS, alarm


class CollectionItem(models.Model):
    """Alarms before items can be sued for no longer: 180, 90 and 30 days, each once."""

    _inherit = "collection.item"

    @api.model
    def _alarm_limitation(self, company, day):
        """Give the owners of cases something to do about items that run out.

        A case has one activity for all its items that reached an alarm together. Items
        that ran out are told on the case: nothing can be done about them any more.

        :param company: a root company
        :param date day: today, where the company is
        """
        rows = self._alarms(company, day)
        cases = self.env["collection.case"].browse([row[0] for row in rows])
        cases.fetch(["user_id", "partner_id"])
        pressing, over, alarmed = [], {}, defaultdict(list)
        for case_id, days, ids in rows:
            case, items = cases.browse(case_id), self.browse(ids)
            alarmed[days] += ids
            if days:
                pressing.append(items._limitation_activity(case, day))
            else:
                over[case_id] = items._limitation_over(case)
        Activity = self.env["mail.activity"].sudo()
        Activity.with_context(mail_activity_quick_update=True).create(pressing)
        cases.browse(over)._message_log_batch(bodies=over)
        for days, ids in alarmed.items():
            self.browse(ids).sudo().write({"limitation_alarm": days})

    def _alarms(self, company, day):
        """Return items that reached an alarm which was not given yet, by case.

        :return: list of (case id, days before the end or 0 when over, item ids)
        """
        reached = defaultdict(list)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT case_id, id, limitation_date, limitation_alarm
                  FROM collection_item
                 WHERE company_id = %(company)s AND state = 'open' AND residual > 0
                   AND case_id IS NOT NULL
                   AND (limitation_alarm IS NULL OR limitation_alarm > 0)
                   AND limitation_date <= %(day)s::date + %(first)s
                 ORDER BY case_id, limitation_date, id
                """,
                company=company.id,
                day=day,
                first=max(ALARMS),
            )
        )
        for case_id, item_id, until, given in rows:
            days = alarm(until, day)
            if given is None or given > days:
                reached[case_id, days].append(item_id)
        return [(*key, ids) for key, ids in sorted(reached.items())]

    def _limitation_activity(self, case, day):
        """:return: values of the activity about these items, in the owner's words"""
        owner = (
            case.user_id
            or case.company_id.collection_collector_id
            or case.partner_id.user_id
        )
        speaking = self.with_context(lang=owner.lang or self.env.lang)
        first = min(self.mapped("limitation_date"))
        return {
            "res_model_id": self.env["ir.model"]._get_id(case._name),
            "res_id": case.id,
            "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
            "user_id": owner.id,
            "date_deadline": day,
            "summary": speaking.env._(
                "Claims can be sued for only until %(date)s",
                date=format_date(speaking.env, first),
            ),
            "note": speaking.env._(
                "Serve a letter and keep its proof, have a statement acknowledged, or "
                "propose legal action: %(claims)s.",
                claims=speaking._limitation_claims(),
            ),
        }

    def _limitation_over(self, case):
        """:return: what the case says about these items once their period is over"""
        speaking = self.with_context(lang=case.user_id.lang or self.env.lang)
        return speaking.env._(
            "The limitation period is over; the customer may refuse to pay: "
            "%(claims)s. Propose a write-off if nothing more is to be had.",
            claims=speaking._limitation_claims(),
        )

    def _limitation_claims(self):
        return ", ".join(
            self.env._(
                "%(number)s (%(amount)s, until %(date)s)",
                number=item.number,
                amount=item.currency_id.format(item.residual),
                date=format_date(self.env, item.limitation_date),
            )
            for item in self
        )
