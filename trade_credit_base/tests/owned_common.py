from contextlib import suppress

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tools import mute_logger


class TwoCompanies:
    """A second company, who has every right of an addon in the first one only (the
    boss), and who has them in all (the head)."""

    groups = ""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].sudo().create({"name": "Other Ltd"})
        cls.boss = cls._user("owned_boss", cls.groups)
        cls.head = cls._user("owned_head", cls.groups)
        roots = cls.env["res.company"].sudo().search([("parent_id", "=", False)])
        cls.head.sudo().company_ids = [Command.set(roots.ids)]

    def _call(self, user, record, method, *args, **context):
        model = self.env[record._name].with_user(user)
        if method == "create":
            return call_kw(model, method, list(args), {"context": context})
        return call_kw(model, method, [record.ids, *args], {"context": context})


class OwnedLaws(TwoCompanies):
    """What the boss cannot do to the other company.

    For every model of the addon that anybody may write, whoever adds one: its test
    says which records there are, and the laws try each way out of a company.
    """

    addon = ""
    brought = frozenset()  # models of other addons that the same people keep

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pairs = cls._pairs()
        cls.env.flush_all()

    @classmethod
    def _pairs(cls):
        """Return what the laws are tried on. Extend for a further model.

        :return: {model: (a record of the company, one of another)}, superuser's
        """
        raise NotImplementedError

    @classmethod
    def _shared(cls):
        """:return: {a record that counts in every company: values it may have}"""
        return {}

    def _values(self, mine):
        """Return values of one more record like that, in the same company. Extend
        where a copy is refused for another reason."""
        return mine.copy_data()[0]

    def _ways_out(self, mine):
        """:return: values by which a record would belong to the other company"""
        for name, field in mine._fields.items():
            if field.type != "many2one" or not field.store:
                continue
            if field.comodel_name == "res.company" and not field.related:
                yield {name: self.other.id}
            elif field.comodel_name in self.pairs:
                there = {name: self.pairs[field.comodel_name][1].id}
                yield from self._hidden(mine, there)

    def _hidden(self, mine, vals):
        """:return: values as they are, and as somebody sends them who would pretend
        that the record is still his company's"""
        company = mine._fields.get("company_id")
        pretended = company is not None and company.related
        return [vals] + [vals | {"company_id": self.company.id}] * bool(pretended)

    def test_every_model_that_anybody_writes_is_looked_at(self):
        rights = self.env["ir.model.access"].sudo().search([])
        written = rights.filtered(
            lambda each: each.perm_write or each.perm_create or each.perm_unlink
        )
        ours = {
            name
            for name in written.model_id.mapped("model")
            if self.env.registry[name]._original_module == self.addon
            and not self.env.registry[name]._transient
        }
        self.assertEqual(ours | self.brought, set(self.pairs))

    def test_nothing_moves_into_another_company(self):
        for model, (mine, _theirs) in self.pairs.items():
            for vals in self._ways_out(mine):
                with self.subTest(model=model, vals=vals):
                    with self.assertRaises(UserError):
                        self._call(self.boss, mine, "write", vals)

    def test_nothing_is_made_in_another_company(self):
        for model, (mine, _theirs) in self.pairs.items():
            for vals in self._ways_out(mine):
                with self.subTest(model=model, vals=vals):
                    with self.assertRaises(UserError):
                        made = self._values(mine) | vals
                        self._call(self.boss, mine, "create", [made])

    def test_the_company_is_the_parents_whatever_a_record_says(self):
        for model, (mine, _theirs) in self.pairs.items():
            company = mine._fields.get("company_id")
            if company and company.related:
                with self.subTest(model=model):
                    with suppress(UserError):
                        vals = {"company_id": self.other.id}
                        self._call(self.boss, mine, "write", vals)
                    self.env.flush_all()
                    self.env.invalidate_all()
                    self.assertEqual(mine.company_id, self.company)

    def test_nothing_of_another_company_is_changed(self):
        for model, (_mine, theirs) in self.pairs.items():
            for method, *args in (["write", {"active": False}], ["unlink"]):
                with self.subTest(model=model, method=method):
                    with self.assertRaises(UserError):
                        self._call(self.boss, theirs, method, *args)

    def test_one_companys_manager_changes_nothing_that_all_share(self):
        for record, vals in self._shared().items():
            for method, *args in (
                ["write", vals],
                ["unlink"],
                ["create", [self._values(record)]],
            ):
                with self.subTest(model=record._name, method=method):
                    with self.assertRaises(
                        UserError if method == "unlink" else AccessError
                    ):
                        own = {"default_company_id": self.company.id}
                        context = own if record._owner != "company_id" else {}
                        self._call(self.boss, record, method, *args, **context)

    def test_nobody_shares_what_is_one_companys(self):
        for record in self._shared():
            mine = self.pairs[record._name][0]
            parent, _, company = record._owner.partition(".")
            vals = {parent: record[parent].id if company else False}
            for hidden in self._hidden(mine, vals):
                with self.subTest(model=record._name, vals=hidden):
                    with self.assertRaises(AccessError):
                        self._call(self.boss, mine, "write", hidden)

    def test_who_works_for_all_companies_keeps_what_they_share(self):
        for record, vals in self._shared().items():
            with self.subTest(model=record._name):
                here = {"allowed_company_ids": self.company.ids}
                self._call(self.head, record, "write", vals, **here)
                self.assertEqual({name: record[name] for name in vals}, vals)

    def test_a_copy_of_what_all_share_is_for_the_own_company(self):
        for record in self._shared():
            if record._owner == "company_id":
                with self.subTest(model=record._name):
                    copy = record.with_user(self.boss).copy()
                    self.assertEqual(copy.company_id, self.company)
                    kept = record.with_user(self.head).copy()
                    self.assertFalse(kept.company_id)

    def test_a_branch_reads_what_its_head_company_keeps_and_writes_none(self):
        branch = {"name": "Branch", "parent_id": self.company.id}
        branch = self.env["res.company"].sudo().create(branch)
        clerk = self._user("owned_branch", self.groups).sudo()
        clerk.write({"company_ids": [Command.set(branch.ids)], "company_id": branch.id})
        for model, (mine, _theirs) in self.pairs.items():
            if getattr(mine, "_branches_write", True):
                continue
            with self.subTest(model=model):
                self.assertTrue(self._call(clerk, mine, "read", ["display_name"]))
                with self.assertRaises(AccessError):
                    self._call(clerk, mine, "write", {})
                with self.assertRaises(UserError):
                    self._call(clerk, mine, "unlink")
                # A copy may be one too many of its kind, besides
                refused = suppress(AccessError, IntegrityError)
                with mute_logger("odoo.sql_db"), refused, self.env.cr.savepoint():
                    self._call(clerk, mine, "create", [self._values(mine)])
                    self.fail("made")

    def test_an_archived_company_takes_nobody_the_right_to_share(self):
        gone = self.env["res.company"].sudo().create({"name": "Gone Ltd"})
        gone.active = False
        for record in self._shared():
            if record._owner == "company_id":
                with self.subTest(model=record._name):
                    kept = record.with_user(self.head).copy()
                    self.assertFalse(kept.company_id)
