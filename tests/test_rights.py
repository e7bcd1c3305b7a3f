"""Who may do what, with which model and which field: tried, and held against lists.

``tests/rights/models.csv`` has for each model the groups that may create, read, write
and delete records; ``fields.csv`` for each model that clients write the fields that
a group's members write, or give a new record, and those that nobody does, whatever the
form shows; ``foreign.csv`` the fields on models of other apps. A model or a field that
is in none of them fails: somebody has to decide.
"""

import csv
from collections import defaultdict
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from psycopg2 import Error

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Date
from odoo.models import MAGIC_COLUMNS
from odoo.service.model import call_kw
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.ar_collection.tests import test_owned as collection
from odoo.addons.ar_collection_assessment.tests import test_owned as assessment
from odoo.addons.ar_collection_figures.tests import test_owned as figures
from odoo.addons.credit_control.tests import test_owned as credit
from odoo.addons.credit_control_dealer_rating.tests import test_owned as rated
from odoo.addons.dealer_rating.tests.common import RatingCommon
from odoo.addons.trade_credit_base.models.guard.ir_default import builds_on_base
from odoo.addons.trade_credit_base.tests.owned_common import TwoCompanies

LISTS = Path(__file__).parent / "rights"
LETTERS = {"create": "c", "read": "r", "write": "w", "unlink": "d"}
# Whom Odoo has before ours
OTHERS = (
    "base.group_user",
    "base.group_portal",
    "base.group_system",
    "sales_team.group_sale_salesman",
    "sales_team.group_sale_manager",
    "account.group_account_invoice",
    "account.group_account_manager",
)
NOBODY = "nobody"
OTHERWISE = {
    **dict.fromkeys(("char", "text"), ("other", "3")),
    "html": ("<p>other</p>",),
    "json": ({"other": 1},),
}
# No company: every company has the same, or none is meant
EVERYONES = {
    "collection.ageing.bound": "numbers of days, which companies choose from",
    "dealer.grade": "grades mean the same in all companies",
    "rating.department": "people of one department score for all companies",
    "trade.job": "a scheduled job runs for all; what came of it is a company's",
    "trade.job.run": "when it ran; its failures and figures are a company's",
}


def _is_ours(model):
    return builds_on_base(model._original_module)


def _rows(name):
    with (LISTS / f"{name}.csv").open() as file:
        return list(csv.DictReader(file))


class Rights:
    """Somebody who is in one group after the other, and in no other."""

    @classmethod
    def _groups(cls):
        """:return: {xml id: res.groups} of this suite, and those before them"""
        data = cls.env["ir.model.data"].sudo().search([("model", "=", "res.groups")])
        ours = data.filtered(lambda each: builds_on_base(each.module))
        names = sorted(ours.mapped("complete_name"))
        return {name: cls.env.ref(name) for name in (*OTHERS, *names)}

    @classmethod
    def _members(cls, *without):
        """Yield each group's xml id, and somebody who is in it until the next one.

        To make a user takes far longer than to give one another group.
        """
        user = new_test_user(cls.env, "rights", groups="base.group_user")
        user.sudo().write(
            {
                "company_ids": [Command.set(cls.env.company.ids)],
                "company_id": cls.env.company.id,
            }
        )
        staff = cls.env.ref("base.group_user")
        for name, group in cls._groups().items():
            if name not in without:
                alone = name == "base.group_portal"
                groups = group if alone else staff | group
                user.sudo().group_ids = [Command.set(groups.ids)]
                cls.env.flush_all()
                yield name, user


