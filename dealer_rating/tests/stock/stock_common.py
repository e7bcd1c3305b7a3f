from datetime import date

from odoo.fields import Command
from odoo.tests import new_test_user

from ..measure.measure_common import MeasureCommon

MAR_20 = date(2024, 3, 20)  # 90 days before, and the first day that counts:
DEC_21, DEC_22 = date(2023, 12, 21), date(2023, 12, 22)


class StockCommon(MeasureCommon):
    """The Corner Shop bought 1 on the first of December and 900 in January."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dealer = cls._dealer()
        cls._invoice(1, date(2023, 12, 1))
        cls._invoice(900, date(2024, 1, 15))
        cls.marketing = new_test_user(
            cls.env,
            login="marketing",
            groups="dealer_rating.rating_group_marketing",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
