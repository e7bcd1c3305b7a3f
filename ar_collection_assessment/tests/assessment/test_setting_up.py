from odoo.tests import tagged

from odoo.addons.ar_collection.tests.procedure import test_setting_up


@tagged("post_install", "-at_install")
class TestSettingUp(test_setting_up.SettingUpCommon):
    """A company that came later takes the benchmarks with the procedure."""

    def _benchmarks(self):
        self._set_up(self.manager)
        own = [("company_id", "=", self.late.id)]
        return self.env["collection.benchmark"].search(own)

    def test_it_gets_all_benchmarks(self):
        benchmarks = self._benchmarks()
        self.assertEqual(len(benchmarks), 7)
        self.assertTrue(all(benchmark.band_ids for benchmark in benchmarks))

    def test_a_second_time_changes_nothing(self):
        benchmarks = self._benchmarks()
        benchmarks[0].benchmark = 5
        self.assertEqual(self._benchmarks(), benchmarks)
        self.assertEqual(benchmarks[0].benchmark, 5)
