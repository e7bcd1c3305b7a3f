from odoo.tests import new_test_user, tagged

from .. import test_views


@tagged("post_install", "-at_install")
class TestMeasureViews(test_views.TestViews):
    """Forms of what comes after the letters, opened in the browser."""

    test_every_menu_view_and_filter_opens = None
    test_every_form_opens_and_says_what_it_is_about = None
    test_tomorrow_is_previewed_before_it_happens = None
    test_a_customer_leads_to_its_case = None
    test_an_action_names_what_took_a_step_once = None

    def test_measures_and_hand_overs_open(self):
        case = self.env["collection.case"].search([("partner_id", "=", self.late.id)])
        measure = case._propose_measure("legal_action", "Nobody answers the phone")
        seller, heir = (
            new_test_user(self.env, login=name, company_id=self.company.id)
            for name in ("seller", "heir")
        )
        self.late.user_id = seller
        handover = self.env["collection.handover"]._prepare(self.company, seller, heir)
        shown = [
            (case._name, case.id, "Propose a Measure"),
            (measure._name, measure.id, "Nobody answers the phone"),
            (handover._name, handover.id, "Late Mill"),
        ]
        script = test_views.FORMS % [list(each) for each in shown]
        self.browser_js("/odoo", script, "odoo.isReady === true", login="admin")
