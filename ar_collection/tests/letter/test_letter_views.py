import io

from reportlab.pdfgen.canvas import Canvas

from odoo.tests import HttpCase, tagged

from ..test_views import FORMS
from .test_letter import LetterCommon

# Opens the tab with the PDF and waits for the viewer; then the form of the wizard
PDF_TAB = FORMS.replace(
    'console.log("test successful");',
    """
    document.querySelector("[name=document].nav-link").click();
    for (let tries = 0; !document.querySelector(".o_field_pdf_viewer iframe"); ) {
        if (tries++ === 50) {
            console.error("The PDF is not shown");
            return;
        }
        await wait(100);
    }
    document.querySelector("button[name=action_serve]").click();
    for (let tries = 0; !document.querySelector(".modal [name=proof_ids]"); ) {
        if (tries++ === 50) {
            console.error("The service cannot be recorded");
            return;
        }
        await wait(100);
    }
    console.log("test successful");
    """,
)


@tagged("post_install", "-at_install")
class TestLetterViews(LetterCommon, HttpCase):
    """A collector looks at a letter as it was sent."""

    def test_a_letter_shows_its_pdf_and_takes_its_proof(self):
        self._invoice(100, 8)
        letter = self.letters._build(self._run())
        page = io.BytesIO()
        canvas = Canvas(page)
        canvas.showPage()
        canvas.save()
        letter._set_rendered(page.getvalue())
        script = PDF_TAB % [[letter._name, letter.id, letter.number]]
        self.browser_js(
            f"/odoo?cids={self.company.id}",
            script,
            "odoo.isReady === true",
            login="collector",
        )

    def test_a_letter_leads_to_its_case_contact_and_items(self):
        self._invoice(100, 8)
        letter = self.letters._build(self._run()).with_user(self.collector)
        self.assertEqual(letter.line_count, 1)
        self.assertEqual(letter.action_open_case()["res_id"], letter.case_id.id)
        self.assertEqual(letter.action_open_action()["res_id"], letter.action_id.id)
        items = self.env["collection.item"].search(letter.action_open_items()["domain"])
        self.assertEqual(items, letter.line_ids.item_id.sudo())
        self.assertEqual(items.mapped("number"), letter.line_ids.mapped("number"))
