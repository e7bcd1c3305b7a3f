"""Screens: forms open for who may come to them, lists have cards for phones, numbers
have room, a menu fits, and each figure that somebody enters has its place."""

import csv
import re
from ast import literal_eval
from collections import defaultdict
from itertools import product
from pathlib import Path

from lxml import etree

from odoo.tests import Form, TransactionCase, new_test_user, tagged

from odoo.addons.trade_credit_base.models.guard.ir_default import builds_on_base

ROOT = Path(__file__).resolve().parents[1]
OURS = {manifest.parent.name for manifest in ROOT.glob("*/__manifest__.py")}
LISTS = ROOT / "tests" / "rights"
MOST = 7  # entries beside each other that fit on a screen of 1,280 pixels
NUMBERS = {"number", "letter_id", "move_id"}
ROOM = 110  # pixels of a document's number
# Numbers of versions and lines, not of documents
SHORT = {
    "credit_control.credit_policy_view_form",
    "dealer_rating.rating_indicator_view_list",
    "dealer_rating.rating_scorecard_template_view_form",
}


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


@tagged("post_install", "-at_install")
class TestPhones(TransactionCase):
    """A table is cut on a phone. Odoo takes the kanban view there, if the window has
    one, and makes one of the name alone if nobody wrote any."""

    def _windows(self):
        """Yield our windows that open with records of ours."""
        for name, [xml_id] in self._ids("ir.actions.act_window").items():
            window = self.env["ir.actions.act_window"].browse(name)
            model = self.env.registry[window.res_model]
            if not model._transient and model._original_module in OURS:
                yield xml_id, window

    def _ids(self, model):
        found = self.env["ir.model.data"].search(
            [("model", "=", model), ("module", "in", list(OURS))]
        )
        return {each.res_id: [each.complete_name] for each in found}

    def test_every_list_has_cards(self):
        windows = dict(self._windows())
        self.assertIn("credit_control.credit_file_action", windows)
        for xml_id, window in windows.items():
            kinds = [kind for _view, kind in window.views]
            with self.subTest(xml_id):
                self.assertEqual("list" in kinds, "kanban" in kinds)

    def test_cards_are_not_grouped_where_nothing_would_be_said(self):
        """Odoo has no words for a board without columns, if these are records that
        somebody could add. A list groups by itself."""
        for xml_id, window in self._windows():
            asked = re.findall(r"search_default_(\w+)", window.context or "")
            model = self.env[window.res_model]
            arch = model._get_view(window.search_view_id.id, "search")[0]
            for name in asked:
                for each in arch.xpath(f"//filter[@name='{name}'][@context]"):
                    by = literal_eval(each.get("context"))["group_by"].split(":")[0]
                    with self.subTest(xml_id, filter=name):
                        self.assertNotEqual(model._fields[by].type, "many2one")

    def test_what_has_activities_is_listed(self):
        """The menu of activities opens a list, and cards: else of names alone."""
        views = self.env["ir.ui.view"]
        for name, model in self.env.registry.items():
            if model._abstract or model._original_module not in OURS:
                continue
            if (
                "activity_ids" in model._fields
                and not model._fields["activity_ids"].inherited
            ):
                with self.subTest(name):
                    self.assertTrue(views.default_view(name, "list"))

    def test_a_card_says_more_than_a_name(self):
        models = {
            window.res_model
            for _xml_id, window in self._windows()
            if "list" in window.view_mode
        }
        for name in sorted(models):
            arch, _view = self.env[name]._get_view(view_type="kanban")
            with self.subTest(name):
                self.assertGreater(len(arch.findall(".//t//field")), 1)

    def test_what_a_list_offers_its_cards_offer(self):
        """Or the menu does: a button above a list is not there on a phone."""
        menus = self.env["ir.ui.menu"].sudo().search([])
        offered = {str(menu.action.id) for menu in menus if menu.action}
        for name in {window.res_model for _xml_id, window in self._windows()}:
            rows, cards = (
                {
                    each.get("name")
                    for each in self.env[name]
                    ._get_view(view_type=kind)[0]
                    .iterfind("./header/button[@display='always']")
                }
                for kind in ("list", "kanban")
            )
            with self.subTest(name):
                self.assertFalse(rows - cards - offered)

    def test_a_card_is_made_of_the_columns(self):
        """The first column in bold, labels in the reader's language, and buttons."""
        reports = self.env["rating.stock.report"].with_context(lang="zh_CN")
        arch, _view = reports._get_view(view_type="kanban")
        shown = [each.get("name") for each in arch.iterfind(".//t//field")]
        self.assertEqual(shown[:2], ["date", "dealer_id"])
        self.assertNotIn("note", shown, "A column that is hidden at first")
        self.assertIn("经销商", "".join(arch.itertext()))
        self.assertEqual(
            [each.get("name") for each in arch.iterfind(".//button")],
            ["action_open_bought"],
        )

    def test_what_is_written_in_the_list_is_written_in_a_form(self):
        """A phone has no rows to type into."""
        arch, _view = self.env["collection.reason"]._get_view(view_type="form")
        shown = [each.get("name") for each in arch.iterfind(".//field")]
        self.assertEqual(shown, ["name", "kind", "company_id", "active"])

    def test_what_is_named_by_a_choice_is_named_by_its_label(self):
        rule = self.env["credit.rule"].search([("kind", "=", "hold")], limit=1)
        self.assertEqual(rule.with_context(lang="zh_CN").display_name, "已停止供货")
        self.assertEqual(rule.display_name, "Supply stopped")