@tagged("post_install", "-at_install")
class TestModels(Rights, TransactionCase):
    """What the lines of access and the rules by company say of each model."""

    def test_every_model_has_the_rights_that_are_written_down(self):
        listed = {row.pop("model"): row for row in _rows("models")}
        ours = [
            name
            for name, model in self.env.registry.items()
            if not model._abstract and _is_ours(model)
        ]
        given = {name: {} for name in ours}
        for group, user in self._members():
            for name in ours:
                model = self.env[name].with_user(user)
                given[name][group] = "".join(
                    letter
                    for right, letter in LETTERS.items()
                    if model.has_access(right)
                )
        for name in ours:
            with self.subTest(name):
                known = listed.pop(name, {})
                self.assertEqual(given[name], known, f"{name}: see models.csv")
        self.assertFalse(listed, "models that are no more")

    def test_every_model_is_a_companys_or_it_is_written_down_why_not(self):
        rules = self.env["ir.rule"].sudo().search([("groups", "=", False)])
        by_company = {
            rule.model_id.model
            for rule in rules
            if "company" in (rule.domain_force or "")
        }
        without = {
            name
            for name, model in self.env.registry.items()
            if _is_ours(model)
            and not (model._abstract or model._transient)
            and name not in by_company
        }
        self.assertEqual(without, set(EVERYONES))

    def test_fields_on_models_of_other_apps_are_written_down(self):
        listed = {(row["model"], row["field"]): row for row in _rows("foreign")}
        for name, model in self.env.registry.items():
            if model._abstract or _is_ours(model):
                continue
            for field in self.env[name]._fields.values():
                if not field._modules or not all(map(builds_on_base, field._modules)):
                    continue
                known = listed.pop((name, field.name), None)
                with self.subTest(name, field=field.name):
                    told = _told(name, field)
                    self.assertEqual(told, known, f"{name}: see foreign.csv")
        self.assertFalse(listed, "fields that are no more")


def _others(record, field):
    """Yield values that a record does not have in a field, as a client writes them."""
    has = field.convert_to_write(record[field.name], record)
    if field.comodel_name:
        yield from _other_records(record, field)
    elif field.type == "selection":
        yield from (each for each in field.get_values(record.env) if each != has)
    elif field.type in ("date", "datetime"):
        day = has or Date.today()
        yield from (day + timedelta(days) for days in (1, -1, 40, -400))
        yield day.replace(day=1, month=day.month % 12 + 1)
    elif field.type in ("integer", "float", "monetary"):
        yield from (each for each in (has + 1, has / 2, 0, 1, 5) if each != has)
    elif field.type == "boolean":
        yield not has
    else:
        yield from OTHERWISE[field.type]


def _other_records(record, field):
    others = record.env[field.comodel_name].search([], limit=20) - record[field.name]
    for other in others[:4]:
        yield other.id if field.type == "many2one" else [Command.set(other.ids)]
    if record[field.name]:
        yield False if field.type == "many2one" else [Command.set([])]


def _told(model, field):
    """:return: what the list says of a field on a model of another app"""
    kept = field.store or field.inverse
    written = kept and not (field.compute and field.readonly and not field.inverse)
    written = "form" if written and not field.readonly else "program" if written else ""
    return {
        "model": model,
        "field": field.name,
        "written": written,
        "groups": field.groups or "",
    }


