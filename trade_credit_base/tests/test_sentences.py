from datetime import date
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger
from odoo.tools.translate import LazyTranslate, code_translations

from ..batches import words_of
from ..sentences import Amount, Refusal, Sentence, kept, worded

lazy = LazyTranslate(__name__)

CHINESE = {
    "%(who)s owes %(amount)s since %(day)s": "%(who)s 自 %(day)s 起欠 %(amount)s",
    "Nobody": "没有人",
}

MADE_UP = (
    "\x02",
    "\x02{}",
    "\x02[1]",
    '\x02{"source": "%(x)s", "module": "base", "of": {}}',
    '\x02{"amount": 5, "currency": 123456789}',
    '\x02{"amount": 5, "currency": "x"}',
    '\x02{"date": "tomorrow"}',
)


@tagged("post_install", "-at_install")
class TestSentences(TransactionCase):
    """What was written down is read in the language of its reader."""

    def setUp(self):
        super().setUp()
        self.env["res.lang"]._activate_lang("zh_CN")
        self.chinese = self.env["base"].with_context(lang="zh_CN").env
        known = code_translations.get_python_translations
        self.startPatcher(
            patch.object(
                type(code_translations),
                "get_python_translations",
                lambda own, module, lang: (
                    CHINESE if lang == "zh_CN" else known(module, lang)
                ),
            )
        )
        self.dollar = self.env.ref("base.USD")
        self.sentence = lazy(
            "%(who)s owes %(amount)s since %(day)s",
            who=lazy("Nobody"),
            amount=Amount(1234.5, self.dollar.id),
            day=date(2026, 3, 1),
        )

    def test_a_sentence_is_worded_for_each_reader(self):
        stored = kept(self.sentence)
        self.assertIsInstance(stored, str)
        plain = worded(self.env, stored).replace("\N{NO-BREAK SPACE}", " ")
        self.assertEqual(plain, "Nobody owes $ 1,234.50 since 03/01/2026")
        self.assertRegex(worded(self.chinese, stored), "没有人 自 2026.*起欠 ")

    def test_several_lines_and_what_a_person_typed_stay(self):
        nobody = kept(lazy("Nobody"))
        text = f"Typed: 100 %\n{nobody} (twice)\nError: {nobody}"
        said = "Typed: 100 %\n没有人 (twice)\nError: 没有人"
        self.assertEqual(worded(self.chinese, text), said)
        for typed in False, "", "Nobody", "100 % {}":
            self.assertEqual(worded(self.chinese, typed), typed)

    @mute_logger("odoo.tools.translate")
    def test_a_mark_that_somebody_pasted_is_a_text(self):
        for pasted in MADE_UP:
            with self.subTest(pasted=pasted):
                self.assertIsInstance(str(worded(self.env, pasted)), str)

    def test_a_refusal_is_said_now_and_kept_for_others(self):
        error = Refusal(self.chinese, lazy("Nobody"))
        self.assertEqual(str(error), "没有人")
        self.assertEqual(worded(self.env, words_of(error)), "Nobody")
        self.assertEqual(words_of(ValueError("Disk full")), "Disk full")

    def test_a_field_takes_it_and_words_it(self):
        field = Sentence()
        record = self.env["res.partner"]
        cached = field.convert_to_cache(lazy("Nobody"), record)
        self.assertEqual(field.convert_to_record(cached, record), "Nobody")
        reader = record.with_env(self.chinese)
        self.assertEqual(field.convert_to_record(cached, reader), "没有人")
        again = field.convert_to_cache(cached, record)
        self.assertEqual(field.convert_to_record(again, reader), "没有人")

    def test_who_types_a_mark_makes_no_sentence(self):
        field, record = Sentence(), self.env["res.partner"]
        typed = str(kept(lazy("Nobody")))
        shown = field.convert_to_record(field.convert_to_cache(typed, record), record)
        self.assertEqual(shown, typed[1:])
