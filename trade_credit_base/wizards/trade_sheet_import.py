import base64
import binascii

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..core.sheet_file import Limits, SheetError
from ..windows import form_of
from .sheet_reader import read_sheet

SHOWN = 200  # problems on the screen; the file to download has all
NAMED = 20  # problems in an error message


def _shown(text, shown):
    """:return: what a formula showed, the formula itself if nothing computed it"""
    return str(text) if shown is None else shown


class TradeSheetImport(models.AbstractModel):
    """The import of a sheet: all of it or, where a row of it is bad, nothing.

    First it shows the sheet's rows and its problems. A wizard that inherits
    this has ``problem_ids``, of a model that inherits ``trade.sheet.problem``, and
    makes a plan of the sheet: something with ``problems``, the number of ``bad_rows``
    and a ``header``, which the problems' words need.
    """

    _name = "trade.sheet.import"
    _description = "Import of a Sheet"

    content = fields.Binary("File", attachment=False)
    filename = fields.Char()
    skip_bad_rows = fields.Boolean(
        help="Otherwise one bad row is enough to import nothing."
    )

    # What was found
    state = fields.Selection(
        [("draft", "File"), ("checked", "Checked"), ("done", "Imported")],
        default="draft",
        readonly=True,
    )
    bad = fields.Integer("Bad Rows", readonly=True)
    problem_file = fields.Binary("All Problems", readonly=True, attachment=False)
    problem_filename = fields.Char(default="problems.csv", readonly=True)
    result = fields.Text(readonly=True)

    # === ACTION METHODS === #

    def action_check(self):
        """Show what the file says and what is wrong with it; import nothing."""
        self._show(self._plan())
        return self._reopen()

    def action_import(self):
        """Import the file, or show why not."""
        plan = self._plan()
        self._show(plan)
        if not self._is_refused(plan):
            done = self._carry_out(plan)
            self.write({"state": "done", "result": self._report(plan, done)})
        return self._reopen()

    def _reopen(self):
        name = self.env["ir.model"]._get(self._name).name
        return form_of(self, name=name, target="new")

    # === BUSINESS METHODS === #

    def _import(self):
        """Import the file: all of it or, after an error, nothing.

        :return: what :meth:`_carry_out` says it did
        :raises UserError: if the file cannot be read, or has problems and bad rows are
            not to be skipped
        """
        plan = self._plan()
        if self._is_refused(plan):
            raise UserError(self._refusal_in_detail(plan))
        return self._carry_out(plan)

    def _is_refused(self, plan):
        return bool(plan.problems) and not self.skip_bad_rows

    def _plan(self):
        """Read the file and compare it with what there is.

        :raises UserError: if the file cannot be read
        """
        raise NotImplementedError

    def _carry_out(self, plan):
        """Do what a plan says, but for its bad rows.

        :return: what was done, for :meth:`_report_lines`
        """
        raise NotImplementedError

    def _read_table(self, limits=Limits(), formula=_shown):  # noqa: B008  a constant
        """Read the file; see ``read_sheet`` for what is given and returned."""
        encoded = self.with_context(bin_size=False).content or b""
        try:
            content = base64.b64decode(encoded)
        except binascii.Error as error:
            raise SheetError("not_a_sheet") from error
        return read_sheet(content, limits, formula)

    # === WORDS === #

    def _problems(self):
        """:return: the model that words the problems"""
        return self.env[self._fields["problem_ids"].comodel_name]

    def _unreadable(self, error):
        """Put into words why a file cannot be read.

        :param error: something with a ``code`` and a ``value``
        :rtype: UserError
        """
        return UserError(self._problems()._refusal(error))

    def _show(self, plan):
        """Store what a plan found, for the form."""
        Problem, header = self._problems(), plan.header
        shown = [Problem._prepare_values(p, header) for p in plan.problems[:SHOWN]]
        self.write(
            {
                "state": "checked",
                "bad": plan.bad_rows,
                "problem_ids": [Command.clear(), *map(Command.create, shown)],
                "problem_file": plan.problems and Problem._file(plan.problems, header),
                "result": self._is_refused(plan) and self._refusal(plan),
                **self._prepare_shown(plan),
            }
        )

    def _prepare_shown(self, plan):
        """:return: the values of the wizard's own fields that show what a plan found"""
        return {}

    def _refusal(self, plan):
        """Say that problems are in the way."""
        return self.env._(
            "Nothing was imported: %(count)s problems. Correct the file, or skip bad "
            "rows.",
            count=len(plan.problems),
        )

    def _refusal_in_detail(self, plan):
        """Say it, and what the first of them are."""
        Problem = self._problems()
        first = [Problem._sentence(each, plan.header) for each in plan.problems[:NAMED]]
        lines = [self._refusal(plan), *first]
        if len(plan.problems) > NAMED:
            more = len(plan.problems) - NAMED
            lines.append(self.env._("… and %(more)s more problems.", more=more))
        return "\n".join(lines)

    def _report(self, plan, done):
        """Say what an import did.

        :param done: what :meth:`_carry_out` returned
        """
        lines = self._report_lines(plan, done)
        if plan.bad_rows:
            lines.append(self.env._("Bad rows skipped: %(count)s", count=plan.bad_rows))
        return "\n".join(lines)

    def _report_lines(self, plan, done):
        """:return: what was done, a sentence each"""
        raise NotImplementedError
