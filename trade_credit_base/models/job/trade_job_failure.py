import traceback

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...batches import CONFLICTS, conflict_in, words_of
from ...sentences import Sentence
from .trade_job_run import SYSTEM

MET = {kind.__name__ for kind in CONFLICTS}


class TradeJobFailure(models.Model):
    """What went wrong in a run: for one company, or for all of it."""

    _name = "trade.job.failure"
    _description = "Failure of a Run"
    _order = "run_id desc, company_id, id"
    _rec_name = "run_id"

    run_id = fields.Many2one(
        "trade.job.run", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", ondelete="cascade", help="Empty: the run as a whole."
    )
    message = Sentence(groups=SYSTEM)
    is_said = fields.Boolean(
        "Worded for Users", help="The message is a sentence that anybody understands."
    )
    trace = fields.Text("Technical Details", groups=SYSTEM)
    sentence = fields.Text("What Failed", compute="_compute_sentence")

    # === COMPUTE METHODS === #

    @api.depends_context("lang", "uid")
    @api.depends("message", "is_said", "company_id")
    def _compute_sentence(self):
        sees_all = self.env.user.has_group(SYSTEM)
        for failure, own in zip(self, self.sudo(), strict=True):
            if own.is_said and (own.company_id or sees_all):
                failure.sentence = own.message
            elif own.is_said:  # nobody knows whose customers it names
                failure.sentence = self.env._(
                    "The whole job failed; an administrator sees why."
                )
            elif own.message in MET:
                failure.sentence = self.env._(
                    "Others kept changing the same records at the same moment. It is "
                    "tried again within minutes."
                )
            elif own.message:
                failure.sentence = self.env._(
                    "The program met an error. An administrator finds it in the "
                    "technical details."
                )
            else:
                failure.sentence = self.env._(
                    "Odoo did not run it: the user of the scheduled action is archived."
                )

    # === BUSINESS METHODS === #

    @api.model
    def _add(self, run, error, trace=None, company=None):
        """Put down what went wrong; what no user can read is for administrators.

        :param int run: id of the run
        :param Exception error: what went wrong
        :param str trace: where
        :param company: for whom, if not for all
        """
        conflict, name = conflict_in(error), type(error).__name__
        is_said, said = isinstance(error, UserError), words_of(error)
        if conflict:
            is_said, said = False, type(conflict).__name__
        return self.create(
            {
                "run_id": run,
                "company_id": company and company.id,
                "message": said if is_said or conflict else f"{name}: {said}",
                "is_said": is_said,
                "trace": trace or "".join(traceback.format_exception(error)),
            }
        )

    def _line(self, several):
        """:param bool several: whether the reader works for several companies"""
        if several and self.company_id:
            company = self.company_id.sudo().name
            return self.env._(
                "%(company)s: %(failure)s", company=company, failure=self.sentence
            )
        return self.sentence
