import base64
import io
from datetime import date

import openpyxl

from ..common import RatingCommon

MONTH = date(2025, 2, 1)
FEBRUARY, MARCH, APRIL = (
    f"performance:2025-{month}-01" for month in ("02", "03", "04")
)
HEADER = "Dealer [dealer];outlets;lost"


class SheetCommon(RatingCommon):
    """Two dealers, *Corner Shop* (C1) and *Old Depot* (C2), with open cards of the
    first quarter of 2025; marketing scores *outlets* (points) and *lost* (a count)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop = cls._dealer("Corner Shop")
        cls.depot = cls._dealer("Old Depot")
        cls.shop.partner_id.ref, cls.depot.partner_id.ref = "C1", "007"
        cls._rate("2025-03-31")

    def _wizard(self, content, user=None, **values):
        """:param content: lines of text below ``HEADER``, or the bytes of a file"""
        if not isinstance(content, bytes):
            content = "\n".join([HEADER, *content]).encode()
        return (
            self.env["rating.score.import"]
            .with_user(user or self.marketing)
            .create(
                {
                    "content": base64.b64encode(content),
                    "period": FEBRUARY,
                    **values,
                }
            )
        )

    def _score(self, dealer, code, day=MONTH):
        return self._scores(dealer, day, code)

    def _entries(self, dealer, day=MONTH):
        scores = self._scores(dealer, day, kind="performance")
        return {each.indicator_id.code: each.entry for each in scores}

    def _export(self, department=None, user=None, **values):
        department = department or self.marketing_department
        return (
            self.env["rating.score.export"]
            .with_user(user or self.marketing)
            .create(
                {
                    "period": FEBRUARY,
                    "department_id": department.id,
                    **values,
                }
            )
        )

    def _book(self, wizard):
        return openpyxl.load_workbook(io.BytesIO(wizard._workbook()))

    @staticmethod
    def _bytes(book):
        output = io.BytesIO()
        book.save(output)
        return output.getvalue()

    def _place(self, sheet, code):
        return next(c.column for c in sheet[1] if f"[{code}]" in c.value)
