from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import RatedCommon


@tagged("post_install", "-at_install")
class TestService(RatedCommon):
    """How a dealer is served follows its grade, and those who serve it see how."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.preferred, cls.standard, cls.basic = (
            cls.env.ref(f"credit_control_dealer_rating.service_level_{name}")
            for name in ("preferred", "standard", "basic")
        )

    def _served(self, partner=None, user=None):
        partner = (partner or self.oak).with_user(user or self.salesman)
        return partner.with_company(self.company).credit_service_level_id

    def test_the_shipped_levels_fall_with_the_grade(self):
        terms = self.env.ref("credit_control.credit_policy_standard").grade_terms_ids
        levels = terms.service_level_id
        self.assertEqual(levels, self.preferred | self.standard | self.basic)
        places = [each.service_level_id.sequence for each in terms]
        self.assertEqual(places, sorted(places))
        for level in levels:
            self.assertTrue(level.description)

    def test_a_new_policy_serves_as_the_shipped_one(self):
        self.assertEqual(self._terms("AA").service_level_id, self.preferred)
        self.assertEqual(self._terms("CC").service_level_id, self.basic)

    def test_a_level_of_one_company_is_not_given_to_a_new_policy(self):
        own = self.preferred.copy({"company_id": self.company.id})
        standard = self.env.ref("credit_control.credit_policy_standard")
        users = self.env["res.company"].search(
            [("credit_default_policy_id", "=", standard.id)]
        )
        users.credit_default_policy_id = self.env["credit.policy"].create(
            {"name": "Shared"}
        )
        standard.company_id = self.company
        standard.grade_terms_ids[0].service_level_id = own
        policy = self.env["credit.policy"].create({"name": "New"})
        self.assertFalse(policy.grade_terms_ids[0].service_level_id)
        self.assertEqual(policy.grade_terms_ids[1].service_level_id, self.preferred)

    def test_whoever_sells_sees_how_a_customer_and_its_contacts_are_served(self):
        buyer = self._customer("Buyer", parent_id=self.oak.id, is_company=False)
        self.assertFalse(self._served())
        self._rate("AA")
        self.env.invalidate_all()
        self.assertEqual(self._served(), self.preferred)
        self.assertEqual(self._served(buyer), self.preferred)
        self.assertIn("First when goods", self.oak.credit_service_words)
        self.dealer._downgrade(4, "Late", "manual")
        self.env.invalidate_all()
        self.assertEqual(self._served(), self.standard)
        self.assertEqual(
            self.dealer.with_user(self.manager).credit_service_level_id, self.standard
        )

    def test_who_is_no_dealer_of_the_company_has_no_level(self):
        self._rate("AA")
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.salesman.company_ids += other
        self.env.invalidate_all()
        oak = self.oak.with_user(self.salesman).with_company(other)
        self.assertFalse(oak.credit_service_level_id)
        self.dealer.sudo().active = False
        self.env.invalidate_all()
        self.assertFalse(self._served())

    def test_the_policy_of_the_file_says_the_level(self):
        policy = self.policy.copy()
        policy.grade_terms_ids[0].service_level_id = self.basic
        self._rate("AA")
        self._credit_file().policy_id = policy
        self.env.invalidate_all()
        self.assertEqual(self._served(), self.basic)

    def test_levels_say_to_which_grades_they_are_given(self):
        level = self.standard.with_user(self.manager).with_company(self.company)
        self.assertEqual(level.grade_names, "BA, BB, AC")

    def test_only_credit_managers_change_levels_and_used_ones_stay(self):
        for user in self.salesman, self.officer, self.rater:
            self.assertTrue(self.preferred.with_user(user).name)
            with self.assertRaises(AccessError):
                self.preferred.with_user(user).write({"name": "Best"})
        with self.assertRaises(AccessError):  # every company's, and he has but one
            self.preferred.with_user(self.manager).name = "Best"
        self.preferred.company_id = self.company
        self.preferred.with_user(self.manager).name = "Best"
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.preferred.with_user(self.manager).unlink()

    def test_levels_of_another_company_are_not_seen_nor_given(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        theirs = self.preferred.copy({"company_id": other.id})
        seen = self.env["credit.service.level"].with_user(self.manager).search([])
        self.assertNotIn(theirs, seen)
        self.policy.company_id = self.company
        with self.assertRaises(UserError):
            self.policy.grade_terms_ids = [
                Command.update(self._terms("AA").id, {"service_level_id": theirs.id})
            ]
