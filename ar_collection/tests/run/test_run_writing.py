from odoo.tests import tagged
from odoo.tools import SQL

from ..common import CollectionCommon

# What a run writes again and again, by table
WRITTEN = {
    "collection_item": {"stage_id", "stage_on"},
    "collection_case": {"overdue", "days_late", "priority", "stage_id"},
}


@tagged("post_install", "-at_install")
class TestRunWriting(CollectionCommon):
    """A run writes each row once, and none that is the same as before."""

    def setUp(self):
        super().setUp()
        for number in range(3):
            customer = self._customer(f"Shop {number}")
            for amount in 100, 50:
                self._invoice(amount, late=1, customer=customer)
        self._run()
        self._perform()

    def _written(self, table):
        """:return: how often this transaction wrote rows of a table again"""
        self.env.flush_all()
        [(count,)] = self.env.execute_query(
            SQL("SELECT pg_stat_get_xact_tuples_updated(%s::regclass)", table)
        )
        return count

    def _writes(self, work):
        """:return: {table: how often ``work`` wrote a row of it again}"""
        before = {table: self._written(table) for table in WRITTEN}
        work()
        return {table: self._written(table) - before[table] for table in WRITTEN}

    def test_a_run_writes_each_item_and_each_case_once(self):
        writes = self._writes(lambda: self._run(6))
        self.assertEqual(writes, {"collection_item": 6, "collection_case": 3})

    def test_what_is_the_same_as_before_is_not_written(self):
        runs = self.env["collection.run"].sudo()

        def again():
            runs._catch_up(self.company, self.today)
            self.env["collection.case"].sudo()._weigh(self.company, self.today)

        writes = self._writes(again)
        self.assertEqual(writes, {"collection_item": 0, "collection_case": 0})

    def test_a_day_without_a_step_writes_what_grew_older(self):
        writes = self._writes(lambda: self._run(1))
        self.assertEqual(writes, {"collection_item": 0, "collection_case": 3})
        cases = self.env["collection.case"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(set(cases.mapped("days_late")), {2})

    def test_there_is_room_beside_a_row_and_no_index_to_write(self):
        for table, columns in WRITTEN.items():
            [(options, indexed)] = self.env.execute_query(
                SQL(
                    """
                    SELECT reloptions, (
                           SELECT array_agg(part.attname::text)
                             FROM pg_index JOIN pg_attribute AS part
                               ON part.attrelid = indrelid
                              AND part.attnum = ANY(indkey)
                            WHERE indrelid = own.oid)
                      FROM pg_class AS own WHERE own.oid = %s::regclass
                    """,
                    table,
                )
            )
            self.assertIn("fillfactor=50", options)
            self.assertFalse(columns & set(indexed), table)
