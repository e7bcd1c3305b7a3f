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
from odoo.tools import format_amount, format_date, formatLang
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


class Number(NamedTuple):
    """A number in a sentence, grouped and pointed as the reader does.

    :param float number: the number
    :param int digits: that it is shown with
    """

    number: float
    digits: int


class Period(NamedTuple):
    """A month, or a quarter, in a sentence.

    :param date first: its first day
    :param bool quarterly: whether it is a quarter
    """

    first: date
    quarterly: bool


class Name(NamedTuple):
    """A record's name in a sentence: in the reader's language, where it has several.

    :param str model: such as ``collection.stage``
    :param int id: of the record
    :param str text: its name now, should it be gone
    """

    model: str
    id: int
    text: str


class Kept(str):
    """A text that this module made. What others bring with a mark has none."""

    __slots__ = ()


def kept(sentence):
    """Return a sentence as it is stored.

    :param sentence: a ``LazyTranslate`` text with its figures, by name: texts, numbers,
        dates, :class:`Amount`, :class:`Name`, lists and further such texts
    :rtype: Kept
    """
    return Kept(MARK + json.dumps(_packed(sentence), ensure_ascii=False))


def worded(env, text):
    """Return a stored text in the language of the environment.

    :param text: what :func:`kept` returned, alone or within a text; or any other one
    :rtype: str
    """
    if not text or MARK not in text:
        return text
    typed, *rest = text.split(MARK)
    return typed + "".join(_said(env, part) for part in rest)


class Refusal(UserError):
    """A refusal that may be written down: ``kept`` is what is stored.

    :param env: in whose language it is said now
    :param sentence: a ``LazyTranslate`` text with its figures, by name
    """

    def __init__(self, env, sentence):
        self.kept = kept(sentence)
        super().__init__(worded(env, self.kept))


class Sentence(fields.Text):
    """A text that :func:`kept` made, or that somebody typed."""

    def convert_to_cache(self, value, record, validate=True):
        if isinstance(value, LazyGettext):
            value = kept(value)
        elif isinstance(value, str) and not isinstance(value, Kept):
            value = value.replace(MARK, "")
        text = super().convert_to_cache(value, record, validate)
        return text and Kept(text)  # it comes here once more on its way to the database

    def convert_to_record(self, value, record):
        return worded(record.env, super().convert_to_record(value, record))

    def stored(self, records):
        """Return what of these records is stored, each on a line, for another field.

        :rtype: Kept
        """
        records.mapped(self.name)
        cache = self._get_cache(records.env)
        return Kept("\n".join(filter(None, map(cache.get, records.ids))))


def _packed(value):
    match value:
        case LazyGettext():
            figures = {name: _packed(each) for name, each in value._args.items()}
            return {"module": value._module, "source": value._source, "of": figures}
        case Amount():
            return {"amount": value.value, "currency": value.currency}
        case Number():
            return {"number": value.number, "digits": value.digits}
        case Period():
            return {"first": value.first.isoformat(), "quarterly": value.quarterly}
        case Name():
            return {"model": value.model, "id": value.id, "name": value.text}
        case list():
            return [_packed(each) for each in value]
        case date():
            return {"date": value.isoformat()}
    return value


def _said(env, text):
    """:param text: what follows a mark: a sentence of ours, and more text maybe"""
    try:
        packed, end = json.JSONDecoder().raw_decode(text)
        said = _unpacked(env, packed)
    except (ValueError, KeyError, TypeError):
        said = None  # not ours: somebody pasted the mark
    return said + text[end:] if isinstance(said, str) else text


def _unpacked(env, value):
    match value:
        case {"source": source, "module": module, "of": figures}:
            said = {name: _unpacked(env, each) for name, each in figures.items()}
            return get_translation(module, env.lang or "en_US", source, said)
        case {"amount": amount, "currency": currency}:
            money = env["res.currency"].sudo().browse(int(currency)).exists()
            return format_amount(env, amount, money) if money else str(amount)
        case {"number": number, "digits": digits}:
            return formatLang(env, number, digits=digits)
        case {"first": first, "quarterly": quarterly}:
            first = date.fromisoformat(first)
            return env.company._trade_period(first, quarter=quarterly)
        case {"model": model, "id": id_, "name": text}:
            return env[model].sudo().browse(id_).exists().display_name or text
        case [*values]:
            return [_unpacked(env, each) for each in values]
        case {"date": day}:
            return format_date(env, day)
    return value
