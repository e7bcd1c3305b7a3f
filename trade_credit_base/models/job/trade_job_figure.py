import json

from odoo import api, fields, models
from odoo.models import BaseModel
from odoo.tools import SQL, formatLang

from ...windows import list_of


class TradeJobFigure(models.Model):
    """A number of something that a run did, found or left, in one company."""

    _name = "trade.job.figure"
    _description = "Figure of a Run"
    _order = "run_id desc, company_id, id"
    _rec_name = "code"

    run_id = fields.Many2one("trade.job.run", required=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    code = fields.Char(required=True)
    number = fields.Integer("Count", required=True)
    model = fields.Char()
    record_ids = fields.Json()
    label = fields.Char("What", compute="_compute_label")
    can_open = fields.Boolean(compute="_compute_can_open")

    _code_unique = models.UniqueIndex(
        "(run_id, company_id, code)", "A run has each figure of a company once."
    )

    # === COMPUTE METHODS === #

    @api.depends_context("lang")
    @api.depends("code")
    def _compute_label(self):
        labels = self._codes()
        for figure in self:
            figure.label = labels.get(figure.code, figure.code)

    @api.depends_context("uid")
    @api.depends("model", "record_ids")
    def _compute_can_open(self):
        for figure in self:
            model, domain = figure._counted()
            known = model in self.env and domain is not None
            figure.can_open = known and self.env[model].has_access("read")

    # === ACTION METHODS === #

    def action_open(self):
        """Open the records that were counted, as they are now, where that is known."""
        self.ensure_one()
        self.check_access("read")
        if not self.can_open:
            return False
        model, domain = self._counted()
        return list_of(self.env[model], self.label, domain)

    # === BUSINESS METHODS === #

    @api.model
    def _codes(self):
        """Return what is counted, in the reader's language. Extend to count more.

        :rtype: dict[str, str]
        """
        return {}

    def _counted(self):
        """Return the records that were counted. Extend for codes that only bear a
        number, because there are too many to keep their ids.

        :return: (name of the model, domain); nothing if nobody can tell
        """
        if not self.model:
            return None, None
        return self.model, [("id", "in", self.record_ids or [])]

    @api.model
    def _add(self, run, company, figures):
        """Add to the figures of a run, see :meth:`trade.job._report`."""
        for code, what in figures.items():
            if not what:
                continue
            counted = isinstance(what, BaseModel)
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO trade_job_figure AS known
                           (run_id, company_id, code, number, model, record_ids)
                    VALUES (%(run)s, %(company)s, %(code)s, %(number)s, %(model)s,
                            %(ids)s::jsonb)
                        ON CONFLICT (run_id, company_id, code) DO UPDATE
                       SET record_ids = %(both)s,
                           number = COALESCE(jsonb_array_length(%(both)s),
                                             known.number + EXCLUDED.number)
                    """,
                    run=run,
                    company=company.id,
                    code=code,
                    number=len(what) if counted else what,
                    model=what._name if counted else None,
                    ids=json.dumps(what.ids) if counted else None,
                    both=SQL(
                        """(SELECT jsonb_agg(DISTINCT each.id)
                              FROM jsonb_array_elements(known.record_ids
                                   || EXCLUDED.record_ids) AS each (id))"""
                    ),
                )
            )

    def _summary(self):
        """Return the figures of a run in a line each, those of all companies together.

        :rtype: str
        """
        sums = {}
        for figure in self:
            sums[figure.label] = sums.get(figure.label, 0) + figure.number
        return "\n".join(
            self.env._(
                "%(what)s: %(number)s",
                what=label,
                number=formatLang(self.env, number, digits=0),
            )
            for label, number in sums.items()
        )
