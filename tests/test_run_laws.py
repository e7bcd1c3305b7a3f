"""The run's statement finds for all items what is due for each by itself."""

import random
from datetime import timedelta

from reference.contact import Quiet, may_contact
from reference.netting import is_small
from reference.stage import Item, Stage, due_stage, together, waits

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.ar_collection.models.procedure.collection_procedure import QUIET
from odoo.addons.ar_collection.tests.common import CollectionCommon

CASES = 30  # customers with up to three items each, all different
ROUNDS = (0, 1, 4, 6, 8, 13, 14, 36)  # days that the procedure is run on
SMALL, PER_WEEK, GAP = 120, 2, 6


@tagged("post_install", "-at_install")
class TestRunLaws(CollectionCommon):
    """Random procedures, customers and items, day by day.

    Items are entered in no order of their due dates; customers move, get tags, pay
    late, promise, are taken over, owe little or had enough contacts.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = random.Random(7)
        cls.tags = cls.env["res.partner.category"].create(
            [{"name": name} for name in ("Retail", "Chain")]
        )
        cls.states = cls.env["res.country.state"].search([], limit=2)
        cls.salesman.partner_id.state_id = cls.states[0]
        cls.procedure.write(
            {
                "max_per_week": PER_WEEK,
                "small_amount": SMALL,
                "letter_gap": GAP,
                QUIET[(cls.today + timedelta(ROUNDS[2])).weekday()]: True,
                "stage_ids": [Command.clear(), *cls._stages()],
            }
        )

    @classmethod
    def _stages(cls):
        for number in range(14):
            low, high = sorted(cls.lot.sample((0, 100, 200, 300), 2))
            yield Command.create(
                {
                    "code": f"s{number}",
                    "name": f"Stage {number}",
                    "sequence": number,
                    "day": cls.lot.choice((-7, 0, 1, 1, 7, 15, 30)),
                    "region": cls.lot.choice(("any", "any", "same", "other")),
                    "amount_from": cls.lot.choice((0, low)),
                    "amount_to": cls.lot.choice((0, high)),
                    "company_level": cls.lot.random() < 0.2,
                    "letter_kind": cls.lot.choice(
                        (False, False, "notice", "warning", "measures")
                    ),
                    "effect_ids": [
                        Command.create({"code": "measures"})
                        for _each in range(cls.lot.choice((0, 0, 0, 1)))
                    ],
                    "category_ids": [
                        Command.set(cls.lot.choice(([], [], cls.tags[:1].ids)))
                    ],
                }
            )

    def test_the_statement_finds_what_the_rules_say(self):
        notices = self.procedure.stage_ids.filtered(
            lambda stage: stage.letter_kind == "notice"
        )
        self._play(min(notices.mapped("day")))

    def test_it_does_so_wherever_old_items_enter(self):
        letters = self.procedure.stage_ids.filtered(
            lambda stage: (
                stage.letter_kind and stage.day > 1 and not stage._is_measures()
            )
        )
        self.procedure.entry_stage_id = letters[0]
        self._play(letters[0].day)

    def _play(self, entry):
        why = ("small", "contacts", "unripe", "letters")
        items, refused = self._items(), dict.fromkeys(why, 0)
        behind = 0
        for day in ROUNDS:
            today = self.today + timedelta(day)
            self.env["collection.case"].sudo()._follow(self.company, today)
            self._change(items)
            self.env.flush_all()
            found, expected = self._found(today), {}
            for customer, own in items.grouped("partner_id").items():
                counted = own.filtered(lambda item: not item.paused_since)
                small = is_small([item._unpaused() for item in counted], SMALL)
                silent = not self._may_contact(customer, today)
                refused["small"] += small
                refused["contacts"] += silent
                dues = {}
                for item in own if not (small or silent) else ():
                    facts = self._facts(item, counted, today)
                    if due := due_stage(facts, today, self._rules(), entry):
                        dues[item] = due
                steps = {
                    item: (due.stage.day, item._unpaused())
                    for item, due in dues.items()
                }
                ripe = together(steps, SMALL)
                refused["unripe"] += len(dues) - len(ripe)
                written = {item for item in ripe if dues[item].stage.letter}
                if written and self._waits(counted, written, dues, today):
                    ripe -= written
                    refused["letters"] += 1
                for item in ripe:
                    expected[item.id] = dues[item].stage.code, dues[item].behind
                    behind += dues[item].behind > 0
            self.assertEqual(found, expected, today)
            self._run(day)
            self._perform()
        self.assertTrue(self.env["collection.action"].search_count([]))
        self.assertTrue(all(refused.values()), refused)
        self.assertTrue(behind)

    def _waits(self, counted, written, dues, today):
        """Tell whether what would be written to a customer waits."""
        own = [("partner_id", "=", counted.partner_id.id), ("kind", "=", "procedure")]
        actions = self.env["collection.action"].search(own)
        letters = actions.filtered(
            lambda each: (
                each.stage_id.letter_kind and each.state not in ("settled", "held_out")
            )
        )
        lines = self.env["collection.action.line"].search(
            [("item_id", "in", counted.ids), ("state", "=", "due")]
        )
        lines = lines.filtered("stage_id.letter_kind").grouped("item_id")
        days = {item: max(own.stage_id.mapped("day")) for item, own in lines.items()}
        reached = max(
            (
                day
                for day in days.values()
                if sum(item._unpaused() for item, other in days.items() if other >= day)
                >= SMALL
            ),
            default=None,
        )
        strictest = max(dues[item].stage.day for item in written)
        return waits(strictest, reached, letters.mapped("date"), today, GAP)

    def _may_contact(self, customer, today):
        own = [("partner_id", "=", customer.id), ("kind", "=", "procedure")]
        actions = self.env["collection.action"].search(own)
        waiting = {"planned", "waiting", "sending", "failed"}
        if waiting.intersection(actions.mapped("state")):
            return False
        had = actions.filtered(lambda each: each.state not in ("settled", "held_out"))
        quiet = Quiet(frozenset(day for day in range(7) if self.procedure[QUIET[day]]))
        return may_contact(today, had.mapped("date"), PER_WEEK, quiet)

    def _items(self):
        for number in range(CASES):
            customer = self._customer(
                f"Shop {number}",
                state_id=self.lot.choice(self.states).id,
                category_id=[Command.set(self.lot.choice(([], self.tags.ids)))],
            )
            for _item in range(self.lot.randint(1, 3)):
                self._invoice(
                    self.lot.choice((50, 100, 150, 200, 250, 400)),
                    late=self.lot.randint(-9, 40),
                    customer=customer,
                )
        self.env["collection.item"].sudo()._sync(self.company, self.today)
        own = [("company_id", "=", self.company.id)]
        return self.env["collection.item"].sudo().search(own)

    def _change(self, items):
        """Let pauses begin and end, customers move or get other tags, and the company
        take cases over, here and there."""
        for item in items:
            if self.lot.random() < 0.5:
                item.partner_id.state_id = self.lot.choice(self.states)
                item.partner_id.category_id = self.lot.choice((False, self.tags))
            if self.lot.random() < 0.2:
                item.paused_days += self.lot.randint(0, 4)
            item.paused_amount = item.residual * self.lot.choice((0, 0, 0, 0.5))
            paused = self.lot.random() < 0.15
            item.paused_since = paused and self.today
            if self.lot.random() < 0.3:
                item.case_id.company_level = True

    def _found(self, today):
        due = self.env["collection.run"]._due_sql(self.company, today)
        rows = self.env.execute_query(
            SQL(
                """SELECT item_id, stage_id, behind
                     FROM (%s) AS due WHERE state = 'due'""",
                due,
            )
        )
        stages = self.env["collection.stage"]
        return {
            item: (stages.browse(stage).code, behind) for item, stage, behind in rows
        }

    def _facts(self, item, counted, today):
        """:return: what the rules want to know of an item, read from the records"""
        taken = self.env["collection.action.line"].search(
            [("item_id", "=", item.id), ("state", "in", ("due", "held_out"))]
        )
        late = counted.filtered(
            lambda each: (today - each.date_due).days > each.paused_days
        )
        return Item(
            due=item.date_due,
            amount=sum(item._unpaused() for item in late),
            same_region=item.partner_id.state_id == self.states[0],
            categories=frozenset(item.partner_id.category_id.ids),
            company_level=item.case_id.state == "open" and item.case_id.company_level,
            paused_days=item.paused_days,
            paused_since=item.paused_since or None,
            reached=max(taken.stage_id.mapped("day"), default=None),
            seen=(item.first_seen - item.date_due).days,
            behind=item.entered_days,
        )

    def _rules(self):
        return [
            Stage(
                code=stage.code,
                day=stage.day,
                region=stage.region,
                amount_from=stage.amount_from,
                amount_to=stage.amount_to,
                categories=frozenset(stage.category_ids.ids),
                company_level=stage.company_level,
                letter=bool(stage.letter_kind),
                measures=stage._is_measures(),
            )
            for stage in self.procedure.stage_ids.sorted(
                lambda stage: (stage.sequence, stage.id)
            )
        ]
