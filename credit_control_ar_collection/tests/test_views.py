from odoo.tests import Form, tagged

from .common import SupplyCommon


@tagged("post_install", "-at_install")
class TestViews(SupplyCommon):
    """What whom the forms show; each is opened as whoever works with it."""

    def test_forms_open_for_everybody_who_works_with_them(self):
        self._warn()
        case = self.file.collection_case_id
        order = self._order(5000)
        order.action_confirm()
        for user in self.officer, self.manager:
            Form(self.file.with_user(user))
            Form(self._decision(order).with_user(user))
        Form(case.with_user(self.collector))
        self.collector.group_ids += self.env.ref("credit_control.credit_group_user")
        form = Form(case.with_user(self.collector))
        self.assertIn("credit_file_id", form._view["fields"])

    def test_the_buttons_lead_to_the_file_and_to_the_case(self):
        self._warn()
        case = self.file.collection_case_id
        self.assertEqual(case.action_open_credit_file()["res_id"], self.file.id)
        self.assertEqual(self.file.action_open_collection_case()["res_id"], case.id)

    def test_the_settings_are_those_of_the_company(self):
        Settings = self.env["res.config.settings"]
        settings = Settings.with_company(self.company).create({})
        settings.credit_collection_months = 5
        settings.execute()
        self.assertEqual(self.company.credit_collection_months, 5)

    def test_a_rule_without_a_measure_hides_its_threshold(self):
        arch = self.env["credit.policy"].get_view(
            self.env.ref("credit_control.credit_policy_view_form").id
        )["arch"]
        self.assertIn("collection_legal", arch)
        self.assertIn("no_limit", arch)