@tagged("post_install", "-at_install")
class TestShown(TransactionCase):
    """Laws about what the addons ship."""

    def _ours(self, model):
        data = self.env["ir.model.data"].sudo().search([("model", "=", model)])
        data = data.filtered(lambda each: builds_on_base(each.module))
        return self.env[model].sudo().browse(data.mapped("res_id"))

    def test_the_menu_fits_on_a_screen(self):
        for menu in self._ours("ir.ui.menu").filtered(lambda each: not each.parent_id):
            with self.subTest(menu.name):
                self.assertLessEqual(len(menu.child_id), MOST)

    def test_a_number_has_room(self):
        narrow = set()
        for view in self._ours("ir.ui.view"):
            arch = etree.fromstring(view.arch.encode())
            columns = arch.xpath("descendant-or-self::list/field")
            for column in (each for each in columns if each.get("name") in NUMBERS):
                if int(column.get("width", "0").removesuffix("px")) < ROOM:
                    narrow.add(view.xml_id)
        self.assertEqual(narrow, SHORT)

    def test_a_step_is_read_whole(self):
        """Whatever else stands beside it: what is to be done is in its name."""
        cut = set()
        for view in self._ours("ir.ui.view"):
            arch = etree.fromstring(view.arch.encode())
            for column in arch.xpath(
                "descendant-or-self::list/field[@name='stage_id']"
            ):
                if "text-wrap" not in column.get("class", ""):
                    cut.add(view.xml_id)
        self.assertEqual(cut, set())

    def test_what_has_lines_keeps_them_in_a_list(self):
        """Odoo does; a class that wraps takes them away: reasons run together."""
        run_together = set()
        for view in self._ours("ir.ui.view").filtered("model"):
            arch = etree.fromstring(view.arch.encode())
            model = self.env[view.model]
            for column in arch.xpath("/list/field[contains(@class, 'text-wrap')]"):
                if model._fields[column.get("name")].type == "text":
                    run_together.add((view.xml_id, column.get("name")))
        self.assertEqual(run_together, set())

    def test_what_somebody_enters_is_on_a_screen(self):
        shown = defaultdict(set)
        for view in self._ours("ir.ui.view").filtered("model"):
            for field in etree.fromstring(view.arch.encode()).iter("field"):
                shown[view.model].add(field.get("name"))
        everywhere = set().union(*shown.values())
        missing = set()
        with (LISTS / "fields.csv").open() as file:
            for row in csv.DictReader(file):
                if row["right"]:
                    for name in row["fields"].split():
                        if name not in everywhere:
                            missing.add((row["model"], name))
        self.assertEqual(missing, set())

    def test_no_bar_shortens_a_percentage(self):
        short = [
            view.xml_id
            for view in self._ours("ir.ui.view")
            if 'widget="progressbar"' in view.arch
        ]
        self.assertEqual(short, [])
