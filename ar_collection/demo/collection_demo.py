"""The story of the demo company's customers: how the last weeks were collected.

Data files can say what is; this says what happened, day by day, always ending today.
Money that came in on a day comes in again, the day's procedure runs, letters go out (no
mail leaves the machine), the collector posts what is to be posted, salespersons visit,
and customers react. All of it follows from the books and the stories, so that each play
has the same outcome. Nothing here runs but when demo data are loaded.
"""

import logging
from collections import defaultdict
from datetime import timedelta
from importlib.util import find_spec

from odoo import SUPERUSER_ID, api, models
from odoo.fields import Command
from odoo.modules.module import Manifest

from .collection_demo_life import Life
from .collection_demo_stage import each_day, on_a_stage

_logger = logging.getLogger(__name__)

DAYS = 45
TERM = 30  # days until an invoice is due
# Calls the play, in each addon that adds to the story
STORY = "demo/collection_story_demo.xml"
# Customer, days since the invoice, amount
INVOICES = (
    ("maple", 70, 8400),
    ("nutmeg", 68, 6300),
    ("pine", 60, 4750),
    ("quince", 66, 21900),
    ("quince", 45, 7200),
    ("rowan", 50, 3600),
    ("sorrel", 52, 2900),
)


class CollectionDemo(models.AbstractModel):
    """Plays the last weeks of collecting in the demo company.

    A customer's story is a method ``_story_<name>``: it gets the customer's life, and
    yields when it waits for the next day. An addon that adds to the story extends these
    methods, and ends its own demo data with a file of the name ``STORY``, which calls
    :meth:`_play` again: the last one plays, with all that was installed together.
    """

    _name = "collection.demo"
    _description = "Story of the Demo Company's Collection"

    @api.model
    def _play(self, addon):
        """Play the days up to today, unless the company collects already or another
        addon is about to go on with the story.

        :param str addon: whose demo data call this
        """
        company = self.env.ref("base.main_company")
        known = [("company_id", "=", company.id)]
        if self._goes_on(addon) or self.env["collection.run"].search_count(
            known, limit=1
        ):
            return
        if not find_spec("freezegun"):
            _logger.warning("The demo's story is left out: freezegun is not installed.")
            return
        context = {"lang": "en_US", "mail_notify_force_send": False}
        demo = self.with_user(SUPERUSER_ID).with_context(**context)
        demo.with_company(company)._play_days(company.with_env(demo.env))

    def _goes_on(self, addon):
        """:return: whether an addon that is still to be installed plays again"""
        later = self.env["ir.module.module"].search(
            [("state", "=", "to install"), ("name", "!=", addon)]
        )
        manifests = map(Manifest.for_addon, later.mapped("name"))
        return any(STORY in found["demo"] for found in manifests if found)

    def _play_days(self, company):
        today = company._trade_day()
        self._book(today)
        start = today - timedelta(DAYS)
        # What waited before the play is none of its mails
        mails = self.env["mail.mail"]
        last = mails.search([], order="id desc", limit=1).id or 0
        mails = mails.with_context(filters=[("id", ">", last)])
        with on_a_stage(self.env):
            money = Money(company, start)
            lives = self._begin_lives(company)
            for day in each_day(self.env, start, today):
                money.come_in(day)
                self._visit(company, day)
                self._collect(company, day, mails)
                for life in lives:
                    next(life, None)
                self._end_day(company, day)

    def _end_day(self, company, day):
        """Do what else a day brings, after customers reacted. Extend to add to it.

        :param company: the demo company
        :param date day: the day that ends
        """
        self.env.flush_all()

    # === CUSTOMERS === #

    def _book(self, today):
        """Post the invoices that the story is about."""
        invoices = self.env["account.move"].create(
            [
                self._prepare_invoice_values(customer, today - timedelta(age), amount)
                for customer, age, amount in INVOICES
            ]
        )
        invoices.action_post()

    def _prepare_invoice_values(self, customer, day, amount):
        line = {"name": "Assorted Goods", "price_unit": amount, "tax_ids": []}
        return {
            "move_type": "out_invoice",
            "partner_id": self._customer(customer).id,
            "invoice_user_id": self.env.ref("trade_credit_base.user_sam_demo").id,
            "invoice_date": day,
            "invoice_date_due": day + timedelta(TERM),
            "invoice_payment_term_id": False,
            "invoice_line_ids": [Command.create(line)],
        }

    def _customer(self, name):
        return self.env.ref(f"ar_collection.partner_{name}_demo")

    def _begin_lives(self, company):
        """:return: the stories of all customers, as far as the first day"""
        names = sorted({customer for customer, _age, _amount in INVOICES})
        return [
            getattr(self, f"_story_{name}")(Life(company, self._customer(name)))
            for name in names
        ]

    # === THEIR STORIES: each step waits for what happened === #

    def _story_maple(self, own):
        """Promises on the visit, and keeps it."""
        yield from own.until_visited()
        own.promise(days=6)
        yield from own.days(5)
        own.pay()

    def _story_nutmeg(self, own):
        """Promises and breaks it; pays after the warning."""
        yield from own.until("notice2")
        own.talk("call", "The money is promised by the end of the week.", "reason_cash")
        own.promise(days=5)
        yield from own.until("warning")
        yield from own.days(4)
        own.pay()

    def _story_pine(self, own):
        """Contests its invoice; another collector finds that it is right."""
        yield from own.until("notice")
        dispute = own.dispute("reason_price", "The price agreed in May was lower.")
        yield from own.days(2)
        dispute.with_user(own.collector)._decide(True, "The price list of May says so.")

    def _story_quince(self, own):
        """Does not answer. The manager approves what is proposed in the end."""
        yield from own.until("measures")
        yield from own.days(1)
        own.approve_measures()

    def _story_rowan(self, own):
        """Pays half after the first notice, and the rest a week later."""
        yield from own.until("notice")
        yield from own.days(2)
        own.pay(0.5)
        yield from own.days(7)
        own.pay()

    def _story_sorrel(self, own):
        """Moved without a word: no letter reaches it, and none is taken as sent."""
        yield from own.days(DAYS)

    # === THE COMPANY === #

    def _collect(self, company, day, mails):
        """Run the procedure as the scheduled jobs do; the collector posts letters."""
        collector = company.collection_collector_id
        run = self.env["collection.run"]._begin(company, day)
        if run.state == "waiting":
            run.with_user(collector).action_start()
        self.env["collection.run"]._cron_collect()
        deliveries = self.env["collection.delivery"]
        deliveries._cron_deliver()
        mails.process_email_queue()
        deliveries._cron_deliver()
        posted = deliveries.search(
            [
                ("company_id", "=", company.id),
                ("channel", "=", "post"),
                ("state", "=", "todo"),
            ]
        )
        posted.with_user(collector).action_printed()

    def _visit(self, company, day):
        """Let salespersons visit whom a stage told them to visit the day before."""
        actions = self.env["collection.action"]
        asked = actions.search(
            [
                ("company_id", "=", company.id),
                ("kind", "=", "procedure"),
                ("stage_id.code", "=", "visit"),
                ("state", "=", "done"),
                ("date", "<", day),
            ]
        )
        visited = actions.search([("kind", "=", "visit")])
        for action in asked.filtered(lambda each: each.case_id not in visited.case_id):
            if action.case_id.state == "open":
                Life(company, action.partner_id).talk(
                    "visit",
                    "Seen on the spot; nothing wrong with the goods.",
                    "reason_cash",
                )
                action.case_id.activity_ids.action_feedback()


class Money:
    """Money that came in during the weeks played: taken back, then day by day."""

    def __init__(self, company, start):
        receipts = company.env["account.move.line"].search(
            [
                ("company_id", "child_of", company.root_id.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("move_id.move_type", "=", "entry"),
                ("balance", "<", 0),
                ("date", ">=", start),
            ],
            order="date, id",
        )
        self.coming = defaultdict(list)
        for line in receipts:
            paid = line.matched_debit_ids.debit_move_id
            self.coming[line.date].append((line, paid))
        receipts.remove_move_reconcile()
        receipts.move_id.button_draft()

    def come_in(self, day):
        """Book what came in on a day, and match it as it was."""
        for line, paid in self.coming.pop(day, ()):
            line.move_id.action_post()
            (line + paid).reconcile()
