from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, TransactionCase, new_test_user, tagged
from odoo.tools import convert_file, mute_logger

IMPORTANCE = {"Demand": 5, "Margin": 4, "Prospects": 3, "Payment": 2, "Goodwill": 1}


@tagged("post_install", "-at_install")
class TestScreening(TransactionCase):
    """A screening with the five criteria of the worked example and no candidate yet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            login="screener",
            groups="dealer_rating.rating_group_manager,base.group_partner_manager",
        )
        cls.reader = new_test_user(
            cls.env, login="reader", groups="dealer_rating.rating_group_user"
        )
        cls.screening = (
            cls.env["rating.screening"]
            .with_user(cls.manager)
            .create(
                {
                    "name": "North",
                    "criterion_ids": [
                        Command.create({"name": name, "importance": importance})
                        for name, importance in IMPORTANCE.items()
                    ],
                }
            )
        )

    def _candidate(self, name, *scores):
        """A candidate with scores in the order of the criteria; the rest is open."""
        candidate = self.env["rating.screening.candidate"].with_user(self.manager)
        candidate = candidate.create({"screening_id": self.screening.id, "name": name})
        for cell, score in zip(candidate.score_ids, scores, strict=False):
            cell.score = str(score)
        return candidate

    def _ranks(self):
        return {each.name: each.rank for each in self.screening.candidate_ids}

    def test_demo_ranks_the_worked_example(self):
        convert_file(
            self.env,
            "dealer_rating",
            "demo/rating_screening_demo.xml",
            {},
            "init",
            noupdate=True,
        )
        screening = self.env.ref("dealer_rating.rating_screening_north_demo")
        found = {each.name: each.total for each in screening.candidate_ids}
        self.assertEqual(found, {"A": 67, "B": 57, "C": 35, "D": 70})
        in_order = screening.candidate_ids.sorted("rank").mapped("name")
        self.assertEqual(in_order, ["D", "A", "B", "C"])
        self.assertEqual(screening.best, "D")

    def test_candidates_get_a_cell_for_every_criterion_whichever_came_first(self):
        candidate = self._candidate("X")
        self.assertEqual(candidate.score_ids.criterion_id, self.screening.criterion_ids)
        late = self.env["rating.screening.criterion"].with_user(self.manager)
        late = late.create({"screening_id": self.screening.id, "name": "Location"})
        self.assertIn(late, candidate.score_ids.criterion_id)
        self.assertEqual(len(candidate.score_ids), 6)

    def test_form_makes_a_screening_whole(self):
        with Form(self.env["rating.screening"].with_user(self.manager)) as form:
            form.name = "South"
            with form.criterion_ids.new() as criterion:
                criterion.name = "Demand"
            with form.candidate_ids.new() as candidate:
                candidate.name = "X"
        screening = form.record
        self.assertEqual(len(screening.score_ids), 1)
        with Form(screening.candidate_ids) as form:
            with form.score_ids.edit(0) as cell:
                cell.score = "4"
        self.assertEqual(screening.candidate_ids.total, 12)
        self.assertEqual(screening.candidate_ids.rank, 1)

    def test_missing_score_is_no_zero_and_is_named(self):
        whole = self._candidate("Whole", 1, 1, 1, 1, 1)
        lacking = self._candidate("Lacking", 5, 5, 5, 5)
        self.assertEqual((lacking.rank, lacking.missing), (0, 1))
        self.assertIn("Goodwill", lacking.missing_text)
        self.assertEqual((whole.rank, whole.missing_text), (1, False))
        self.assertEqual(self.screening.missing, 1)
        lacking.score_ids[-1].score = "1"
        self.assertEqual(self._ranks(), {"Lacking": 1, "Whole": 2})
        lacking.score_ids[0].score = "0"
        self.assertEqual(self._ranks(), {"Lacking": 0, "Whole": 1})

    def test_ties_share_a_rank(self):
        self._candidate("One", 3, 3, 3, 3, 3)
        self._candidate("Same", 3, 3, 3, 3, 3)
        self._candidate("Best", 5, 3, 3, 3, 3)
        self._candidate("Last", 1, 1, 1, 1, 1)
        self.assertEqual(self._ranks(), {"Best": 1, "One": 2, "Same": 2, "Last": 4})

    def test_importance_changes_totals_and_ranks(self):
        one = self._candidate("One", 5, 1, 1, 1, 1)
        other = self._candidate("Other", 1, 5, 1, 1, 1)
        self.assertEqual((one.rank, other.rank), (1, 2))
        self.screening.criterion_ids[1].importance = 5
        self.screening.criterion_ids[0].importance = 4
        self.assertEqual((one.rank, other.rank), (2, 1))

    def test_criterion_that_is_taken_back_counts_no_more(self):
        candidate = self._candidate("One", 5, 5, 5, 5)
        self.screening.criterion_ids[-1].unlink()
        self.assertEqual((candidate.total, candidate.rank), (70, 1))

    @mute_logger("odoo.sql_db")
    def test_importance_goes_from_1_to_5(self):
        self._candidate("One", 5, 5, 5, 5, 5)
        for wrong in 0, 6:
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.screening.criterion_ids[0].importance = wrong

    def test_copy_keeps_the_criteria_and_leaves_the_candidates(self):
        self._candidate("One", 5, 5, 5, 5, 5)
        twin = self.screening.copy()
        found = {each.name: each.importance for each in twin.criterion_ids}
        self.assertEqual(found, IMPORTANCE)
        self.assertFalse(twin.candidate_ids)
        self.assertFalse(twin.score_ids)

    def test_name_becomes_a_contact_by_button_and_keeps_its_scores(self):
        candidate = self._candidate("Newcomer", 5, 5, 5, 5, 5)
        action = candidate.action_make_contact()
        partner = self.env["res.partner"].browse(action["res_id"])
        self.assertEqual(candidate.partner_id, partner)
        self.assertEqual((partner.name, partner.is_company), ("Newcomer", True))
        self.assertEqual(candidate.total, 75)
        candidate.action_make_contact()
        self.assertEqual(candidate.partner_id, partner)

    def test_contact_gives_the_candidate_its_name(self):
        partner = self.env["res.partner"].create({"name": "Known Shop"})
        candidate = self.env["rating.screening.candidate"].create(
            {"screening_id": self.screening.id, "partner_id": partner.id}
        )
        self.assertEqual(candidate.name, "Known Shop")

    def test_readers_read_and_only_managers_write(self):
        candidate = self._candidate("One", 1, 1, 1, 1, 1)
        seen = candidate.with_user(self.reader)
        self.assertEqual(seen.total, 15)
        records = self.screening, candidate, self.screening.criterion_ids
        for record in *records, candidate.score_ids:
            for operation in "write", "create", "unlink":
                with self.assertRaises(AccessError):
                    record.with_user(self.reader).check_access(operation)
        with self.assertRaises(AccessError):
            seen.action_make_contact()

    def test_another_companys_screening_is_not_seen(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self._candidate("One", 1, 1, 1, 1, 1)
        self.screening.sudo().company_id = other
        for name in "screening", "screening.candidate", "screening.score":
            model = self.env[f"rating.{name}"].with_user(self.manager)
            self.assertFalse(model.search_count([("company_id", "=", other.id)]))
            self.assertTrue(model.sudo().search_count([("company_id", "=", other.id)]))
