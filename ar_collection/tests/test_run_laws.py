import random
from datetime import timedelta

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.trade_credit_base.tests.sizes import sized

from ..core.stage import Item, Stage, due_stage
from .common import CollectionCommon

CASES = 40  # customers with an item each, all different
ROUNDS = sized(4, 20)  # days that the procedure is run on


@tagged("post_install", "-at_install")
class TestRunLaws(CollectionCommon):
    """The run's statement and the rules in plain Python find the same, step by step."""

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
                "max_per_week": 0,
                "small_amount": 0,
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
                    "category_ids": [
                        Command.set(cls.lot.choice(([], [], cls.tags[:1].ids)))
                    ],
                }
            )

    def test_the_statement_finds_what_the_rules_say(self):
        items = self._items()
        for day in range(0, ROUNDS * 5, 5):
            today = self.today + timedelta(day)
            cases = self.env["collection.case"].sudo()
            cases._follow(self.company, today)
            self._change(items)
            self.env.flush_all()
            found = self._found(today)
            expected = {}
            for item in items:
                due = due_stage(self._facts(item, today), today, self._rules())
                if due:
                    expected[item.id] = due.stage.code
            self.assertEqual(found, expected)
            self._run(day)
            self._perform()
        self.assertTrue(self.env["collection.action"].search_count([]))

    def _items(self):
        for number in range(CASES):
            customer = self._customer(
                f"Shop {number}",
                state_id=self.lot.choice(self.states).id,
                category_id=[Command.set(self.lot.choice(([], self.tags.ids)))],
            )
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
            paused = self.lot.random() < 0.15
            item.paused_since = paused and self.today
            if self.lot.random() < 0.3:
                item.case_id.company_level = True

    def _found(self, today):
        due = self.env["collection.run"]._due_sql(self.company, today)
        rows = self.env.execute_query(
            SQL("SELECT item_id, stage_id FROM (%s) AS due WHERE state = 'due'", due)
        )
        stages = self.env["collection.stage"]
        return {item: stages.browse(stage).code for item, stage in rows}

    def _facts(self, item, today):
        """:return: what the rules want to know of an item, read from the records"""
        taken = self.env["collection.action.line"].search(
            [("item_id", "=", item.id), ("state", "!=", "skipped")]
        )
        clock = (today - item.date_due).days - item.paused_days
        return Item(
            due=item.date_due,
            amount=item.residual if clock > 0 and not item.paused_since else 0.0,
            same_region=item.partner_id.state_id == self.states[0],
            categories=frozenset(item.partner_id.category_id.ids),
            company_level=item.case_id.state == "open" and item.case_id.company_level,
            paused_days=item.paused_days,
            paused_since=item.paused_since or None,
            reached=max(taken.stage_id.mapped("day"), default=None),
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
            )
            for stage in self.procedure.stage_ids.sorted(
                lambda stage: (stage.sequence, stage.id)
            )
        ]
