import base64
import binascii

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..core import sheet as core
from ..core.sheet_file import (
    SheetError,
    check_size,
    check_workbook,
    is_workbook,
    read_text,
)
from .workbook import read_workbook

SHOWN = 200  # problems and changes on the screen; the file to download has all
NAMED = 20  # problems in an error message


class RatingScoreImport(models.TransientModel):
    """Enters scores from a sheet: all of them or, where one is bad, none.

    First it shows what would change. Only ``rating.score._enter`` writes, so nobody
    imports what he could not type.
    """

    _name = "rating.score.import"
    _inherit = "rating.score.sheet"
    _description = "Import Scores"

    content = fields.Binary(
        "File",
        attachment=False,
        help="A workbook (XLSX) or a text file (CSV): a row a dealer, a column an "
        "indicator. An export of this period has the form.",
    )
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
    rows = fields.Integer(readonly=True)
    same = fields.Integer("Cells Without a Change", readonly=True)
    added = fields.Integer("Scores to Add", readonly=True)
    changed = fields.Integer("Scores to Change", readonly=True)
    bad = fields.Integer("Bad Rows", readonly=True)
    result = fields.Text(readonly=True)
    change_ids = fields.One2many(
        "rating.score.import.change", "import_id", "What Would Change", readonly=True
    )
    problem_ids = fields.One2many(
        "rating.score.import.problem", "import_id", "Problems", readonly=True
    )
    problem_file = fields.Binary("All Problems", readonly=True, attachment=False)
    problem_filename = fields.Char(default="problems.csv", readonly=True)

    # === ACTION METHODS === #

    def action_check(self):
        """Show what would change and what is wrong; enter nothing."""
        plan = self._plan()
        self._show(plan)
        return self._reopen()

    def action_import(self):
        """Enter the scores, or show why not."""
        plan = self._plan()
        self._show(plan)
        if not self._is_refused(plan):
            self._enter(plan)
            self.write({"state": "done", "result": self._report(plan)})
        return self._reopen()

    def action_open_scores(self):
        """Open the scores of the period."""
        kind, start = self._kind_and_start()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dealer_rating.rating_score_action"
        )
        domain = [
            ("kind", "=", kind),
            ("date_from", "=", start),
            ("is_mine", "=", True),
        ]
        return action | {"domain": domain, "context": {"search_default_current": 1}}

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import Scores"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    # === BUSINESS METHODS === #

    def _import(self):
        """Enter the scores: all of them or, after an error, none.

        :return: how many scores were entered
        :rtype: int
        :raises UserError: if the file cannot be read, or has problems and bad rows are
            not to be skipped
        """
        plan = self._plan()
        if self._is_refused(plan):
            raise UserError(self._refusal_in_detail(plan))
        self._enter(plan)
        return len(plan.changes)

    def _is_refused(self, plan):
        return bool(plan.problems) and not self.skip_bad_rows

    def _enter(self, plan):
        entries = {change.score: change.new for change in plan.changes}
        if entries:
            self.env["rating.score"]._enter(entries)

    def _plan(self):
        """Read the file and compare it with the scores of the period.

        :rtype: core.Plan
        :raises AccessError: if the user scores for no department
        """
        self.ensure_one()
        mine = self._my_departments()
        lines = self._lines()
        try:
            return core.read(
                self._rows(),
                dealers=self._dealers(),
                scores={
                    (line.dealer_id, line.code): core.Score(
                        line.id,
                        line.entry,
                        line.method == "violations",
                        float(line.top),
                        line.lock(mine),
                    )
                    for line in lines
                },
                names=self._names(self._indicators(lines)),
                period=self._period_code(),
            )
        except SheetError as error:
            sentence = self.env["rating.score.import.problem"]._refusal(error)
            raise UserError(sentence) from error

    def _my_departments(self):
        """:return: the ids of the departments that the user scores for
        :raises AccessError: if there are none
        """
        mine = self.env["rating.department"]._of(self.env.user)
        if not mine:
            raise AccessError(
                self.env._("You score for no department: there is nothing to import.")
            )
        return mine.ids

    def _dealers(self):
        """:return: every dealer of the company that the user may read, archived too"""
        dealers = self.env["rating.dealer"].with_context(active_test=False)
        found = dealers._search([("company_id", "=", self.company_id.root_id.id)])
        partner = found.join(
            found.table, "partner_id", "res_partner", "id", "partner_id"
        )
        columns = (
            dealers._field_to_sql(found.table, "id", found),
            dealers._field_to_sql(found.table, "partner_name", found),
            self.env["res.partner"]._field_to_sql(partner, "ref", found),
        )
        rows = self.env.execute_query(found.select(*columns))
        return [core.Dealer(id_, ref or "", name or "") for id_, name, ref in rows]

    # === THE FILE === #

    def _rows(self):
        """:return: the rows of the file as (line, cells)
        :raises SheetError: if it cannot be read
        """
        encoded = self.with_context(bin_size=False).content or b""
        try:
            content = base64.b64decode(encoded)
        except binascii.Error as error:
            raise SheetError("not_a_sheet") from error
        check_size(content)
        if not is_workbook(content):
            return read_text(content)
        check_workbook(content)
        return read_workbook(content)

    # === WORDS === #

    def _show(self, plan):
        """Store what a plan found, for the form."""
        Problem = self.env["rating.score.import.problem"]
        problems = [
            Problem._prepare_values(each, plan.header) for each in plan.problems[:SHOWN]
        ]
        changes = [self._prepare_change(each) for each in plan.changes[:SHOWN]]
        added = sum(not change.old for change in plan.changes)
        self.write(
            {
                "state": "checked",
                "rows": plan.rows,
                "same": plan.same,
                "added": added,
                "changed": len(plan.changes) - added,
                "bad": plan.bad_rows,
                "change_ids": [Command.clear(), *map(Command.create, changes)],
                "problem_ids": [Command.clear(), *map(Command.create, problems)],
                "problem_file": plan.problems
                and Problem._file(plan.problems, plan.header),
                "result": self._is_refused(plan) and self._refusal(plan),
            }
        )

    def _prepare_change(self, change):
        return {
            "line": change.line,
            "score_id": change.score,
            "before": change.old or False,
            "after": change.new,
        }

    def _refusal(self, plan):
        """Say that problems are in the way."""
        return self.env._(
            "Nothing was imported: %(bad)s problems. Mend the file, or skip bad rows.",
            bad=len(plan.problems),
        )

    def _refusal_in_detail(self, plan):
        """Say it, and what is wrong with the first cells."""
        Problem = self.env["rating.score.import.problem"]
        first = [Problem._sentence(each, plan.header) for each in plan.problems[:NAMED]]
        lines = [self._refusal(plan), *first]
        if len(plan.problems) > NAMED:
            more = len(plan.problems) - NAMED
            lines.append(self.env._("… and %(more)s more problems.", more=more))
        return "\n".join(lines)

    def _report(self, plan):
        """Say what an import did."""
        added = sum(not change.old for change in plan.changes)
        lines = [
            self.env._("Scores added: %(count)s", count=added),
            self.env._("Scores changed: %(count)s", count=len(plan.changes) - added),
            self.env._("Cells without a change: %(count)s", count=plan.same),
        ]
        if plan.bad_rows:
            lines.append(self.env._("Bad rows skipped: %(count)s", count=plan.bad_rows))
        return "\n".join(lines)