class FieldRights(Rights):
    """Who writes which field of the records that an addon's people keep."""

    def __init_subclass__(cls, **more):
        """Leave the tests of the addon, whose records these are, to the addon."""
        super().__init_subclass__(**more)
        for name in dir(cls):
            if name.startswith("test_") and callable(getattr(cls, name)):
                if name not in vars(FieldRights):
                    setattr(cls, name, None)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.partner.category"].create({"name": "Other"})

    @classmethod
    def _samples(cls):
        """:return: {model: one of its records}, of the models that somebody writes"""
        return {name: mine for name, (mine, _theirs) in cls.pairs.items()}

    def test_every_field_is_written_by_whom_it_is_written_down(self):
        listed = defaultdict(dict)
        for row in _rows("fields"):
            key = row["group"], row["right"]
            listed[row["model"]][key] = set(row["fields"].split())
        samples = self._samples()
        found = {name: {} for name in samples}
        for group, user in self._members("base.group_portal"):
            for name, record in samples.items():
                expected = listed[name]
                for right in ("write", "create"):
                    key = group, right
                    if self.env[name].with_user(user).has_access(right):
                        likely = expected.get(key, set())
                        taken = self._taken(record, user, right, likely)
                        found[name] |= {key: taken} if taken else {}
        for name, record in samples.items():
            nobody = self._fields_of(record).keys() - set().union(*found[name].values())
            found[name] |= {(NOBODY, ""): nobody} if nobody else {}
            with self.subTest(name):
                why = f"{name}: say in fields.csv who writes its fields, or nobody"
                self.assertEqual(found[name], listed[name], why)

    def test_no_own_default_gives_what_one_may_not_give(self):
        """Anybody keeps defaults of their own, for any field."""
        listed = defaultdict(dict)
        for row in _rows("fields"):
            if row["right"] == "create":
                listed[row["model"]][row["group"]] = set(row["fields"].split())
        samples, tried = self._samples(), 0
        for group, user in self._members("base.group_portal"):
            for name, record in samples.items():
                if not self.env[name].with_user(user).has_access("create"):
                    continue
                given = listed[name].get(group, set())
                names = [each for each in self._fields_of(record) if each not in given]
                tried += len(names)
                with self.subTest(name, group=group):
                    self.assertFalse(self._from_defaults(record, user, names))
        self.assertTrue(tried)

    def _from_defaults(self, record, user, names):
        """:return: those of some fields in which a new record has what its user keeps
        as a default; by halves, where what they keep is refused together"""
        if not names:
            return set()
        own, kept = record.sudo(), {}
        values = {k: v for k, v in self._values(own).items() if k not in names}
        as_ever = self._made(record, user, values) or {}
        savepoint = self.env.cr.savepoint()
        for name in names:
            for value in islice(_others(own, record._fields[name]), 1):
                kept[name] = value
                plain = str(value) if isinstance(value, date) else value
                defaults = self.env["ir.default"].with_user(user)
                defaults.set(record._name, name, plain, user_id=True)
        made = self._made(record, user, values)
        savepoint.close(rollback=True)
        self.env.registry.clear_cache()
        if made is not None:
            return {
                name
                for name, value in kept.items()
                if made[name] == value != as_ever.get(name)
            }
        if len(names) == 1:
            return set()
        half = len(names) // 2
        return self._from_defaults(record, user, names[:half]) | self._from_defaults(
            record, user, names[half:]
        )

    def _made(self, record, user, values):
        """:return: what a new record has, {name: value}; None if it is refused"""
        savepoint = self.env.cr.savepoint()
        try:
            with mute_logger("odoo.sql_db"):
                model = self.env[record._name].with_user(user)
                (number,) = call_kw(model, "create", [[values]], {})
                self.env.flush_all()
            self.env.invalidate_all()
            made = model.browse(number).sudo()
            return {
                name: field.convert_to_write(made[name], made)
                for name, field in self._fields_of(record).items()
            }
        except (UserError, Error):
            return None
        finally:
            savepoint.close(rollback=True)

    def _fields_of(self, record):
        """:return: {name: field} of what is stored of this suite"""
        return {
            field.name: field
            for field in record._fields.values()
            if field.name not in MAGIC_COLUMNS and field.type != "one2many"
            if (field.store or field.inverse) and builds_on_base(field._module)
        }

    def _taken(self, record, user, right, likely):
        """:return: the fields that somebody can give another value; what is likely to
        be is tried together first"""
        fields = self._fields_of(record)
        together = self._taken_together(
            record, user, right, [each for each in fields if each in likely]
        )
        return together | {
            name
            for name, field in fields.items()
            if name not in together and self._takes(record, user, field, right)
        }

    def _taken_together(self, record, user, right, names):
        """:return: those of some fields that somebody gives another value in one go; by
        halves, where what is given does not go together"""
        if not names:
            return set()
        own = record.sudo()
        given = {
            name: value
            for name in names
            for value in islice(_others(own, record._fields[name]), 1)
        }
        savepoint = self.env.cr.savepoint()
        try:
            with mute_logger("odoo.sql_db"):
                made = self._given(record, user, given, right)
                self.env.flush_all()
            self.env.invalidate_all()
            return {
                name
                for name, value in given.items()
                if record._fields[name].convert_to_write(made[name], made) == value
            }
        except (UserError, Error):
            half = len(names) // 2
        finally:
            savepoint.close(rollback=True)
        return set().union(
            *(
                self._taken_together(record, user, right, some)
                for some in (names[:half], names[half:])
                if half
            )
        )

    def _takes(self, record, user, field, right):
        """Tell whether somebody can give a field another value than it has."""
        for value in _others(record.sudo(), field):
            savepoint = self.env.cr.savepoint()
            try:
                with mute_logger("odoo.sql_db"):
                    made = self._given(record, user, {field.name: value}, right)
                    self.env.flush_all()
                self.env.invalidate_all()
                now = field.convert_to_write(made[field.name], made)
                if now == value:
                    return True
            except AccessError:
                return False
            except (UserError, Error):
                continue
            finally:
                savepoint.close(rollback=True)
        return False

    def _given(self, record, user, vals, right):
        model = self.env[record._name].with_user(user)
        if right == "write":
            call_kw(model, "write", [record.ids, vals], {})
            return record.sudo()
        copied = self._values(record.sudo()) | vals
        (number,) = call_kw(model, "create", [[copied]], {})
        return model.browse(number).sudo()


