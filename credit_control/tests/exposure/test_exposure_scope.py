from odoo import Command
from odoo.tests import new_test_user, tagged

from .exposure_common import ExposureCommon


@tagged("post_install", "-at_install")
class TestExposureScope(ExposureCommon):
    """Whose debts a file counts: contacts, branches, members of the group; and that it
    makes no difference who asks."""

    # === Contacts === #

    def test_contacts_buy_on_the_credit_of_their_company(self):
        buyer, office = self.env["res.partner"].create(
            [
                {"name": "Ann", "parent_id": self.customer.id},
                {"name": "Office", "parent_id": self.customer.id, "type": "invoice"},
            ]
        )
        self._confirmed(100, customer=buyer)
        self._confirmed(200, customer=self.customer, partner_invoice_id=office.id)
        self._invoice(300, customer=office)
        self._advance(50, customer=buyer)
        self.assertOwes(ordered=300, receivable=250)

    def test_who_is_billed_owes_and_not_who_orders(self):
        bank = self._customer("Leasing Bank")
        bank_file = self._file(bank, 1000)
        order = self._confirmed(300, partner_invoice_id=bank.id)
        self.assertOwes(bank_file, ordered=300)
        self.assertOwes()
        self._bill(order, post=True)
        self.assertOwes(bank_file, receivable=300)
        self.assertOwes()

    def test_others_do_not_count(self):
        self._invoice(100, customer=self._customer("Somebody else"))
        self.assertOwes()

    def test_archived_contacts_still_owe(self):
        office = self.env["res.partner"].create(
            {"name": "Office", "parent_id": self.customer.id, "type": "invoice"}
        )
        self._invoice(300, customer=office)
        office.active = False
        self.assertOwes(receivable=300)

    # === Companies === #

    @classmethod
    def _branch(cls, company=None):
        branch = cls.env["res.company"].create(
            {
                "name": f"Branch of {(company or cls.company).name}",
                "parent_id": (company or cls.company).id,
            }
        )
        cls.env.cr.precommit.run()  # loads the chart of accounts
        cls.env.user.company_ids += branch
        return branch

    def test_branches_count_together(self):
        branch = self._branch()
        branch_of_branch = self._branch(branch)
        self._invoice(100)
        self._invoice(20, company_id=branch.id)
        self._invoice(5, company_id=branch_of_branch.id)
        self.assertOwes(receivable=125)

    def test_order_of_a_branch_meets_the_head_companys_limit(self):
        branch = self._branch()
        self.company.credit_mode = "enforce"
        order = self._order(1200, company_id=branch.id)
        order.sudo().action_confirm()
        self.assertHeld(order.sudo(), "limit")

    def test_another_company_counts_for_itself(self):
        other = self.setup_other_company(name="Other company")["company"]
        self._invoice(100)
        file = self.env["credit.file"].create(
            {"partner_id": self.customer.id, "company_id": other.id}
        )
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "company_id": other.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "price_unit": 30,
                            "tax_ids": [],
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        self.assertOwes(receivable=100)
        self.assertOwes(file, ordered=30)

    # === Groups === #

    def _group(self):
        """A holding above the corner shop and a sister, the sister above a niece."""
        holding, sister, niece = (
            self._file(self._customer(name)) for name in ("Holding", "Sister", "Niece")
        )
        (self.file | sister).parent_id = holding
        niece.parent_id = sister
        return holding, sister, niece

    def test_group_owes_what_its_members_owe(self):
        holding, sister, niece = self._group()
        for file, amount in (
            (holding, 1),
            (sister, 20),
            (niece, 300),
            (self.file, 4000),
        ):
            self._invoice(amount, customer=file.partner_id)
        self.assertEqual(self._exposure(holding), 4321)
        self.assertEqual(self._exposure(sister), 320)
        self.assertEqual(self._exposure(niece), 300)
        self.assertEqual(self._parts(holding)["receivable"], 1)

    def test_asking_about_many_is_asking_about_each(self):
        files = self.file.concat(*self._group())
        for file in files:
            self._invoice(file.id, customer=file.partner_id)
        Exposure = self.env["credit.exposure"]
        together = Exposure._standings(files.ids)
        for file in files:
            self.assertEqual(Exposure._standings(file.ids)[file.id], together[file.id])

    def test_archived_members_still_owe(self):
        holding, sister, niece = self._group()
        self._invoice(300, customer=niece.partner_id)
        (niece | sister).active = False
        self.assertEqual(self._exposure(holding), 300)

    def test_members_credit_balance_is_the_groups(self):
        holding, sister, _niece = self._group()
        self._invoice(300)
        self._advance(100, customer=sister.partner_id)
        self.assertEqual(self._exposure(holding), 200)

    # === Whoever looks === #

    def _looks_the_same(self, records):
        """What these users, companies or contexts see of the same file."""
        self._invoice(300, late=45)
        self._confirmed(500)
        seen = set()
        for env in records:
            self.env.invalidate_all()
            file = self.file.with_env(env)
            seen.add((file.exposure, file.available, file.overdue, file.limit_amount))
        self.assertEqual(seen, {(800, 200, 300, 1000)})

    def test_exposure_is_the_same_for_whoever_looks(self):
        reader = self._user("reader", "credit_control.credit_group_user")
        users = reader, self.officer, self.manager, self.env.user
        self.env["ir.rule"].create(
            {
                "name": "No invoices but one's own",
                "model_id": self.env.ref("account.model_account_move_line").id,
                "domain_force": "[('create_uid', '=', user.id)]",
            }
        )
        self._looks_the_same([self.env(user=user.id) for user in users])

    def test_exposure_does_not_change_with_the_companies_ticked(self):
        branch = self._branch()
        other = self.setup_other_company(name="Other company")["company"]
        user = new_test_user(
            self.env,
            login="traveller",
            groups="credit_control.credit_group_user",
            company_id=self.company.id,
            company_ids=[Command.set((self.company | branch | other).ids)],
        )
        companies = self.company, branch, self.company | branch, self.company | other
        self._looks_the_same(
            self.env(user=user.id, context={"allowed_company_ids": each.ids})
            for each in companies
        )

    def test_verdict_is_the_same_whoever_confirms(self):
        self.company.credit_mode = "enforce"
        self._invoice(700)
        for user in self.salesman, self.officer, self.manager:
            order = self._order(400)
            order.with_user(user).action_confirm()
            self.assertHeld(order, "limit")
            self.assertEqual(self._decision(order).exposure, 700)

    # === What it costs === #

    def test_two_hundred_files_are_one_question(self):
        customers = self.env["res.partner"].create(
            [{"name": f"Shop {number}"} for number in range(200)]
        )
        files = self.env["credit.file"].create(
            [
                {"partner_id": customer.id, "company_id": self.company.id}
                for customer in customers
            ]
        )
        files._grant(100)
        self._invoice(300, customer=customers[0])
        self.env.flush_all()
        with self.assertQueryCount(1):
            standings = self.env["credit.exposure"]._standings(files.ids)
        self.assertEqual(len(standings), 200)
        self.assertEqual(standings[files[0].id].exposure, 300)
        self.assertEqual({each.limit for each in standings.values()}, {100})
