from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from ..common import CollectionCommon


@tagged("post_install", "-at_install")
class TestProcedure(CollectionCommon):
    """By which procedure who is collected from."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.retail, cls.chain = cls.env["res.partner.category"].create(
            [{"name": name} for name in ("Retail", "Chain")]
        )
        cls.gentle = cls._procedure("Gentle", sequence=2, tags=cls.retail)
        cls.strict = cls._procedure("Strict", sequence=1, tags=cls.chain)
        cls.special = cls._procedure("Special")

    @classmethod
    def _procedure(cls, name, tags=None, **values):
        return cls.procedure.copy(
            {
                "name": name,
                "is_default": False,
                "category_ids": [Command.set(tags.ids if tags else [])],
                **values,
            }
        )

    def _chosen(self, *customers):
        """:return: the procedure of each customer"""
        self.env.flush_all()
        ids = [customer.id for customer in customers]
        procedures = self.env["collection.procedure"]
        rows = dict(
            self.env.execute_query(
                procedures._chosen_sql(self.company, SQL("SELECT unnest(%s)", ids))
            )
        )
        self.assertEqual(sorted(rows), sorted(ids), "nobody else is looked at")
        return [procedures.browse(rows[each]).name for each in ids]

    def _tagged(self, *tags, **values):
        tagged_with = [Command.set([tag.id for tag in tags])]
        return self._customer("Tagged", category_id=tagged_with, **values)

    def test_the_customers_own_one_goes_before_that_of_its_tags_before_the_usual(self):
        own = self._tagged(self.retail, collection_procedure_id=self.special.id)
        self.assertEqual(
            self._chosen(own, self._tagged(self.retail), self.shop),
            ["Special", "Gentle", "Test procedure"],
        )

    def test_of_the_procedures_of_several_tags_the_first_is_taken(self):
        both = self._tagged(self.retail, self.chain)
        self.assertEqual(self._chosen(both), ["Strict"])
        self.strict.sequence = 3
        self.assertEqual(self._chosen(both), ["Gentle"])

    def test_archived_procedures_are_not_taken(self):
        own = self._tagged(self.retail, collection_procedure_id=self.special.id)
        self.special.active = False
        self.assertEqual(self._chosen(own), ["Gentle"])
        self.gentle.active = False
        self.assertEqual(self._chosen(own), ["Test procedure"])

    def test_procedures_of_another_company_are_not_taken(self):
        other = self.env["res.company"].create({"name": "Other"})
        customer = self._tagged(self.chain)
        self.strict.company_id = other
        self.assertEqual(self._chosen(customer), ["Test procedure"])
