"""Whatever a client sends, it is refused in a sentence, and nothing is done.

Every field of every model that somebody writes, and every method that a client
reaches, gets what cannot be meant: a text for a number, a list, no number, a day of the
year 1, letters that nobody sees.
"""

import inspect
from functools import partial

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.models import MAGIC_COLUMNS
from odoo.service.model import call_kw, get_public_method
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.trade_credit_base.models.guard.ir_default import builds_on_base

NUMBERS = "many", [], [1], {"a": 1}, float("nan"), float("inf"), "-inf", 1e300, 10**400
DAYS = (
    "soon",
    [],
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    [1],
    {"a": 1},
    5,
    float("nan"),
)
TYPED = "char", "text", "html"
TEXTS = ["x"], {"a": 1}, "a\0b", "x" * 100_001
UNSAID = "", " ", ".", "\u200b", "\u2060\ufeff\u00ad", "\u3164", "\u00a0-"
RECORDS = "x", {"a": 1}, [1, 2], 10**30, float("nan")
LISTS = (
    "x",
    5,
    {"a": 1},
    [["x"]],
    [[9, 0, 0]],
    [[0, 0, "x"]],
    [[6, 0, ["x"]]],
    [["x", 1]],
    [[6, 0, 5]],
)
BAD = {
    **dict.fromkeys(("integer", "float", "monetary"), NUMBERS),
    **dict.fromkeys(("date", "datetime"), DAYS),
    **dict.fromkeys(TYPED, TEXTS),
    **dict.fromkeys(("one2many", "many2many"), LISTS),
    "selection": ("no such thing", ["x"], {"a": 1}),
    "many2one": RECORDS,
    "json": (float("nan"), {"a": [float("inf")]}, "a\0b", "x" * 1_000_001),
}
ANYTHING = "\u200b", [1], {"a": 1}, float("nan"), 1e300, -1


@tagged("post_install", "-at_install")
class TestGiven(TransactionCase):
    """Somebody with every right that there is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rights = cls.env["ir.model.access"].sudo().search([("group_id", "!=", False)])
        ours = [
            (line.model_id.model, line.group_id)
            for line in rights
            if cls._is_ours(line.model_id.model)
            and not line.group_id.share
            and (line.perm_write or line.perm_create)
        ]
        cls.models = sorted({model for model, _group in ours})
        cls.user = new_test_user(cls.env, "everything", groups="base.group_user")
        cls.user.group_ids += cls.env["res.groups"].union(*(each for _m, each in ours))

    @classmethod
    def _is_ours(cls, name):
        model = cls.env.registry.get(name)
        return model is not None and builds_on_base(model._original_module)

    def _wrong(self, tried, *why):
        """Try something; say what came instead of a refusal in a sentence."""
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                tried()
        except UserError:
            return []
        except Exception as error:  # noqa: BLE001  that is what is looked for
            return [(*why, repr(error)[:150])]
        return [(*why, "done")]

    def test_no_field_takes_what_cannot_be_meant(self):
        wrong, tried = [], 0
        for name in self.models:
            model = self.env[name].with_user(self.user)
            for field in model._fields.values():
                if field.name in MAGIC_COLUMNS or not (field.store or field.inverse):
                    continue
                unsaid = field.type in TYPED and field.required and UNSAID
                for value in BAD.get(field.type, ()) + (unsaid or ()):
                    vals = {field.name: value}
                    why = name, field.name, value
                    tried += 2
                    wrong += self._wrong(partial(model.write, vals), *why)
                    wrong += self._wrong(partial(model.create, [vals]), *why)
        self.assertGreater(tried, 5000)
        self.assertEqual(wrong, [])

    def test_no_default_that_a_client_sends_does(self):
        """It is refused, or nobody looks at it."""
        wrong = []
        for name in self.models:
            model = self.env[name].with_user(self.user)
            for field in model._fields.values():
                value = field.name not in MAGIC_COLUMNS and BAD.get(field.type)
                if value:
                    sent = {f"default_{field.name}": value[0]}
                    try:
                        with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                            made = model.with_context(**sent).create([{}])
                            kept = field.convert_to_write(made[field.name], made)
                            model._trade_check_given({field.name: kept})
                    except (UserError, IntegrityError):
                        continue
                    except Exception as error:  # noqa: BLE001  as above
                        wrong.append((name, field.name, repr(error)[:150]))
        self.assertEqual(wrong, [], "\n".join(map(repr, wrong)))

    def test_no_client_writes_what_is_only_computed(self):
        tried = set()
        for name in self.models:
            model = self.env[name].with_user(self.user)
            for copy in model._trade_kinds()[1]:
                tried.add((name, copy))
                with self.subTest(name, copy=copy), self.assertRaises(AccessError):
                    call_kw(model, "write", [[], {copy: False}], {})
        self.assertIn(("rating.screening.candidate", "rank"), tried)

    def _methods(self):
        """Yield (model, name, parameters) of what this suite lets clients call."""
        known = set(dir(self.env["base"]))
        for name in filter(self._is_ours, self.env.registry):
            model = self.env[name].with_user(self.user)
            for method in sorted(set(dir(type(model))) - known):
                function = getattr(type(model), method)
                addon = (getattr(function, "__module__", None) or "").split(".")[2:3]
                if method.startswith("_") or not inspect.isfunction(function):
                    continue
                if addon and builds_on_base(addon[0]):
                    get_public_method(model, method)
                    yield model, method, list(inspect.signature(function).parameters)

    def test_no_method_takes_what_cannot_be_meant(self):
        wrong, tried = [], set()
        for model, method, (_self, *names) in self._methods():
            for name in names:
                for value in ANYTHING:
                    tried.add((model._name, method, name))
                    # A reason that is missing would hide what else cannot be meant
                    said = {"reason": "Because"} if "reason" in names else {}
                    if said and value == -1:
                        continue  # may be written; it covers no order
                    sent = said | {name: value}
                    call = partial(call_kw, model, method, [[]], sent)
                    wrong += self._wrong(call, model._name, method, name, value)
        known = {(*each[:3],) for each in wrong if "Expected singleton" in each[-1]}
        self.assertEqual([each for each in wrong if (*each[:3],) not in known], [])
        self.assertIn(("credit.decision", "action_release", "amount"), tried)
        # Opens a list of nothing else than what is asked for
        opened = "rating.dealer", "action_open_missing", "department_id"
        self.assertEqual(known, {opened})
