from contextlib import contextmanager
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestBadInput(CreditCommon):
    """What cannot be gets a clear sentence and changes nothing."""

    @contextmanager
    def refused(self, sentence, model="credit.limit"):
        """What happens inside is refused with a sentence, and undone."""
        self.env.flush_all()
        before = self.env[model].sudo().search_count([])
        told = None
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                yield
        except UserError as error:
            told = str(error)
        except IntegrityError as error:
            # What Odoo tells the user, see odoo.service.model.retrying
            told = self.env[model]._sql_error_to_message(error)
        self.assertIsNotNone(told, "nothing was refused")
        self.assertIn(sentence, told)
        self.env.invalidate_all()
        self.assertEqual(self.env[model].sudo().search_count([]), before)

    def _days(self, start, end):
        return {
            "date_from": self.today + timedelta(days=start),
            "date_to": self.today + timedelta(days=end),
        }

    # === Limits === #

    def test_negative_limit(self):
        with self.refused("A credit limit cannot be negative."):
            self.file._grant(-1)

    def test_absurd_limits(self):
        for amount in 1e16, float("inf"), float("nan"):
            with self.refused("beyond anything a company could owe"):
                self.file._grant(amount)

    def test_limit_that_ends_before_it_begins(self):
        with self.refused("A credit limit cannot end before it begins."):
            self.file._grant(5, "temporary", **self._days(5, 4))

    def test_temporary_limit_without_an_end(self):
        with self.refused("A temporary limit needs its last day."):
            self.file._grant(5, "temporary")

    def test_temporary_limits_that_overlap(self):
        self.file._grant(5, "temporary", **self._days(0, 5))
        with self.refused("Corner Shop has a temporary limit from"):
            self.file._grant(6, "temporary", **self._days(5, 9))
        with self.refused("End that one first"):
            self.file._grant(6, "temporary", **self._days(-9, 9))

    def test_end_of_nothing(self):
        with self.refused("Only an end names the limit that it ends."):
            self.file._grant(5, "end")

    def test_limit_without_an_amount_is_zero_and_not_unlimited(self):
        limit = self.file._grant(False)
        self.assertEqual(limit.amount, 0)
        self.assertEqual(self.file.limit_amount, 0)

    # === Files === #

    def _open_file(self, partner, company=None, **values):
        self.env["credit.file"].create(
            {
                "partner_id": partner.id,
                "company_id": (company or self.company).id,
                **values,
            }
        )

    def test_file_for_a_contact(self):
        contact = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": self.customer.id}
        )
        with self.refused("open the credit file for Corner Shop", "credit.file"):
            self._open_file(contact)

    def test_two_files_for_one_customer(self):
        with self.refused("already has a credit file", "credit.file"):
            self._open_file(self.customer)
        self.file.active = False
        with self.refused("it may be archived", "credit.file"):
            self._open_file(self.customer)

    def test_file_in_a_branch(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        with self.refused("Branch is a branch", "credit.file"):
            self._open_file(self._customer("Pharmacy"), branch)

    def test_file_for_the_customer_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self._customer("Pharmacy", company_id=other.id)
        with self.refused("Pharmacy belongs to another company", "credit.file"):
            self._open_file(theirs)

    def test_group_that_contains_itself(self):
        member = self._file(self._customer("Pharmacy"), parent_id=self.file.id)
        with self.refused("A group of companies cannot contain itself", "credit.file"):
            self.file.parent_id = member

    def test_group_across_companies(self):
        other = self.env["res.company"].create({"name": "Other"})
        self._open_file(self.customer, other)
        theirs = self.env["credit.file"].search([("company_id", "=", other.id)])
        with self.refused("company", "credit.file"):
            theirs.parent_id = self.file

    def test_file_with_a_limit_is_not_deleted(self):
        with self.refused("Archive it instead", "credit.file"):
            self.file.unlink()

    def test_file_moves_to_no_other_customer(self):
        manager = self.file.with_user(self.manager)
        with self.assertRaises(AccessError):
            manager.partner_id = self._customer("Pharmacy")

    # === Policies === #

    def test_threshold_below_zero(self):
        with self.refused("cannot be negative", "credit.rule"):
            self.policy.rule_ids = [self._rule("overdue_days", -1)]

    def test_share_of_more_than_all(self):
        with self.refused("cannot exceed 100 %", "credit.rule"):
            self.policy.rule_ids = [self._rule("overdue_share", 101)]

    def test_policy_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self.env["credit.policy"].create(
            {"name": "Theirs", "company_id": other.id}
        )
        with self.refused("belongs to Other", "credit.file"):
            self.company.credit_default_policy_id = theirs
        with self.refused("company", "credit.file"):
            self.file.policy_id = theirs

    def test_policy_in_use_is_not_given_to_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        shared = self.env["credit.policy"].create({"name": "Shared"})
        self.file.policy_id = shared
        with self.refused("Shared", "credit.file"):
            shared.company_id = other
        with self.refused("Test policy", "credit.file"):
            self.policy.company_id = other

    def test_tolerance_of_less_than_nothing(self):
        for tolerance in -1, 101:
            with self.refused("a percentage from 0 to 100", "credit.file"):
                self.company.credit_tolerance = tolerance

    # === Customers === #

    def test_refused_input_leaves_the_order_as_it_was(self):
        order = self._order(1200)
        order.action_confirm()
        held = self._decision(order)
        with self.refused("cannot be negative"):
            self.file._grant(-1)
        self.assertEqual(self._decision(order), held)
        self.assertHeld(order, "limit")

    def test_unknown_kind_of_rule(self):
        with self.assertRaisesRegex(UserError, "Kind: choose from what is offered"):
            self.policy.rule_ids = [Command.create({"kind": "weather"})]

    def test_error_is_one_that_users_are_shown(self):
        """The web client shows what is a UserError and hides the rest."""
        with self.assertRaises(ValidationError):
            self.file._grant(1e16)
