from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import date_utils

from odoo.addons.trade_credit_base.models.guard.ir_default import own_defaults


class RatingReport(models.AbstractModel):
    """A report on confirmed quarters: people choose what it looks at, and nothing else.

    Its figures are computed by a button and forgotten as soon as it looks at something
    else. An inheriting model names what people choose in ``_parameters``.
    """

    _name = "rating.report"
    _description = "Report on Past Quarters"
    _inherit = ["trade.rooted", "trade.owned"]
    _branches_write = True

    _parameters = frozenset({"company_id", "date_from", "date_to"})
    _months = 12  # that a new report looks back

    date_from = fields.Date(
        "Quarters From",
        required=True,
        default=lambda self: self._default_day(-self._months),
    )
    date_to = fields.Date(
        "To",
        required=True,
        default=lambda self: date_utils.subtract(self._default_day(0), days=1),
    )
    computed_on = fields.Datetime(readonly=True, copy=False)

    # === DEFAULTS === #

    def _default_day(self, months):
        """:return: the first day of the current quarter, moved by months"""
        start = date_utils.start_of(self.env.company._trade_day(), "quarter")
        return date_utils.add(start, months=months)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            # A form sends its empty lists along
            self._check_written({name for name, value in vals.items() if value})
        given = own_defaults(self, self._fields.keys() - self._parameters)
        return super().create([given | vals for vals in vals_list])

    def write(self, vals):
        self._check_written(vals)
        if vals.keys() & self._parameters:
            self.sudo()._forget()
        return super().write(vals)

    def _check_written(self, names):
        """:raises AccessError: if ``names`` has a figure: those are computed"""
        if not self.env.su and set(names) - self._parameters:
            raise AccessError(
                self.env._("The figures of a report are computed, never written.")
            )

    # === ACTION METHODS === #

    def action_compute(self):
        """Compute these reports, again if they were computed.

        :raises AccessError: if the user is not a rating manager
        :raises UserError: if there is no confirmed quarter to look at
        """
        self.env["rating.dealer"]._check_manager()
        self.check_access("write")
        for report in self.sudo():
            report._forget()
            if not report._evaluate():
                raise UserError(
                    self.env._(
                        "No quarter of these months is confirmed. Confirm quarters, or "
                        "choose others."
                    )
                )
        return True

    # === BUSINESS METHODS === #

    def _forget(self):
        """Delete what was computed with other parameters. Extend for the lines."""
        self.computed_on = False

    def _evaluate(self):
        """Compute and store the figures.

        :return: how many quarters there were
        """
        raise NotImplementedError
