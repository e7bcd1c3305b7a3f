"""Play the last weeks of the demo company's collection. Runs in an Odoo shell.

Day by day, with the clock where it was: money that came in that day comes in again, the
day's procedure runs, letters go out (no mail leaves this machine), the collector posts
what is to be posted, salespersons visit, and the customers of ``STORIES`` react. All of
it follows from the books and the stories, so that each play has the same outcome.
"""

import contextlib
import sys
from collections import defaultdict
from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import SUPERUSER_ID
from odoo.tools import mute_logger

DAYS = 45
# These have no clock, but compare types, and freezing exchanges them.
CORES = [
    f"odoo.addons.{addon}.core"
    for addon in ("credit_control", "dealer_rating", "ar_collection")
]
OURS = "credit_control_ar_collection"


# === STORIES: each step waits for what happened === #


def maple(own):
    """Promises on the visit, and keeps it."""
    yield from own.until_visited()
    own.promise(days=6)
    yield from own.days(5)
    own.pay()


def nutmeg(own):
    """Promises and breaks it; pays once supply is stopped, and is supplied again."""
    yield from own.until("notice2")
    own.talk("call", "The money is promised by the end of the week.", "reason_cash")
    own.promise(days=5)
    yield from own.until("warning")
    yield from own.days(4)
    own.pay()
    yield from own.days(2)
    own.resume_supply()


def pine(own):
    """Contests its invoice; another collector finds that it is right."""
    yield from own.until("notice")
    dispute = own.dispute("reason_price", "The price agreed in May was lower.")
    yield from own.days(2)
    dispute.with_user(own.collector)._decide(True, "The price list of May says so.")


def quince(own):
    """Does not answer. The manager approves what is proposed in the end."""
    yield from own.until("measures")
    yield from own.days(1)
    own.approve_measures()


def rowan(own):
    """Pays half after the first notice, and the rest a week later."""
    yield from own.until("notice")
    yield from own.days(2)
    own.pay(0.5)
    yield from own.days(7)
    own.pay()


STORIES = {
    f"{OURS}.partner_{story.__name__}_demo": story
    for story in (maple, nutmeg, pine, quince, rowan)
}


