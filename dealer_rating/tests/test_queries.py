from odoo.tests import tagged

from .common import RatingCommon


@tagged("post_install", "-at_install")
class TestQueries(RatingCommon):
    """What a batch costs in statements does not depend on how many there are."""

    def _dealers(self, count):
        partners = self.env["res.partner"].create(
            [{"name": f"Shop {n}", "is_company": True} for n in range(count)]
        )
        return self.env["rating.dealer"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "since": "2024-01-01",
                }
                for partner in partners
            ]
        )

    def _cost(self, action):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        action()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def _costs(self, action):
        """What an action costs, and what it costs for many; both from scratch.

        :param action: takes a number of dealers and returns what is to be measured
        """
        costs = []
        for count in 1, 1, 60:  # the first one warms caches
            with self.env.cr.savepoint() as savepoint:
                costs.append(self._cost(action(count)))
                savepoint.rollback()
                self.env.invalidate_all()
        return costs[1:]

    def _rated(self, count):
        dealers = self._dealers(count)
        self._rate("2025-03-31")
        return dealers

    def test_opening_and_measuring(self):
        def action(count):
            self._dealers(count)
            return lambda: self._rate("2025-03-31")

        one, many = self._costs(action)
        self.assertEqual(one, many)

    def test_rating_again(self):
        def action(count):
            self._rated(count)
            return lambda: self._rate("2025-03-31")

        one, many = self._costs(action)
        self.assertEqual(one, many)

    def test_scoring(self):
        def action(count):
            scores = self._scores(self._rated(count), code="paid")
            entries = dict.fromkeys(scores.ids, "3")
            return lambda: scores.with_user(self.finance)._enter(entries)

        one, many = self._costs(action)
        self.assertEqual(one, many)

    def test_waiving(self):
        def action(count):
            scores = self._scores(self._rated(count), code="lost")
            return lambda: scores.with_user(self.manager)._waive("On strike")

        one, many = self._costs(action)
        self.assertEqual(one, many)

    def test_confirming(self):
        def action(count):
            self._score_all(4, 1, self._rated(count))
            quarters = self._quarters()
            return lambda: quarters.with_user(self.manager).action_confirm()

        one, many = self._costs(action)
        self.assertEqual(one, many)
