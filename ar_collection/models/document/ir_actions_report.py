import io

from reportlab.pdfgen.canvas import Canvas

from odoo import models
from odoo.tools.pdf import PdfFileReader, PdfFileWriter

MARGIN = 28  # points between the edge of the paper and the number of its page


class IrActionsReport(models.Model):
    """Print ``collection.document`` records one at a time, with a ``wkhtmltopdf`` of
    any make.

    Their templates are whole documents with a style of their own: nothing is fetched
    from anywhere, so that they look the same wherever they are made.
    """

    _inherit = "ir.actions.report"

    def _get_rendering_context(self, report, docids, data):
        """Give the records of a document with all rights to whoever may print them:
        templates print in whatever format a client names in the address, and past
        access rights.
        """
        values = super()._get_rendering_context(report, docids, data)
        docs = values.get("docs")
        if getattr(docs, "_document_report", None):
            docs._check_may_print()
            values["docs"] = docs.sudo()
        return values

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        """Give the kept PDFs, and make the others; the caller joins them."""
        report = self._get_report(report_ref)
        if not report._prints_collection_document():
            return super()._render_qweb_pdf_prepare_streams(
                report_ref, data, res_ids=res_ids
            )
        records = self.env[report.model].browse(res_ids)
        records._check_may_print()
        kept = records._kept_pdfs()
        return {
            record.id: {
                "stream": io.BytesIO(
                    kept[record.id].raw if record.id in kept else record._make_pdf()
                ),
                "attachment": kept.get(record.id),
            }
            for record in records
        }

    def _build_wkhtmltopdf_args(self, *args, **kwargs):
        """Do not wait for scripts: there are none, and a second each adds up."""
        command = super()._build_wkhtmltopdf_args(*args, **kwargs)
        if self._prints_collection_document() and "--javascript-delay" in command:
            command[command.index("--javascript-delay") + 1] = "0"
        return command

    def _prints_collection_document(self):
        """:return: whether this is the report that its model names as its document"""
        own = getattr(self.env.get(self.model), "_document_report", None)
        return bool(own) and self == self.env.ref(own, raise_if_not_found=False)

    def _collection_pdf(self, record, data=None):
        """Return a record as PDF; several pages are numbered.

        :param record: one ``collection.document``
        :param dict data: for its template
        :rtype: bytes
        """
        self.ensure_one()
        html, _kind = self._render_qweb_html(self, record.ids, data=data)
        pdf = self._run_wkhtmltopdf([html.decode()], report_ref=self)
        return _numbered(pdf, record._page_name())


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
