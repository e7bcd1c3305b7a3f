import io

from odoo import models

from ..letter.ir_actions_report import _numbered

STATEMENT = "ar_collection.statement_report"
ACCOUNT = "ar_collection.assessment_report"


class IrActionsReport(models.Model):
    """Statements print as they were sent; accounts one at a time, as letters do."""

    _inherit = "ir.actions.report"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        report = self._get_report(report_ref)
        if report.report_name not in (STATEMENT, ACCOUNT):
            return super()._render_qweb_pdf_prepare_streams(
                report_ref, data, res_ids=res_ids
            )
        records = self.env[report.model].browse(res_ids)
        records.check_access("read")
        if report.report_name == STATEMENT:
            records._render()
            return {
                statement.id: {
                    "stream": io.BytesIO(statement.attachment_id.raw),
                    "attachment": statement.attachment_id,
                }
                for statement in records.sudo()
            }
        return {
            account.id: {
                "stream": io.BytesIO(report._collection_account_pdf(account)),
                "attachment": None,
            }
            for account in records
        }

    def _collection_account_pdf(self, record):
        """Return a statement or an account as PDF; several pages are numbered.

        :param record: one collection.statement or collection.assessment
        :rtype: bytes
        """
        self.ensure_one()
        html, _kind = self._render_qweb_html(self, record.ids)
        pdf = self._run_wkhtmltopdf([html.decode()], report_ref=self)
        return _numbered(pdf, record._page_name())

    def _build_wkhtmltopdf_args(self, *args, **kwargs):
        """Do not wait for scripts: these documents have none."""
        command = super()._build_wkhtmltopdf_args(*args, **kwargs)
        own = self.report_name in (STATEMENT, ACCOUNT)
        if own and "--javascript-delay" in command:
            command[command.index("--javascript-delay") + 1] = "0"
        return command
