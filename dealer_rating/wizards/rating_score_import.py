from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.fields import Command

from odoo.addons.trade_credit_base.core.sheet_file import SheetError
from odoo.addons.trade_credit_base.windows import shipped
from odoo.addons.trade_credit_base.wizards.trade_sheet_import import SHOWN

from ..core import sheet as core
from ..core.sheet_cell import Formula


class RatingScoreImport(models.TransientModel):
    """Enters scores from a sheet: all of them or, where one is bad, none.

    First it shows what would change. Only ``rating.score._enter`` writes, so nobody
    imports what they could not type.
    """

    _name = "rating.score.import"
    _inherit = ["rating.score.sheet", "trade.sheet.import"]
    _description = "Import Scores"

    content = fields.Binary(
        help="A workbook (XLSX) or a text file (CSV): a row a dealer, a column an "
        "indicator. An export of this period has the form.",
    )

    # What was found
    rows = fields.Integer(readonly=True)
    same = fields.Integer("Cells Without a Change", readonly=True)
    added = fields.Integer("Scores to Add", readonly=True)
    changed = fields.Integer("Scores to Change", readonly=True)
    change_ids = fields.One2many(
        "rating.score.import.change", "import_id", "What Would Change", readonly=True
    )
    problem_ids = fields.One2many(
        "rating.score.import.problem", "import_id", "Problems", readonly=True
    )

    # === ACTION METHODS === #

    def action_open_scores(self):
        """Open the scores of the period."""
        kind, start = self._kind_and_start()
        return shipped(
            self.env,
            "dealer_rating.rating_score_action",
            domain=[
                ("kind", "=", kind),
                ("date_from", "=", start),
                ("is_mine", "=", True),
            ],
            context={"search_default_current": 1},
        )

    # === BUSINESS METHODS === #

    def _carry_out(self, plan):
        """Enter the scores.

        :return: how many
        """
        if entries := {change.score: change.new for change in plan.changes}:
            self.env["rating.score"]._enter(entries)
        return len(plan.changes)

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
                self._read_table(formula=lambda text, _shown: Formula(text)),
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
        except (SheetError, core.ScoresError) as error:
            raise self._unreadable(error) from error

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

    # === WORDS === #

    def _prepare_shown(self, plan):
        changes = [self._prepare_change(each) for each in plan.changes[:SHOWN]]
        added = sum(not change.old for change in plan.changes)
        return {
            "rows": plan.rows,
            "same": plan.same,
            "added": added,
            "changed": len(plan.changes) - added,
            "change_ids": [Command.clear(), *map(Command.create, changes)],
        }

    def _prepare_change(self, change):
        return {
            "line": change.line,
            "score_id": change.score,
            "before": change.old or False,
            "after": change.new,
        }

    def _report_lines(self, plan, entered):
        added = sum(not change.old for change in plan.changes)
        return [
            self.env._("Scores added: %(count)s", count=added),
            self.env._("Scores changed: %(count)s", count=entered - added),
            self.env._("Cells without a change: %(count)s", count=plan.same),
        ]
