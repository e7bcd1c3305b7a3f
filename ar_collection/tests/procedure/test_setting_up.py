from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import CollectionCommon


@tagged("post_install", "-at_install")
class TestSettingUp(CollectionCommon):
    """A company that came later collects by the standard as well, if it is asked to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.late = cls.env["res.company"].create({"name": "Came Later"})
        cls.manager = cls._user("boss", "ar_collection.collection_group_manager")
        cls.manager.company_ids += cls.late
        cls.standard = cls.env.ref("ar_collection.procedure_standard")

    def _set_up(self, user):
        procedures = self.env["collection.procedure"].with_user(user)
        procedures = procedures.with_context(allowed_company_ids=self.late.ids)
        procedures.action_set_up_company()
        domain = [("company_id", "=", self.late.id)]
        return procedures.search(domain), self.env["collection.benchmark"].search(
            domain
        )

    def test_it_gets_the_standard_procedure_and_all_benchmarks(self):
        procedure, benchmarks = self._set_up(self.manager)
        self.assertTrue(procedure.is_default)
        self.assertEqual(
            procedure.stage_ids.mapped("code"), self.standard.stage_ids.mapped("code")
        )
        self.assertEqual(
            procedure.stage_ids.effect_ids.mapped("code"),
            self.standard.stage_ids.effect_ids.mapped("code"),
        )
        self.assertEqual(len(benchmarks), 7)
        self.assertTrue(all(benchmark.band_ids for benchmark in benchmarks))

    def test_a_second_time_changes_nothing(self):
        procedure, benchmarks = self._set_up(self.manager)
        procedure.active = False
        benchmarks[0].benchmark = 5
        again, same = self._set_up(self.manager)
        self.assertFalse(again)
        self.assertEqual(same, benchmarks)
        self.assertEqual(benchmarks[0].benchmark, 5)

    def test_only_a_manager_does_it(self):
        self.collector.company_ids += self.late
        with self.assertRaises(AccessError):
            self._set_up(self.collector)
