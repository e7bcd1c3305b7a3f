"""Every addon of the checkout speaks Chinese: its catalog has all that it says."""

import io
import re
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import trans_export

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "setup"))

import environment  # noqa: E402

CHINESE = re.compile(r"[\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[-+#0\d.]*[a-z%]")
TAG = re.compile(r"<[^>]+>")
WORD = re.compile(r"[A-Za-z]")
LATIN = re.compile(r"[A-Za-z]{3}")
LANGUAGES = {"lang"}  # each in its own words

# What is the same, OCA's check wants empty. The lower-case words are no terms: Odoo's
# exporter takes any tuple that follows a translated text for a call of "_". Neither are
# the expressions that name a printed file.
SAME_IN_CHINESE = {
    "ar_collection": {
        *("ID", "hand_over", "handed_over", "procedure"),
        *("call", "letter", "message", "note", "visit"),
        *("cancelled", "invalid", "kept", "resolved", "sent", "served", "valid"),
        *("acknowledged", "approved", "carried_out", "contested", "ended", "held_out"),
        *("left_out", "planned", "proposed", "reason", "rejected", "stated"),
        *("object.display_name", "object.number.replace('/', '-')"),
    },
    "ar_collection_assessment": {"ID", "object.display_name"},
    "ar_collection_figures": {"ID", "company_id"},
    "credit_control": {"ID"},
    "credit_control_dealer_rating": {"ID", "account_id"},
    "credit_control_stock": {"ID"},
    "dealer_rating_partnership": {"ID"},
    "dealer_rating": {
        *("ID", "id", "dealer_id", "scorecard_id"),
        *("collection", "days_late", "growth", "limit_use", "margin", "on_time"),
        *("overdue", "stock"),
    },
}


class Term(NamedTuple):
    """A term's translation, and all the places that it is said in."""

    msgstr: str
    places: set


@tagged("post_install", "-at_install")
class TestCatalogs(TransactionCase):
    """The Chinese catalogs have every term that Odoo's exporter finds."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        there = environment.addons().keys() & cls.registry._init_modules
        # What an addon of its own database needs adds terms to the others there
        names = there & environment.APART or there
        cls.catalogs = {name: cls._catalogs(ROOT / name) for name in sorted(names)}

    @classmethod
    def _catalogs(cls, folder):
        """:return: (terms of the addon, of its template, of its translation)"""
        exported = io.BytesIO()
        trans_export(None, [folder.name], exported, "po", cls.env)
        catalogs = folder / "i18n"
        return (
            _terms(exported.getvalue().decode()),
            _terms(str(catalogs / f"{folder.name}.pot")),
            _terms(str(catalogs / "zh_CN.po")),
        )

    def test_every_term_is_translated(self):
        for addon, (terms, _template, chinese) in self.catalogs.items():
            missing = {
                msgid
                for msgid in terms.keys() - SAME_IN_CHINESE.get(addon, {"ID"})
                if WORD.search(PLACEHOLDER.sub("", TAG.sub("", msgid)))
                and not (msgid in chinese and CHINESE.search(chinese[msgid].msgstr))
            }
            with self.subTest(addon):
                self.assertTrue(terms, "An addon has terms: is it installed?")
                self.assertFalse(missing, "Translate these in zh_CN.po")

    def test_catalogs_have_every_term_where_it_is_and_no_other(self):
        """A label is translated where its entry says that it is, nowhere else."""
        for addon, (terms, *catalogs) in self.catalogs.items():
            for catalog in catalogs:
                moved = {
                    msgid
                    for msgid in terms.keys() | catalog.keys()
                    if _places(terms, msgid) != _places(catalog, msgid)
                }
                with self.subTest(addon):
                    self.assertFalse(moved, "Export these again")

    def test_placeholders_and_tags_are_kept(self):
        for addon, (_terms_found, _template, chinese) in self.catalogs.items():
            broken = {
                msgid: entry.msgstr
                for msgid, entry in chinese.items()
                for pattern in (PLACEHOLDER, TAG)
                if entry.msgstr
                and Counter(pattern.findall(msgid))
                != Counter(pattern.findall(entry.msgstr))
            }
            with self.subTest(addon):
                self.assertFalse(broken)

    def test_a_label_is_chinese_wherever_it_was_written_down(self):
        """What a model takes over from another addon's is no term of its catalog."""
        ours = {name for name in environment.addons() if name in self.catalogs}
        for name, model in self.registry.items():
            if model._abstract or model._original_module not in ours:
                continue
            fields = (
                self.env[name]
                .with_context(lang="zh_CN")
                .fields_get(attributes=["string", "help", "selection"])
            )
            with self.subTest(name):
                self.assertFalse(
                    {
                        f"{field}: {words}"
                        for field, told in fields.items()
                        if field != "id" and field not in LANGUAGES
                        for words in _words(told)
                        if LATIN.search(words) and not CHINESE.search(words)
                    }
                )


def _words(told):
    """:return: what a field says: its label, its help, its choices"""
    return [
        told["string"],
        told.get("help") or "",
        *(label for _value, label in told.get("selection", ())),
    ]


def _terms(catalog):
    """
    :param catalog: its text, or the path of its file
    :return: {msgid: Term}
    """
    return {
        entry.msgid: Term(entry.msgstr, {place for place, _line in entry.occurrences})
        for entry in polib.pofile(catalog)
    }


def _places(catalog, msgid):
    return catalog[msgid].places if msgid in catalog else set()
