from odoo import api, models
from odoo.tools import format_date


class CreditSheetProblem(models.AbstractModel):
    """The words for what is wrong with a sheet of customers, of whatever kind."""

    _name = "credit.sheet.problem"
    _inherit = "trade.sheet.problem"
    _description = "Bad Row of a Sheet of Customers"

    # === WORDS === #

    @api.model
    def _column_labels(self):
        """:return: {column of such a sheet: its name in the user's language}"""
        raise NotImplementedError

    @api.model
    def _column_name(self, problem, header):
        return self._column_labels().get(problem.column, "")

    def _day(self, iso):
        return format_date(self.env, iso)

    # === A ROW === #

    def _reason_empty_value(self, problem):
        column = self._column_labels()[problem.column]
        return self.env._("%(column)s is missing.", column=column)

    def _reason_unknown_currency(self, problem):
        return self.env._(
            "“%(value)s” is no active currency. Activate it among the currencies of "
            "Invoicing and enter its rate there, or correct the file.",
            value=problem.value,
        )

    def _reason_unclear_customer(self, problem):
        return self.env._(
            "Several customers have the reference or the name %(code)s.",
            code=problem.value,
        )

    # === THE WHOLE FILE === #

    def _refusal_no_rows(self, error):
        return self.env._("The file has a header and no rows.")

    def _refusal_bad_mapping(self, error):
        return self.env._(
            "“%(part)s” does not name a column. Write for example: %(example)s",
            part=error.value,
            example=",".join(map("=".join, [*self._column_labels().items()][:2])),
        )

    def _refusal_unknown_key(self, error):
        return self.env._(
            "No column is called “%(key)s” here. Use one of these: %(keys)s.",
            key=error.value,
            keys=", ".join(self._column_labels()),
        )

    def _refusal_unknown_column(self, error):
        return self.env._("The file has no column “%(name)s”.", name=error.value)

    def _refusal_missing_column(self, error):
        return self.env._(
            "No column is recognised as “%(label)s”. Name it: %(key)s=…",
            label=self._column_labels()[error.value],
            key=error.value,
        )

    def _refusal_ambiguous_column(self, error):
        return self.env._(
            "The file has more than one column “%(name)s”. Rename all but one.",
            name=error.value,
        )
