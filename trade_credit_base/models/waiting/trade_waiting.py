from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import split_every

from ...batches import AWHILE

BATCH = 500  # records between two commits


class Wait(NamedTuple):
    """One reason for which records wait for a person."""

    code: str  # is kept on the activity
    domain: list  # the records that wait
    since: str  # the field, or a path, with the day since when they do
    managers: str  # xml id of the group that hears of it once it waited long
    group: str = ""  # xml id of the group that may do it; "" for everybody
    activity: str = "mail.mail_activity_data_todo"
    among: list = []  # of the records that such a path leads over, those that count
    once: tuple = ()  # fields: of records alike in them the first one stands for all


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
        name, _dot, path = wait.since.partition(".")
        found = self.mapped(name)
        if path:
            found = found.filtered_domain(wait.among).mapped(path)
        return min(map(fields.Date.to_date, filter(None, found)))

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
        self.env["mail.activity"]._trade_stand_in()
        for company in companies:
            for model in self._waiting_models():
                model._follow_all_waits(company, self._commit_batch)
            if not cron._commit_progress(1):
                break

    @api.model
    def _commit_batch(self):
        """Commit what was done, and forget what was read."""
        self.env["ir.cron"]._commit_progress()
        self.env.invalidate_all()

    @api.model
    def _follow_waits_soon(self, later=False):
        """Have :meth:`_cron_follow_waits` look within a minute.

        :param bool later: after a while, once for all who ask meanwhile
        """
        cron = self.env.ref("trade_credit_base.waiting_cron").sudo()
        if not later:
            cron._trigger()
            return
        now = fields.Datetime.now()
        # One that comes too soon may not see what this transaction writes
        asked = [("cron_id", "=", cron.id), ("call_at", ">", now + AWHILE / 3)]
        if not self.env["ir.cron.trigger"].sudo().search_count(asked, limit=1):
            cron._trigger(now + AWHILE)

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
    def _wait_codes(self, records):
        """Return the codes of the reasons for which records of any model may wait."""
        waits = getattr(records, "_waits", list)()
        return {wait.code for wait in waits}

    @api.model
    def _before_waits(self, company):
        """Bring up to date what decides about what waits. Extend with it.

        :param company: a root company
        """

    @api.model
    def _follow_all_waits(self, company, then=lambda: None):
        """Give, move and end the activities of all records of a company, batch by
        batch; one that fails is reported, and the others go on.

        :param company: a root company
        :param then: called after each batch; a scheduled action commits
        """
        with self.env["trade.job"]._apart(company):
            self._before_waits(company)
        then()
        for wait in self._waits():
            for ids in split_every(BATCH, self._wait_ids(company, wait)):
                self.browse(ids)._follow_apart(company, wait)
                then()

    @api.model
    def _wait_ids(self, company, wait):
        """Return the ids of the records of a company that wait, or of which somebody
        is told."""
        own = Domain("company_id", "child_of", company.id)
        known = [("res_model", "=", self._name), ("trade_wait", "=", wait.code)]
        told = self.env["mail.activity"].sudo()._search(known).subselect("res_id")
        every = self.with_context(active_test=False).search(
            own & Domain("id", "in", told)
        )
        return sorted({*every._ids, *self.search(own & Domain(wait.domain))._ids})

    def _follow_apart(self, company, wait):
        """Follow these records together, one by one if that fails."""
        failed = []
        with self.env["trade.job"]._apart(company, failed.append):
            self._follow_waits(wait.code)
        if len(self) > 1 and failed:
            for record in self:
                record._follow_apart(company, wait)
        elif failed:
            self.env["trade.job"]._failed(company, failed[0])

    def _follow_waits(self, *codes, left=None):
        """Give, move and end the activities of these records, as they stand now.

        :param codes: of the reasons to look at; none for all
        :param left: users who are about to leave
        """
        if not self:
            return
        self = self.sudo()
        among = Domain("id", "in", self.ids)
        for wait in self._waits():
            if not codes or wait.code in codes:
                waiting = self.search(among & Domain(wait.domain))
                waiting = waiting._wait_once(wait)._wait_filtered(wait)
                self._follow_wait(wait, waiting, left)

    def _wait_once(self, wait):
        """Return these records without those that another one stands for."""
        if not wait.once or not self:
            return self
        by = [
            f"{name}:day" if self._fields[name].type == "date" else name
            for name in wait.once
        ]
        rows = self._read_group(Domain(wait.domain), by, ["id:min"])
        return self & self.browse(row[-1] for row in rows)

    def _follow_wait(self, wait, waiting, left=None):
        """Let these records have the activities that they should have for a reason.

        :param waiting: those of them that wait
        :param left: users who are about to leave
        """
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
        for record, users in waiting._wait_users(wait, left).items():
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

    def _wait_users(self, wait, left=None):
        """Return who has an activity of each record: one who does it, else all who may;
        after some days managers too.

        :param left: users who are about to leave
        :return: {record: users}
        """
        nobody = self.env["res.users"]
        barred = {
            record: record._wait_barred(wait) | (left or nobody) for record in self
        }
        firsts, found = self._wait_firsts(wait, barred), {}
        for record in self:
            company, out = record.company_id, barred[record]
            users = firsts.get(record) or record._wait_there(
                wait, record._wait_able(wait) - out
            )
            patience = timedelta(company.root_id.trade_wait_days)
            if record._wait_since(wait) + patience <= record._wait_today(wait):
                users |= company._trade_able(wait.managers) - out
            found[record] = users
        return found

    def _wait_firsts(self, wait, barred):
        """Return the first candidate of each record who is there, may do it and may
        open the record, or who stands in for them.

        :param barred: {record: users who may not}
        :return: {record: user}, without records that have none
        """
        asked, of_user = {}, defaultdict(self.browse)
        for record in self:
            company = record.company_id
            people = record._wait_candidates(wait).sudo()
            people = people._trade_instead(company._trade_day())
            asked[record] = company._trade_people(people) - barred[record]
            for user in asked[record]:
                of_user[user] |= record
        able = {
            user: user._trade_opens(records, wait.group)
            for user, records in of_user.items()
        }
        return {
            record: next(iter(found)).with_env(self.env)
            for record, people in asked.items()
            if (found := [user for user in people if record in able[user]])
        }

    def _wait_there(self, wait, able):
        """Return those of who may do it that are there, or who stands in for them and
        may as well; all of them if none is."""
        day = self.company_id._trade_day()
        there = able.filtered(lambda user: not user.sudo()._trade_is_away(day))
        others = (able - there).sudo().trade_substitute_id.with_env(self.env) - able
        return there | others.filtered(lambda user: self._wait_may(wait, user)) or able

    def _wait_may(self, wait, user):
        """Tell whether somebody who stands in for who may do it may do it as well."""
        return bool(
            user in self.company_id._trade_able(wait.group or wait.managers)
            and user._trade_opens(self)
        )

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
