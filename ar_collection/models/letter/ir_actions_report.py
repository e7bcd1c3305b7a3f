import io

from reportlab.pdfgen.canvas import Canvas

from odoo import models
from odoo.tools.pdf import PdfFileReader, PdfFileWriter

LETTER = "ar_collection.letter_report"
MARGIN = 28  # points between the edge of the paper and the number of its page


class IrActionsReport(models.Model):
    """Letters print as they were sent, with a ``wkhtmltopdf`` of any make."""

    _inherit = "ir.actions.report"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        """Give the kept PDFs of letters; one at a time, so that an unpatched
        ``wkhtmltopdf`` manages any number. The caller joins them."""
        report = self._get_report(report_ref)
        if report.report_name != LETTER:
            return super()._render_qweb_pdf_prepare_streams(
                report_ref, data, res_ids=res_ids
            )
        letters = self.env["collection.letter"].browse(res_ids)
        letters.check_access("read")
        letters._render()
        return {
            letter.id: {
                "stream": io.BytesIO(letter.attachment_id.raw),
                "attachment": letter.attachment_id,
            }
            for letter in letters.sudo()
        }

    def _build_wkhtmltopdf_args(self, *args, **kwargs):
        """Do not wait for scripts: letters have none, and a second each adds up."""
        command = super()._build_wkhtmltopdf_args(*args, **kwargs)
        if self.report_name == LETTER and "--javascript-delay" in command:
            command[command.index("--javascript-delay") + 1] = "0"
        return command

    def _collection_letter_pdf(self, letter):
        """Return a letter as PDF.

        The template is a whole document with its own style: nothing is fetched from
        anywhere, so that it looks the same wherever it is made.

        :param letter: one collection.letter
        :rtype: bytes
        """
        self.ensure_one()
        html, _kind = self._render_qweb_html(self, letter.ids)
        pdf = self._run_wkhtmltopdf([html.decode()], report_ref=self)
        return _numbered(pdf, letter.number)


def _numbered(pdf, number):
    """Return a document with its number on each page, if it has more than one.

    An unpatched ``wkhtmltopdf`` has no footers, and a letter of several pages that does
    not say so can lose one.

    :param bytes pdf: the document
    :param str number: in ASCII
    :rtype: bytes
    """
    reader = PdfFileReader(io.BytesIO(pdf), strict=False)
    pages = reader.getNumPages()
    if pages < 2:
        return pdf
    writer = PdfFileWriter()
    writer.appendPagesFromReader(reader)
    for place in range(pages):
        page = writer.getPage(place)
        page.mergePage(_stamp(page.mediaBox, f"{number}   {place + 1} / {pages}"))
    result = io.BytesIO()
    writer.write(result)
    return result.getvalue()


def _stamp(box, text):
    """Return an empty page of a size with a text at its lower right."""
    width, height = float(box.getWidth()), float(box.getHeight())
    drawn = io.BytesIO()
    canvas = Canvas(drawn, (width, height), invariant=1)
    canvas.setFont("Helvetica", 8)
    canvas.drawRightString(width - 2 * MARGIN, MARGIN, text)
    canvas.save()
    return PdfFileReader(drawn).getPage(0)