class Life:
    """A customer as its story sees it."""

    def __init__(self, env, customer):
        self.env, self.customer = env, customer
        self.company = env.company.root_id
        self.salesperson = customer.user_id
        self.collector = self.company.collection_collector_id

    # What a story waits for

    def days(self, count):
        for _day in range(count):
            yield

    def until(self, code):
        """Wait for the day after a stage was done."""
        while not self._done(
            [("kind", "=", "procedure"), ("stage_id.code", "=", code)]
        ):
            yield
        yield

    def until_visited(self):
        while not self._done([("kind", "=", "visit")]):
            yield

    def _done(self, conditions):
        own = ("partner_id", "=", self.customer.id)
        known = ("state", "in", ("sending", "done"))
        return self.env["collection.action"].search_count([own, known, *conditions])

    # What it does

    def talk(self, kind, note, reason):
        reason = self.env.ref(f"ar_collection.{reason}")
        self._case(self.salesperson)._talk(kind, note, reason=reason)

    def promise(self, days):
        case = self._case(self.salesperson)
        day = self.company._trade_day() + timedelta(days)
        late = case.sudo().item_ids.filtered(lambda item: item.residual > 0)
        late = late.filtered(lambda item: item.date_due < day)
        case._promise(sum(late.mapped("residual")), day, late)

    def dispute(self, reason, description):
        case = self._case(self.salesperson)
        items = case.sudo().item_ids.filtered(lambda item: item.residual > 0)
        reason = self.env.ref(f"ar_collection.{reason}")
        return case._dispute(items, reason, description=description)

    def pay(self, share=1.0):
        """Pay a share of what is open of the invoices that are late."""
        day = self.company._trade_day()
        for invoice in self._invoices(day):
            wizard = self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=invoice.ids
            )
            amount = self.company.currency_id.round(invoice.amount_residual * share)
            values = {"payment_date": day, "amount": amount}
            wizard.create(values).action_create_payments()

    def resume_supply(self):
        file = self.env["credit.file"].search([("partner_id", "=", self.customer.id)])
        file.with_user(self.env.ref("credit_control.user_olga_demo")).action_lift_hold()

    def approve_measures(self):
        measures = self.env["collection.measure"].search(
            [("partner_id", "=", self.customer.id), ("state", "=", "proposed")]
        )
        manager = self.env.ref("credit_control.user_mona_demo")
        measures.with_user(manager).action_approve()

    def _case(self, user):
        return (
            self.env["collection.case"]
            .search([("partner_id", "=", self.customer.id), ("state", "=", "open")])
            .with_user(user)
        )

    def _invoices(self, day):
        return self.env["account.move"].search(
            [
                ("commercial_partner_id", "=", self.customer.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("amount_residual", ">", 0),
                ("invoice_date_due", "<", day),
            ],
            order="invoice_date_due",
        )


# === WHAT CAME IN === #


class Money:
    """What came in during the weeks that are played: taken back, then day by day."""

    def __init__(self, env, start):
        receipts = env["account.move.line"].search(
            [
                ("company_id", "child_of", env.company.root_id.id),
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
        for line, paid in self.coming.pop(day, ()):
            line.move_id.action_post()
            (line + paid).reconcile()


# === DAY BY DAY === #


def play(env, days=DAYS):
    """Play the days up to today, and keep what came of them."""
    env = env(user=SUPERUSER_ID, context={**env.context, "lang": "en_US"})
    today = date.today()
    start = today - timedelta(days)
    money = Money(env, start)
    lives = [story(Life(env, env.ref(customer))) for customer, story in STORIES.items()]
    with freeze_time(f"{start} 08:00:00", tick=True, ignore=CORES) as clock:
        for day in (start + timedelta(number) for number in range(days + 1)):
            clock.move_to(f"{day} 08:00:00")
            money.come_in(day)
            visit(env, day)
            collect(env, day)
            for life in lives:
                next(life, None)
            env.cr.commit()
            print(f"\r  {day}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


def collect(env, day):
    """Run the procedure as the scheduled jobs do; the collector posts the letters."""
    company = env.company.root_id
    run = env["collection.run"]._begin(company, day)
    if run.state == "waiting":
        run.with_user(company.collection_collector_id).action_let_go()
    env["collection.run"]._cron_collect()
    env["collection.delivery"]._cron_deliver()
    env["mail.mail"].process_email_queue()
    env["collection.delivery"]._cron_deliver()
    posted = env["collection.delivery"].search(
        [("channel", "=", "post"), ("state", "=", "todo")]
    )
    posted.with_user(company.collection_collector_id).action_printed()
    env["collection.assessment"]._cron_open()


def visit(env, day):
    """Let salespersons visit whom a stage told them to visit the day before."""
    asked = env["collection.action"].search(
        [
            ("kind", "=", "procedure"),
            ("stage_id.code", "=", "visit"),
            ("state", "=", "done"),
            ("date", "<", day),
        ]
    )
    visited = env["collection.action"].search([("kind", "=", "visit")])
    for action in asked.filtered(lambda each: each.case_id not in visited.case_id):
        if action.case_id.state == "open":
            Life(env, action.partner_id).talk(
                "visit",
                "Seen on the spot; nothing wrong with the goods.",
                "reason_cash",
            )
            action.case_id.activity_ids.action_feedback()


@contextlib.contextmanager
def nothing_sent(env):
    """Let mail servers take every mail, and send none: addresses may be real."""
    server = env.registry["ir.mail_server"]

    def take(self, message, *_others, **_options):
        return message["Message-Id"]

    with (
        patch.object(server, "_connect__", lambda *_a, **_k: None),
        patch.object(server, "send_email", take),
        mute_logger("odoo.addons.mail.models.mail_mail"),
    ):
        yield


with nothing_sent(env):  # noqa: F821
    play(env)  # noqa: F821
