import io

from odoo import models

from ..letter.ir_actions_report import _numbered

STATEMENT = "ar_collection.statement_report"


class IrActionsReport(models.Model):
    """Statements print as they were sent."""

    _inherit = "ir.actions.report"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        report = self._get_report(report_ref)
        if report.report_name != STATEMENT:
            return super()._render_qweb_pdf_prepare_streams(
                report_ref, data, res_ids=res_ids
            )
        statements = self.env[report.model].browse(res_ids)
        statements.check_access("read")
        statements._render()
        return {
            statement.id: {
                "stream": io.BytesIO(statement.attachment_id.raw),
                "attachment": statement.attachment_id,
            }
            for statement in statements.sudo()
        }

    def _collection_statement_pdf(self, statement):
        """Return a statement as PDF; several pages are numbered.

        :param statement: one collection.statement
        :rtype: bytes
        """
        self.ensure_one()
        html, _kind = self._render_qweb_html(self, statement.ids)
        pdf = self._run_wkhtmltopdf([html.decode()], report_ref=self)
        return _numbered(pdf, statement._page_name())

    def _build_wkhtmltopdf_args(self, *args, **kwargs):
        """Do not wait for scripts: these documents have none."""
        command = super()._build_wkhtmltopdf_args(*args, **kwargs)
        if self.report_name == STATEMENT and "--javascript-delay" in command:
            command[command.index("--javascript-delay") + 1] = "0"
        return command
