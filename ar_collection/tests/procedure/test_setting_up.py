from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import CollectionCommon


class SettingUpCommon(CollectionCommon):
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
        return procedures.search([("company_id", "=", self.late.id)])


@tagged("post_install", "-at_install")
class TestSettingUp(SettingUpCommon):
    def test_it_gets_the_standard_procedure(self):
        procedure = self._set_up(self.manager)
        self.assertTrue(procedure.is_default)
        self.assertEqual(
            procedure.stage_ids.mapped("code"), self.standard.stage_ids.mapped("code")
        )
        self.assertEqual(
            procedure.stage_ids.effect_ids.mapped("code"),
            self.standard.stage_ids.effect_ids.mapped("code"),
        )

    def test_a_second_time_changes_nothing(self):
        self._set_up(self.manager).active = False
        self.assertFalse(self._set_up(self.manager))

    def test_only_a_manager_does_it(self):
        self.collector.company_ids += self.late
        with self.assertRaises(AccessError):
            self._set_up(self.collector)
