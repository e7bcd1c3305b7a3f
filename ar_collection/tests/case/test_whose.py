from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import CollectionCommon

READ = ("collection.case", "collection.item", "collection.action", "collection.letter")


@tagged("post_install", "-at_install")
class TestWhose(CollectionCommon):
    """Who reads a case as the customer's salesperson is said by who may say it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "base.group_user,base.group_partner_manager"
        cls.writer = cls._user("writer", groups)
        cls.seller = cls._user("seller", groups)
        if cls.env.ref("sales_team.group_sale_salesman", False):
            cls.seller.group_ids += cls.env.ref("sales_team.group_sale_salesman")
        cls._invoice(100, late=8)
        cls._run()
        cls._perform()
        cls.mine = cls._customer("Mine", user_id=cls.writer.id)

    def assertReadsNothing(self, user):
        self.env.invalidate_all()
        for model in READ:
            self.assertFalse(self.env[model].with_user(user).search([]), model)

    def test_who_writes_contacts_does_not_make_themselves_salesperson(self):
        for user in self.writer, self.seller:
            for values in (
                {"user_id": user.id},
                {"parent_id": self.mine.id, "is_company": False},
                {"commercial_partner_id": self.mine.id},
            ):
                with self.subTest(user.login, values=values):
                    with self.assertRaises(AccessError):
                        self.shop.with_user(user).write(values)
                        self.env.flush_all()
                    self.assertReadsNothing(user)
        with self.assertRaisesRegex(AccessError, "sales manager"):
            self.shop.with_user(self.writer).user_id = self.seller

    def test_nor_takes_one_whom_nobody_sells_to(self):
        self.shop.user_id = False
        with self.assertRaises(AccessError):
            self.shop.with_user(self.writer).user_id = self.writer
        self.assertReadsNothing(self.writer)

    def test_nor_merges_the_customer_with_one_of_their_own(self):
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard = wizard.with_user(self.writer).create({})
        for target in self.mine, self.shop:
            with self.assertRaises(AccessError):
                wizard._merge(
                    (self.shop | self.mine).ids, target.with_user(self.writer)
                )
        self.assertReadsNothing(self.writer)

    def test_a_contact_that_leaves_takes_nothing_along(self):
        contact = self._customer("Ann", parent_id=self.shop.id, is_company=False)
        self._invoice(50, late=9, customer=contact)
        contact.with_user(self.writer).write(
            {"parent_id": False, "is_company": True, "user_id": self.writer.id}
        )
        self._run(1)
        self._perform()
        self.assertReadsNothing(self.writer)

    def test_all_else_of_a_contact_is_written_as_ever(self):
        theirs = self.shop.with_user(self.writer)
        theirs.write({"phone": "123", "user_id": self.salesman.id})
        contact = theirs.create({"name": "Ann", "parent_id": self.shop.id})
        contact.write({"parent_id": False, "user_id": self.writer.id})
        self.mine.with_user(self.writer).user_id = self.seller

    def test_sales_managers_and_collection_reassign(self):
        people = [self._user("desk", "ar_collection.collection_group_user")]
        if self.env.ref("sales_team.group_sale_manager", False):
            people.append(self._user("lead", "sales_team.group_sale_manager"))
        for user in people:
            user.group_ids += self.env.ref("base.group_partner_manager")
            for owner in self.seller, self.salesman:
                self.shop.with_user(user).user_id = owner
                self.env.flush_all()
                self.assertEqual(self.shop.user_id, owner)
        self.shop.user_id = self.seller
        self.env.invalidate_all()
        cases = self.env["collection.case"].with_user(self.seller).search([])
        self.assertEqual(cases.partner_id, self.shop)
