from odoo.tests import tagged

from odoo.addons.trade_credit_base.tests.job.job_common import run_job

from ..common import CollectionCommon


@tagged("post_install", "-at_install")
class TestRunJob(CollectionCommon):
    """What the day's job says that it did."""

    def _ran(self, job="job_collection"):
        """:return: {code: number} of the company, and the run"""
        run = run_job(self, self.env.ref(f"ar_collection.{job}"))
        own = run.figure_ids.filtered(lambda each: each.company_id == self.company)
        return {figure.code: figure.number for figure in own}, own

    def test_it_counts_what_it_found_and_did(self):
        self._run(-1)  # a first run waits for a person
        self._invoice(100, late=1)
        self._invoice(100, late=8)
        figures, _own = self._ran()
        self.assertEqual(figures["items_found"], 2)
        self.assertEqual(figures["steps_due"], 2)
        self.assertEqual(figures["actions_performed"], 1)
        self.assertFalse(self._ran()[0], "it does nothing twice")
