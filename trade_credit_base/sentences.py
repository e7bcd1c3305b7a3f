"""Sentences that stay in the database, worded for each reader.

What is written down while a job runs is read later by people of other languages. So it
is kept as what was said and of what: the English source and its figures. A field of the
kind below words it in its reader's language; what a person typed is left as it is.
"""

import json
from datetime import date
from typing import NamedTuple

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date
from odoo.tools.translate import LazyGettext, get_translation

# Begins what is kept; no keyboard has it
MARK = "\x02"


class Amount(NamedTuple):
    """An amount of money in a sentence.

    :param float value: in units of the currency
    :param int currency: id of the res.currency
    """

    value: float
    currency: int


def kept(sentence):
    """Return a sentence as it is stored.

    :param sentence: a ``LazyTranslate`` text with its figures, by name: texts, numbers,
        dates, :class:`Amount` and further such texts; or a plain text, which is kept
    :rtype: str
    """
    if not isinstance(sentence, LazyGettext):
        return sentence
    return MARK + json.dumps(_packed(sentence), ensure_ascii=False)


def worded(env, text):
    """Return a stored sentence in the language of the environment.

    :param text: what :func:`kept` returned, or any other text
    :rtype: str
    """
    if not text or MARK not in text:
        return text
    return "\n".join(_said(env, line) for line in text.split("\n"))


def words_for_all(error):
    """Return what an error says as it is stored: for each reader, where it can be."""
    return getattr(error, "kept", None) or str(error)


class Refusal(UserError):
    """A refusal that may be written down, see :func:`words_for_all`.

    :param env: in whose language it is said now
    :param sentence: a ``LazyTranslate`` text with its figures, by name
    """

    def __init__(self, env, sentence):
        self.kept = kept(sentence)
        super().__init__(worded(env, self.kept))


class Sentence(fields.Text):
    """A text that :func:`kept` made, or that somebody typed."""

    def convert_to_cache(self, value, record, validate=True):
        return super().convert_to_cache(kept(value), record, validate)

    def convert_to_record(self, value, record):
        return worded(record.env, super().convert_to_record(value, record))


def _packed(value):
    match value:
        case LazyGettext():
            figures = {name: _packed(each) for name, each in value._args.items()}
            return {"module": value._module, "source": value._source, "of": figures}
        case Amount():
            return {"amount": value.value, "currency": value.currency}
        case date():
            return {"date": value.isoformat()}
    return value


def _said(env, line):
    if not line.startswith(MARK):
        return line
    try:
        said = _unpacked(env, json.loads(line[1:]))
    except (ValueError, KeyError, TypeError):
        said = None  # not ours: somebody pasted the mark
    return said if isinstance(said, str) else line[1:]


def _unpacked(env, value):
    match value:
        case {"source": source, "module": module, "of": figures}:
            said = {name: _unpacked(env, each) for name, each in figures.items()}
            return get_translation(module, env.lang or "en_US", source, said)
        case {"amount": amount, "currency": currency}:
            money = env["res.currency"].sudo().browse(int(currency)).exists()
            return format_amount(env, amount, money) if money else str(amount)
        case {"date": day}:
            return format_date(env, day)
    return value