@tagged("post_install", "-at_install")
class TestCreditFields(FieldRights, credit.TestOwned):
    """Policies, their rules, files."""


@tagged("post_install", "-at_install")
class TestRatedFields(FieldRights, rated.TestOwned):
    """Terms of grades, service levels."""


@tagged("post_install", "-at_install")
class TestCollectionFields(FieldRights, collection.TestOwned):
    """Procedures and what belongs to them, cases."""


@tagged("post_install", "-at_install")
class TestAssessmentFields(FieldRights, assessment.TestOwned):
    """Benchmarks, objections."""


@tagged("post_install", "-at_install")
class TestFiguresFields(FieldRights, figures.TestOwned):
    """Buckets, provisions."""


@tagged("post_install", "-at_install")
class TestRatingFields(FieldRights, TwoCompanies, RatingCommon):
    """Dealers, templates, scores, screenings, reports."""

    groups = "rating_group_manager"

    def _values(self, mine):
        return mine.copy_data()[0]

    @classmethod
    def _samples(cls):
        env = cls.env(su=True)
        dealer = cls._dealer("Shop")
        cls._rate("2025-03-31")
        month = {"dealer_id": dealer.id, "date": "2025-01-01"}
        screening = env["rating.screening"].create(
            {
                "name": "New",
                "company_id": cls.company.id,
                "criterion_ids": [Command.create({"name": "Demand"})],
                "candidate_ids": [Command.create({"name": "Mill"})],
            }
        )
        template = cls.template_conduct.copy().sudo()
        own = {"company_id": cls.company.id}
        records = (
            dealer,
            cls._scores(dealer, code="paid")[:1],
            template,
            template.indicator_ids[:1],
            template.indicator_ids.step_ids[:1],
            env["dealer.grade"].search([], limit=1),
            env["rating.department"].search([], limit=1),
            env["rating.target"].create(month | {"amount": 5}),
            env["rating.stock.report"].create(month | {"value": 5}),
            screening,
            screening.criterion_ids,
            screening.candidate_ids,
            screening.candidate_ids.score_ids,
            env["rating.abc"].create(own),
            env["rating.validation"].create(own),
            env["rating.abc.service"].search([], limit=1),
        )
        return {record._name: record for record in records if record}
