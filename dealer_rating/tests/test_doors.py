from datetime import timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import RatingCommon


@tagged("post_install", "-at_install")
class TestDoors(RatingCommon):
    """What a manager, a scorer or a clerk might do to a rating by the way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager.group_ids += cls.finance.group_ids
        cls.shop = cls._dealer("Shop")
        cls._give({cls.shop: "AA"}, "2024-10-01")
        cls._rate("2025-03-31")

    def _traces(self):
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.invalidate_all()
        return self.shop.message_ids.sudo().tracking_value_ids.field_id.mapped("name")

    # === REASONS AND TRACES === #

    def test_a_reason_that_says_nothing_is_none(self):
        closed = self._quarter(self.shop, self._date("2024-10-01")).scorecard_ids[:1]
        score = self._scores(self.shop, code="paid")[:1].with_user(self.manager)
        for blank in " ", "\u3000", "\u200b\u2060", ".", "…":
            downgrade = self.env["rating.downgrade"].with_user(self.manager)
            values = {"dealer_ids": self.shop.ids, "reason": blank}
            for attempt in (
                lambda asked=downgrade, values=values: asked.create(
                    values
                ).action_downgrade(),
                lambda blank=blank: score._waive(blank),
                lambda blank=blank: closed.with_user(self.manager)._correct(blank),
            ):
                with self.subTest(blank=blank), self.assertRaises(UserError):
                    attempt()
        self.assertEqual(self.shop.grade_id.name, "AA")
        asked = downgrade.create({"dealer_ids": self.shop.ids, "reason": "假货"})
        asked.action_downgrade()
        self.assertEqual(self.shop.grade_id.name, "AB")

    def test_no_context_changes_a_dealer_without_a_trace(self):
        self._traces()  # what is new is not tracked
        quiet = self.shop.with_user(self.manager).with_context(
            tracking_disable=True, mail_notrack=True
        )
        quiet.write({"since": "2023-07-01"})
        self.assertIn("since", self._traces())
        quiet.write({"active": False})
        self.assertIn("active", self._traces())

    # === DAYS === #

    def test_no_month_that_was_scored_is_left_out(self):
        dealer = self.shop.with_user(self.manager)
        with self.assertRaises(UserError):
            dealer.since = "2025-01-01"
        new = self._dealer("New Shop", since="2025-01-01")
        self._rate("2025-03-31")
        january = self._scores(new, day="2025-01-15", code="paid")
        new.with_user(self.manager).since = "2025-02-01"
        new.with_user(self.manager).since = "2025-01-01"
        january._enter({january.id: 0})
        with self.assertRaises(UserError):
            new.with_user(self.manager).since = "2025-02-01"
        new.with_user(self.manager).since = "2025-01-20"

    def test_nobodys_own_time_zone_ends_a_quarter(self):
        self.company.partner_id.tz = False
        self.manager.tz = "Pacific/Kiritimati"
        with freeze_time("2025-03-31 12:00:00"):
            for user in self.manager, self.finance:
                day = self.company.with_user(user)._trade_day()
                self.assertEqual(day, self._date("2025-03-31"))
        self.company.partner_id.tz = "Pacific/Kiritimati"
        with freeze_time("2025-03-31 12:00:00"):
            day = self.company.with_user(self.finance)._trade_day()
            self.assertEqual(day, self._date("2025-03-31") + timedelta(days=1))

    # === CUSTOMERS === #

    def test_a_dealer_stays_a_customer_of_who_rates_it(self):
        other = self.env["res.company"].create({"name": "Other Ltd"})
        with self.assertRaises(ValidationError):
            self.shop.partner_id.company_id = other
        self.shop.partner_id.company_id = self.company
        self.shop.active = False
        self.shop.partner_id.company_id = other
        with self.assertRaises(ValidationError):
            self.shop.active = True

    def test_who_became_a_contact_is_no_dealer_again(self):
        if "credit.file" in self.env:
            self.env["credit.file"].search(
                [("partner_id", "=", self.shop.partner_id.id)]
            ).active = False
        parent = self.env["res.partner"].create({"name": "Chain", "is_company": True})
        self.shop.active = False
        self.shop.partner_id.write({"parent_id": parent.id, "is_company": False})
        with self.assertRaises(ValidationError):
            self.shop.active = True

    # === TARGETS === #

    def test_a_target_is_a_number_that_somebody_can_sell(self):
        targets = self.env["rating.target"].with_user(self.finance)
        for amount in float("nan"), float("inf"), 1e308, "nan", 1e16:
            with self.subTest(amount=amount), self.assertRaises(UserError):
                targets.create(
                    {
                        "dealer_id": self.shop.id,
                        "date": "2025-02-01",
                        "amount": amount,
                    }
                )
