from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain


class Wait(NamedTuple):
    """One reason for which records wait for a person."""

    code: str  # is kept on the activity
    domain: list  # the records that wait
    since: str  # the field, or a path, with the day since when they do
    managers: str  # xml id of the group that hears of it once it waited long
    group: str = ""  # xml id of the group that may do it; "" for everybody
    activity: str = "mail.mail_activity_data_todo"


class TradeWaiting(models.AbstractModel):
    """What waits for a person has an owner, an activity, a day on which somebody else
    hears of it, and ends by itself when its reason ends.

    A model that inherits this, beside ``mail.thread`` and ``mail.activity.mixin``, has
    its reasons in :meth:`_waits`. Records that fulfil one have an activity, the others
    have none; whoever owns it now has it. A method that ends a reason calls
    :meth:`_follow_waits` on the records; the rest a scheduled action does once a day,
    and whenever it is asked to.
    """

    _name = "trade.waiting"
    _description = "What Waits for a Person"

    # === HOOKS === #

    @api.model
    def _waits(self):
        """Return the reasons for which records of this model wait. Extend with more.

        :rtype: list[Wait]
        """
        return []

    def _wait_filtered(self, wait):
        """Return those of these records that wait in fact, or that the others are told
        of on. Extend where a domain cannot say it."""
        return self

    def _wait_since(self, wait):
        """Return the day since when this record waits, or on which it is to be done."""
        return min(map(fields.Date.to_date, filter(None, self.mapped(wait.since))))

    def _wait_today(self, wait):
        """Return the day on which it is looked at whether this record waited long."""
        return self.company_id._trade_day()

    def _wait_candidates(self, wait):
        """Return who is to do it, the first choice first; archived users may be among
        them. Without one who may, it is all of the group. Extend for an owner."""
        return self.env["res.users"]

    def _wait_barred(self, wait):
        """Return users who may not do it: with four eyes, who proposed it."""
        return self.env["res.users"]

    def _wait_able(self, wait):
        """Return all who may do it, where no candidate can."""
        company = self.company_id
        return company._trade_able(wait.group) or company._trade_able(wait.managers)

    def _wait_words(self, wait):
        """Return what is to be done, in the language of the context."""
        return False

    # === FOLLOWING === #

    @api.model
    def _cron_follow_waits(self):
        """Give, move and end the activities of all that waits, company by company."""
        companies = self.env["res.company"].sudo().search([("parent_id", "=", False)])
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(companies))
        for company in companies:
            for model in self._waiting_models():
                with self.env["trade.job"]._apart(company):
                    model._follow_all_waits(company)
            if not cron._commit_progress(1):
                break

    @api.model
    def _follow_waits_soon(self):
        """Have :meth:`_cron_follow_waits` look within a minute."""
        self.env.ref("trade_credit_base.waiting_cron").sudo()._trigger()

    @api.model
    def _waiting_models(self):
        """Return the models with records that may wait."""
        mine = self.env.registry["trade.waiting"]
        return [
            self.env[name].sudo()
            for name, model in sorted(self.env.registry.items())
            if issubclass(model, mine) and not model._abstract
        ]

    @api.model
    def _follow_all_waits(self, company):
        """Give, move and end the activities of all records of a company.

        Extend with what has to be brought up to date first.

        :param company: a root company
        """
        own = Domain("company_id", "child_of", company.id)
        for wait in self._waits():
            known = [("res_model", "=", self._name), ("trade_wait", "=", wait.code)]
            told = self.env["mail.activity"].sudo().search(known).mapped("res_id")
            waiting = self.search(own & Domain(wait.domain))
            among = own & Domain("id", "in", told)
            every = self.with_context(active_test=False).search(among) | waiting
            every._follow_wait(wait, waiting)

    def _follow_waits(self, *codes):
        """Give, move and end the activities of these records, as they stand now.

        :param codes: of the reasons to look at; none for all
        """
        if not self:
            return
        self = self.sudo()
        among = Domain("id", "in", self.ids)
        for wait in self._waits():
            if not codes or wait.code in codes:
                self._follow_wait(wait, self.search(among & Domain(wait.domain)))

    def _follow_wait(self, wait, waiting):
        """Let these records have the activities that they should have for a reason.

        :param waiting: those of them that fulfil its domain
        """
        waiting = waiting._wait_filtered(wait)
        Activity = self.env["mail.activity"].sudo()
        known = Activity.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("trade_wait", "=", wait.code),
            ]
        )
        by_record, new = known.grouped("res_id"), []
        moved, over = defaultdict(Activity.browse), known
        for record in waiting:
            users = record._wait_users(wait)
            own = by_record.get(record.id, Activity)
            right = Activity.union(
                *(
                    some[:1]
                    for user, some in own.grouped("user_id").items()
                    if user in users
                )
            )
            missing, spare = users - right.user_id, list(own - right)
            for user in missing:
                if spare:
                    moved[user] |= spare[0]
                    right |= spare.pop(0)
                else:
                    new.append(record._wait_values(wait, user))
            over -= right
        over.unlink()
        quiet = Activity.with_context(mail_activity_quick_update=True)
        for user, activities in moved.items():
            activities.with_env(quiet.env).user_id = user
        quiet.create(new)

    def _wait_users(self, wait):
        """Return who has an activity of this record: one who does it, else all who may;
        after some days managers too."""
        self.ensure_one()
        company = self.company_id
        barred = self._wait_barred(wait)
        first = self._wait_first(wait, barred)
        users = first or self._wait_able(wait) - barred
        patience = timedelta(company.root_id.trade_wait_days)
        if self._wait_since(wait) + patience <= self._wait_today(wait):
            users |= company._trade_able(wait.managers) - barred
        return users

    def _wait_first(self, wait, barred):
        """Return the first candidate who is there, may do it and may open the record,
        or who stands in for them."""
        company = self.company_id
        people = self._wait_candidates(wait).sudo()._trade_instead(company._trade_day())
        for user in company._trade_people(people) - barred:
            reader = self.with_user(user).with_context(
                allowed_company_ids=user.sudo().company_ids.ids
            )
            if (not wait.group or user.has_group(wait.group)) and reader.has_access(
                "read"
            ):
                return user.with_env(self.env)
        return self.env["res.users"]

    def _wait_values(self, wait, user):
        """Return the values of the activity of a user, in their language."""
        reader = self.with_context(lang=user.lang)
        return {
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            "res_id": self.id,
            "activity_type_id": self.env.ref(wait.activity).id,
            "automated": True,
            "summary": reader._wait_words(wait),
            "date_deadline": self._wait_since(wait),
            "user_id": user.id,
            "trade_wait": wait.code,
        }
