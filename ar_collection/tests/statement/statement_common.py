from datetime import date

from ..common import CollectionCommon

DAY = date(2024, 3, 31)


class StatementCommon(CollectionCommon):
    """Statements of a day long past."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._user("boss", "ar_collection.collection_group_manager")

    def _make(self, *customers, day=DAY, **options):
        """:return: the statements of a day, of all customers if none is given"""
        chosen = self.env["res.partner"].union(*customers) if customers else None
        statements = self.env["collection.statement"].sudo()
        return statements._make(self.company, day, chosen, **options)
