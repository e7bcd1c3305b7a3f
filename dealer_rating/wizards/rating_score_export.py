import base64
import io

import xlsxwriter

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import groupby

MOST = 1_000_000  # no count is higher
HINT = 255  # characters that a hint of a cell may have


class RatingScoreExport(models.TransientModel):
    """Writes the scores of a department and a period into a workbook.

    A row a dealer, a column an indicator; what cannot be entered is grey. The same
    file, filled in, is imported again.
    """

    _name = "rating.score.export"
    _inherit = "rating.score.sheet"
    _description = "Export Scores"

    department_id = fields.Many2one(
        "rating.department",
        required=True,
        default=lambda self: (
            self.env["rating.department"]._of(self.env.user)[:1]
            or self.env["rating.department"].search([], limit=1)
        ),
    )
    only_todo = fields.Boolean(
        "Only Dealers With Something to Score",
        help="Dealers of whom the department has scored everything are left out.",
    )
    content = fields.Binary("File", readonly=True, attachment=False)
    filename = fields.Char(readonly=True)

    # === ACTION METHODS === #

    def action_export(self):
        """Write the workbook and hand it to the browser.

        :raises UserError: if the department scores nothing in the period
        """
        self.ensure_one()
        self.content = base64.b64encode(self._workbook())
        self.filename = f"{self.department_id.name} {self._period_code()}.xlsx"
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/content/"
            f"{self.filename.replace('/', '-')}?download=true",
            "target": "self",
            "close": True,
        }

    # === BUSINESS METHODS === #

    def _workbook(self):
        """:return: the workbook, as bytes"""
        lines = self._lines(("department_id", "=", self.department_id.id))
        if not lines:
            raise UserError(
                self.env._(
                    "%(department)s has nothing to score in %(period)s.",
                    department=self.department_id.name,
                    period=self._period_code(),
                )
            )
        indicators = self._indicators(lines)
        output = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False}
        with xlsxwriter.Workbook(output, options | {"constant_memory": True}) as book:
            self._write_scores(book, lines, indicators)
            self._write_guide(book, indicators)
        return output.getvalue()

    # === THE SCORES === #

    def _write_scores(self, book, lines, indicators):
        sheet = book.add_worksheet(self.env._("Scores")[:31])
        head = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}
        )
        right, pale = {"align": "right"}, {"font_color": "#595959"}
        formats = {
            "": book.add_format(right),
            "grey": book.add_format(right | pale | {"bg_color": "#D9D9D9"}),
            "fixed": book.add_format(pale),
        }
        headers = [*self._fixed_headers(), *map(self._header, indicators)]
        sheet.set_row(0, 64)
        for place, width in enumerate((8, 12, 32, 10)):
            sheet.set_column(place, place, width)
        sheet.set_column(4, len(headers) - 1, 18)
        for place, header in enumerate(headers):
            sheet.write_string(0, place, header, head)
        last = self._write_rows(sheet, lines, indicators, formats)
        self._add_hints(sheet, indicators, last)
        sheet.freeze_panes(1, 3)
        sheet.autofilter(0, 0, max(last, 1), len(headers) - 1)

    def _fixed_headers(self):
        return [
            f"{self.env._('No.')} [id]",
            f"{self.env._('Reference')} [ref]",
            f"{self.env._('Dealer')} [dealer]",
            f"{self.env._('Period')} [period]",
        ]

    def _header(self, indicator):
        return f"{indicator.name}\n{self._range(indicator)}\n[{indicator.code}]"

    def _range(self, indicator):
        if indicator.method == "violations":
            return self.env._("a count: 0, 1, 2 …")
        return self.env._("0 to %(top)g points", top=indicator.top)

    def _write_rows(self, sheet, lines, indicators, formats):
        """:return: the index of the last row"""
        places = {each.code: place for place, each in enumerate(indicators, 4)}
        code, row = self._period_code(), 0
        mine = self.department_id.ids
        for _dealer, own in groupby(lines, key=lambda line: line.dealer_id):
            scores = {places[line.code]: line for line in own}
            if self.only_todo and all(s.state != "open" for s in scores.values()):
                continue
            row += 1
            first = next(iter(scores.values()))
            sheet.write_number(row, 0, first.dealer_id, formats["fixed"])
            sheet.write_string(row, 1, first.ref or "", formats["fixed"])
            sheet.write_string(row, 2, first.dealer or "")
            sheet.write_string(row, 3, code, formats["fixed"])
            for place in places.values():
                self._write_cell(sheet, row, place, scores.get(place), mine, formats)
        return row

    def _write_cell(self, sheet, row, place, line, mine, formats):
        """Write one score; grey what is not to be entered."""
        form = formats["grey" if not line or line.lock(mine) else ""]
        if line and line.entry:
            sheet.write_number(row, place, float(line.entry), form)
        else:
            sheet.write_blank(row, place, None, form)

    def _add_hints(self, sheet, indicators, last):
        """Let a cell say how it is scored when somebody goes there."""
        for place, indicator in enumerate(indicators, 4):
            count = indicator.method == "violations"
            guide = " ".join((indicator.guide or "").split())
            sheet.data_validation(
                1,
                place,
                max(last, 1),
                place,
                {
                    "validate": "integer" if count else "decimal",
                    "criteria": "between",
                    "minimum": 0,
                    "maximum": MOST if count else indicator.top,
                    "input_title": (indicator.name or "")[:32],
                    "input_message": guide[: HINT - 1] + "…" * (len(guide) >= HINT),
                    "error_type": "warning",
                    "error_title": self.env._("Not a score")[:32],
                    "error_message": self._range(indicator)[:HINT],
                },
            )

    # === THE GUIDE === #

    def _write_guide(self, book, indicators):
        sheet = book.add_worksheet(self.env._("Guide")[:31])
        head = book.add_format({"bold": True, "bottom": 1})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        columns = (
            (14, self.env._("Code"), lambda each: each.code),
            (30, self.env._("Indicator"), lambda each: each.name),
            (12, self.env._("How"), self._how),
            (90, self.env._("Guide"), lambda each: each.guide or ""),
            (18, self.env._("To Enter"), self._range),
            (24, self.env._("Points"), self._steps),
        )
        for place, (width, header, told) in enumerate(columns):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, header, head)
            for row, indicator in enumerate(indicators, 1):
                sheet.write_string(row, place, told(indicator), wrap)
        sheet.freeze_panes(1, 0)

    def _how(self, indicator):
        """:return: how an indicator is scored, in a few words"""
        if indicator.method == "measured" and indicator._is_asked():
            return self.env._("Measured, else entered")
        return indicator._fields["method"].convert_to_export(
            indicator.method, indicator
        )

    def _steps(self, indicator):
        """:return: from which value on it earns how many points, a line a step"""
        return "\n".join(
            self.env._(
                "from %(value)g: %(points)g", value=step.at_least, points=step.points
            )
            for step in indicator.step_ids
        )
