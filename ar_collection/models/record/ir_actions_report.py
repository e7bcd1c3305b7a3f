import io

from odoo import models

from ..letter.ir_actions_report import _numbered

REPORTS = {"ar_collection.handover_report", "ar_collection.case_report"}


class IrActionsReport(models.Model):
    """Hand-overs and cases print with a ``wkhtmltopdf`` of any make: one at a time."""

    _inherit = "ir.actions.report"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        """Make one document after the other; the caller joins them."""
        report = self._get_report(report_ref)
        if report.report_name not in REPORTS:
            return super()._render_qweb_pdf_prepare_streams(
                report_ref, data, res_ids=res_ids
            )
        records = self.env[report.model].browse(res_ids)
        records.check_access("read")
        return {
            record.id: {
                "stream": io.BytesIO(report._collection_record_pdf(record)),
                "attachment": None,
            }
            for record in records
        }

    def _build_wkhtmltopdf_args(self, *args, **kwargs):
        """Do not wait for scripts: these documents have none."""
        command = super()._build_wkhtmltopdf_args(*args, **kwargs)
        if self.report_name in REPORTS and "--javascript-delay" in command:
            command[command.index("--javascript-delay") + 1] = "0"
        return command

    def _collection_record_pdf(self, record, data=None):
        """Return a hand-over or a case as PDF, its pages numbered.

        :param record: one record of the report's model
        :param dict data: for its template
        :rtype: bytes
        """
        self.ensure_one()
        html, _kind = self._render_qweb_html(self, record.ids, data=data)
        pdf = self._run_wkhtmltopdf([html.decode()], report_ref=self)
        return _numbered(pdf, str(record.id))
