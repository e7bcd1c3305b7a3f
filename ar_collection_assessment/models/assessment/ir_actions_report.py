import io

from odoo import models

from odoo.addons.ar_collection.models.letter.ir_actions_report import _numbered

ASSESSMENT = "ar_collection_assessment.assessment_report"


class IrActionsReport(models.Model):
    """Accounts print one at a time, as letters do."""

    _inherit = "ir.actions.report"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        report = self._get_report(report_ref)
        if report.report_name != ASSESSMENT:
            return super()._render_qweb_pdf_prepare_streams(
                report_ref, data, res_ids=res_ids
            )
        accounts = self.env[report.model].browse(res_ids)
        accounts.check_access("read")
        return {
            account.id: {
                "stream": io.BytesIO(report._collection_assessment_pdf(account)),
                "attachment": None,
            }
            for account in accounts
        }

    def _collection_assessment_pdf(self, account):
        """Return an account as PDF; several pages are numbered.

        :param account: one collection.assessment
        :rtype: bytes
        """
        self.ensure_one()
        html, _kind = self._render_qweb_html(self, account.ids)
        pdf = self._run_wkhtmltopdf([html.decode()], report_ref=self)
        return _numbered(pdf, account._page_name())

    def _build_wkhtmltopdf_args(self, *args, **kwargs):
        """Do not wait for scripts: these documents have none."""
        command = super()._build_wkhtmltopdf_args(*args, **kwargs)
        if self.report_name == ASSESSMENT and "--javascript-delay" in command:
            command[command.index("--javascript-delay") + 1] = "0"
        return command
