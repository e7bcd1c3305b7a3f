from odoo import fields, models
from odoo.exceptions import UserError

from ...core.letter import fingerprint

REPORT = "ar_collection.collection_letter_report"
AT_ONCE = 50  # letters without PDF that one click may print: each takes about a second


class CollectionLetter(models.Model):
    """How a letter becomes the PDF that is sent, once and for all."""

    _inherit = "collection.letter"

    def _render(self):
        """Make the PDFs of letters that have none, one at a time, and keep them.

        What is rendered stays as it is, with its hash: a second call changes nothing.
        Commit between letters if there are many; a transaction that another one
        overtakes fails as a whole and leaves no PDF.

        :return: the letters that were rendered now
        :raises UserError: if the PDF cannot be made
        """
        todo = self.sudo().filtered(lambda letter: letter.state == "built")
        report = self.env.ref(REPORT).sudo()
        for letter in todo:
            letter._set_rendered(report._collection_letter_pdf(letter))
        return todo.sudo(self.env.su)

    def _set_rendered(self, pdf):
        """Keep a letter's PDF.

        :param bytes pdf: the document as it is sent
        """
        self.ensure_one()
        attachment = self.env["ir.attachment"].create(
            {
                "name": self._file_name(),
                "raw": pdf,
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        self.write(
            {
                "attachment_id": attachment.id,
                "sha256": fingerprint(pdf),
                "rendered_on": fields.Datetime.now(),
                "state": "rendered",
            }
        )

    def _file_name(self):
        """:return: the PDF's name, as the customer sees it"""
        return f"{self.number.replace('/', '-')}.pdf"

    # === ACTION METHODS === #

    def action_print(self):
        """Print letters: each as it was or will be sent, joined into one PDF.

        Extend to note that letters for the post were printed.

        :raises UserError: if too many have no PDF yet
        """
        self.check_access("read")
        missing = len(self.filtered(lambda letter: letter.state == "built"))
        if missing > AT_ONCE:
            raise UserError(
                self.env._(
                    "%(missing)s of these letters have no PDF yet. The scheduled job "
                    "makes them in the background: print them afterwards, or at most "
                    "%(limit)s new ones at once.",
                    missing=missing,
                    limit=AT_ONCE,
                )
            )
        report = self.env.ref(REPORT)
        ordered = self.sorted(lambda letter: (letter.company_id.id, letter.number))
        return report.report_action(ordered, config=False)
