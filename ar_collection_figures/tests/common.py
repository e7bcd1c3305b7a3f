from datetime import date, timedelta

from odoo.addons.ar_collection.tests.common import CollectionCommon


class FigureCommon(CollectionCommon):
    """Books of 2024, long past: nothing else is in them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.figures = cls.env["collection.figure"].sudo()

    @classmethod
    def _case(cls):
        return (
            cls.env["collection.case"]
            .sudo()
            .create(
                {
                    "partner_id": cls.shop.id,
                    "company_id": cls.company.id,
                    "opened_on": date(2024, 1, 1),
                }
            )
        )

    @classmethod
    def _written_off(cls, move):
        """Say that an entry writes off, as a protective measure that was done."""
        case = cls.env["collection.case"].sudo().search([], limit=1) or cls._case()
        cls.env["collection.measure"].sudo().create(
            {
                "case_id": case.id,
                "partner_id": case.partner_id.id,
                "company_id": cls.company.id,
                "kind": "write_off",
                "state": "done",
                "reason": "The shop is closed.",
                "proposed_by_id": cls.salesman.id,
                "proposed_on": move.date,
                "decided_by_id": cls.collector.id,
                "move_id": move.id,
            }
        )

    def _of(self, month):
        end = date(2024, month + 1, 1) - timedelta(1)
        [found] = self.figures._of_months(self.company, date(2024, month, 1), end)
        return found
