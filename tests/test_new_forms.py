"""Every form of ours opens for a new record, as somebody who clicks *New* has it."""

from itertools import product
from pathlib import Path

from odoo.tests import Form, TransactionCase, new_test_user, tagged

ROOT = Path(__file__).resolve().parents[1]
OURS = {manifest.parent.name for manifest in ROOT.glob("*/__manifest__.py")}


@tagged("post_install", "-at_install")
class TestNewForms(TransactionCase):
    """Defaults are asked for as a form does it: ``create`` does not exercise them. So
    are rights: what a superuser may read, somebody who may create may not."""

    def _roles(self):
        """Yield our models that have a form, each with a group that may create them."""
        access = self.env["ir.model.access"].search([("perm_create", "=", True)])
        views = self.env["ir.ui.view"].search(
            [("type", "=", "form"), ("mode", "=", "primary")]
        )
        shown = set(views.mapped("model"))
        everybody = self.env.ref("base.group_user")
        for line in access.sorted(lambda each: (each.model_id.model, each.id)):
            name = line.model_id.model
            if name in shown and self.env.registry[name]._original_module in OURS:
                yield name, line.group_id or everybody

    def _user(self, group):
        login = f"new_form_{group.id}"
        found = self.env["res.users"].search([("login", "=", login)])
        xml_ids = group.get_external_id()[group.id]
        groups = ",".join({"base.group_user", xml_ids})
        return found or new_test_user(self.env, login=login, groups=groups)

    def test_every_form_opens_for_a_new_record(self):
        roles = list(self._roles())
        self.assertIn("credit.file", [name for name, _group in roles])
        for name, group in roles:
            with self.subTest(model=name, group=group.full_name):
                Form(self.env[name].with_user(self._user(group)))

    def test_who_keeps_credit_files_opens_one(self):
        """New, choose the customer, Save; and the button on the contact."""
        for role in "officer", "manager":
            group = self.env.ref(f"credit_control.credit_group_{role}")
            user = self._user(group)
            first, second = self.env["res.partner"].create(
                [{"name": f"{role} {each}", "is_company": True} for each in range(2)]
            )
            form = Form(self.env["credit.file"].with_user(user))
            form.partner_id = first
            self.assertEqual(form.save().partner_id, first)
            new = second.with_user(user).action_open_credit_file()
            blank = self.env["credit.file"].with_user(user)
            form = Form(blank.with_context(**new["context"]))
            self.assertEqual(form.partner_id, second)
            file = form.save()
            opened = second.with_user(user).action_open_credit_file()
            self.assertEqual(opened["res_id"], file.id)

    def test_a_form_has_no_list_that_its_reader_may_not_read(self):
        """Odoo leaves no field out because of the model behind it: the form of what
        somebody may read would not open."""
        views = self.env["ir.ui.view"].search([("type", "=", "form")])
        groups = (
            self.env["ir.model.access"]
            .search([])
            .group_id.filtered(
                lambda group: group.get_external_id()[group.id].split(".")[0] in OURS
            )
        )
        groups |= self.env.ref("base.group_user")
        groups |= self.env.ref("sales_team.group_sale_salesman")
        for group, name in product(groups, sorted(set(views.mapped("model")))):
            if self.env.registry[name]._original_module not in OURS:
                continue
            model = self.env[name].with_user(self._user(group))
            if not model.has_access("read"):
                continue
            shown = model.get_views([(False, "form")])["models"][name]["fields"]
            behind = {field: model._fields[field].comodel_name for field in shown}
            closed = {
                field
                for field, other in behind.items()
                if model._fields[field].type in ("one2many", "many2many")
                and not model.env[other].has_access("read")
            }
            with self.subTest(model=name, group=group.full_name):
                self.assertFalse(closed)
