"""What a line of a ledger says is owed: amounts, what is open of them, in which money.

Plain Python: nothing here imports Odoo. An export may have the amount, the open part,
the paid part, debit and credit, each in the document's currency and in that of the
books. They come to three: an amount, what is left of it, and the amount in the books.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from . import ledger_words as words
from .ledger_columns import LOCAL, MONEY, Header, Question, is_word, word_in
from .ledger_lines import Line

Amounts = dict[str, Decimal]
Found = tuple[str, ...]  # column, code, value and what it contradicts

_SIDE = re.compile(r"(.*\d.*?)\s*(dr|cr|s|h|借|贷|貸)\.?", re.IGNORECASE)
_BLANK = frozenset({"", "-", "--", "–"})


class Fact(NamedTuple):
    """What a line says is owed."""

    amount: Decimal
    left: Decimal | None = None  # None: all of it, or nothing once it is settled
    currency: str = ""  # "" for that of the books
    local: Decimal | None = None  # the amount in the currency of the books, if told
    is_dropped: str = ""  # why it is none of the items: void, nothing, payable
    is_credit: bool = False  # a payment or a credit note: needs no number, no due date


class Money:
    """Reads amounts with what stands beside them.

    >>> money = Money({"NT$": "TWD", "$": "USD", "€": "EUR"})
    >>> money.split("$(1,023.27)"), money.split("NT$ 1,234.00"), money.split("5,0 H")
    (('(1,023.27)', 'USD', 1), ('1,234.00', 'TWD', 1), ('5,0', '', -1))
    """

    def __init__(self, currencies: Mapping[str, str]) -> None:
        """
        :param currencies: {what may stand beside an amount: the code}
        """
        self.codes = {_plain(sign): code for sign, code in currencies.items()}
        signs = sorted(filter(None, self.codes), key=len, reverse=True)
        self.sign = re.compile("|".join(map(re.escape, signs)) or r"(?!)")
        self.known: dict[str, tuple[str, str, int]] = {}

    def split(self, text: str) -> tuple[str, str, int]:
        """:return: the amount alone, the code of its currency or "", 1 or -1"""
        if text not in self.known:
            self.known[text] = self._split(_plain(text))
        return self.known[text]

    def _split(self, text: str) -> tuple[str, str, int]:
        if text.isascii() and not re.search("[A-Z$]", text):
            return text, "", 1
        sign = 1
        if match := _SIDE.fullmatch(text):
            text, side = match[1], match[2]
            sign = -1 if word_in(side, words.SIDE_WORDS) == "credit" else 1
        if found := self.sign.search(text):
            rest = text[: found.start()] + text[found.end() :]
            if not self.sign.search(rest):
                return rest.strip(), self.codes[found[0]], sign
        return text, "", sign

    def code(self, text: str) -> str | None:
        """:return: the code of a currency as a column names it, ``None`` if unknown"""
        plain = _plain(text)
        if not self.codes:  # nobody said which there are
            return plain if re.fullmatch("[A-Z]{3}", plain) else None
        return self.codes.get(plain)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().upper()


class Facts:
    """The facts of all lines of a file, and what they leave open."""

    def __init__(
        self,
        header: Header,
        lines: Sequence[Line],
        money: Money,
        parse: Callable[[str], Decimal | None],
        *,
        answers: Mapping[str, str],
        currency: str = "",
    ) -> None:
        """
        :param lines: items and totals
        :param currency: the code of the books' currency
        """
        self.header = header
        self.money = money
        self.parse = parse
        self.answers = answers
        self.currency = currency
        self.items = [line for line in lines if not line.total]
        self.amounts = {line.line: self._amounts(line) for line in lines}

    def has(self, *keys: str) -> bool:
        """Tell whether the file has one of these columns."""
        return any(key in self.header.places for key in keys)

    def _amounts(self, line: Line) -> Amounts:
        """:return: {column: amount}, without those that are empty or no amounts"""
        found = {}
        for key in MONEY:
            text = line.cells[key]
            if text in _BLANK:
                continue
            body, _code, sign = self.money.split(text)
            amount = self.parse(body)
            if amount is not None:
                found[key] = amount * sign
        return found

    # === WHAT IS LEFT OPEN === #

    def questions(self) -> Iterator[Question]:
        """Yield what a person has to say before anything is booked."""
        for question in (
            self._about_kinds(),
            self._about_payables(),
            self._about_signs(),
            self._about_states(),
            self._about_balance(),
            self._about_blank(),
            self._about_rest(),
            self._about_paid(),
        ):
            if question and question.code not in self.answers:
                yield question

    @cached_property
    def _counted(self) -> list[Line]:
        """The items that are not left out for what they say of themselves."""
        return [line for line in self.items if not self._dropped(line)]

    @cached_property
    def kinds(self) -> dict[str, str | None]:
        """{what a line calls itself: one of KIND_WORDS, ``None`` if unknown}"""
        said = {line.cells["kind"] for line in self.items}
        return {text: word_in(text, words.KIND_WORDS) for text in said if text}

    def _about_kinds(self) -> Question | None:
        unknown = sorted(text for text, kind in self.kinds.items() if kind is None)
        if not unknown:
            return None
        header = self.header.names[self.header.places["kind"]]
        return Question("kinds", header, ("signed", "leave_out"), _some(unknown))

    def _about_payables(self) -> Question | None:
        payable = [text for text, kind in self.kinds.items() if kind == "payable"]
        if not payable:
            return None
        return Question("payables", _some(payable), ("leave_out", "owed_to_us"))

    def _about_signs(self) -> Question | None:
        """Credit notes and payments without a sign may be written as they are booked,
        or just as amounts."""
        plus = [
            line
            for line in self._counted
            if self._is_credit(line) and self._first(line) > 0
        ]
        if not plus:
            return None
        kinds = sorted({line.cells["kind"] for line in plus})
        minus = any(self._first(line) < 0 for line in self._counted)
        answers = ("signed", "reduce") if minus else ("reduce", "signed")
        return Question("signs", _some(kinds), answers)

    def _first(self, line: Line) -> Decimal:
        own = self.amounts[line.line]
        if not self._is_by_sides and line.cells["side"]:
            return Decimal()
        document = (amount for amount in self._document(own) if amount)
        local = (own[key] for key in LOCAL if key in own)
        return next((amount for amount in (*document, *local)), Decimal())

    def _is_credit(self, line: Line) -> bool:
        return self.kinds.get(line.cells["kind"]) in ("credit", "payment")

    @cached_property
    def states(self) -> dict[str, str | None]:
        """{what a line says of its state: one of STATUS_WORDS, ``None`` if unknown}"""
        said = {line.cells["status"] for line in self.items}
        return {text: word_in(text, words.STATUS_WORDS) for text in said if text}

    def _about_states(self) -> Question | None:
        unknown = sorted(text for text, state in self.states.items() if state is None)
        if not unknown:
            return None
        header = self.header.names[self.header.places["status"]]
        return Question("states", header, ("open", "paid", "leave_out"), _some(unknown))

    @cached_property
    def _is_running(self) -> bool | None:
        """Tell whether the balance runs from line to line; ``None`` if nobody knows."""
        if not self.has("open") or not self.has("debit", "credit"):
            return False
        header = self.header.names[self.header.places["open"]]
        if self.has("amount") or not is_word(header, words.BALANCE_WORDS):
            return False
        total, running, own = Decimal(), 0, 0
        first: Decimal | None = None
        for line in self._counted:
            said = self.amounts[line.line]
            if "open" not in said:
                continue
            change = said.get("debit", Decimal()) - said.get("credit", Decimal())
            first = said["open"] - change if first is None else first
            total += change
            running += said["open"] == total + first
            own += said["open"] in (change, abs(change), 0)
        lines = len(self._counted)
        if own == lines:
            return False
        return True if running == lines and lines > 1 else None

    def _about_balance(self) -> Question | None:
        if self._is_running is not None:
            return None
        header = self.header.names[self.header.places["open"]]
        return Question("balance", header, ("open", "running"))

    def _about_blank(self) -> Question | None:
        """An amount with nothing in the open column is paid, or not known."""
        blank = [
            line
            for line in self._counted
            if self._has_open
            and line.cells["open"] in _BLANK
            and line.cells["local_open"] in _BLANK
            and self._first(line)
        ]
        if not blank:
            return None
        key = "open" if self.has("open") else "local_open"
        header = self.header.names[self.header.places[key]]
        return Question("blank", header, ("nothing", "all"), str(blank[0].line))

    def _about_rest(self) -> Question | None:
        """The amount less what is paid is to be what is open."""
        if not (self._has_open and self.has("paid") and self.has("amount")):
            return None
        if self.has("credited"):
            return None
        for line in self._counted:
            own = self.amounts[line.line]
            if not {"amount", "open", "paid"} <= own.keys():
                continue
            if abs(own["amount"]) - abs(own["paid"]) != abs(own["open"]):
                about = ", ".join(
                    self.header.names[self.header.places[key]]
                    for key in ("amount", "paid", "open")
                )
                return Question("rest", about, ("open", "paid"), str(line.line))
        return None

    def _about_paid(self) -> Question | None:
        """A line that is paid is to have nothing open."""
        for line in self._counted:
            left = self.amounts[line.line].get("open")
            if left and self._has_open and self._is_paid(line):
                about = line.cells["status"] or line.cells["is_open"]
                about = about or line.cells["is_paid"]
                return Question(
                    "paid_but_open", about, ("open", "paid"), str(line.line)
                )
        return None

    @property
    def _has_open(self) -> bool:
        return self.has("open", "local_open") and not self.runs

    @property
    def runs(self) -> bool:
        """Whether the balance of a line is that of all lines up to it."""
        return self._is_running or (
            self._is_running is None and self.answers.get("balance") == "running"
        )

    @cached_property
    def _is_by_sides(self) -> bool:
        """Tell whether the signs say already what the column of sides says."""
        minus = {
            word_in(line.cells["side"], words.SIDE_WORDS)
            for line in self._counted
            if any(amount < 0 for amount in self.amounts[line.line].values())
        }
        return minus == {"credit"}

    # === A LINE === #

    def of(self, line: Line) -> Fact | list[Found]:
        """:return: what a line says is owed, or what is wrong with it"""
        if reason := self._dropped(line):
            return Fact(Decimal(), is_dropped=reason)
        problems = list(self._unreadable(line))
        currency = self._currency(line)
        if currency is None:
            key = "currency" if line.cells["currency"] else "amount"
            value = line.cells["currency"] or line.cells["amount"]
            problems.append((key, "unknown_currency", value))
        if problems:
            return problems
        return self._fact(line, currency or "")

    def _dropped(self, line: Line) -> str:
        kind, state = (
            self.kinds.get(line.cells["kind"]),
            self.states.get(line.cells["status"]),
        )
        if state == "void":
            return "void"
        if kind == "payable" and self.answers.get("payables") != "owed_to_us":
            return "payable"
        if line.cells["kind"] and kind is None:
            return "left_out" if self.answers.get("kinds") == "leave_out" else ""
        if line.cells["status"] and state is None:
            return "left_out" if self.answers.get("states") == "leave_out" else ""
        return ""

    def _unreadable(self, line: Line) -> Iterator[Found]:
        for key in MONEY:
            text = line.cells[key]
            if text not in _BLANK and key not in self.amounts[line.line]:
                yield key, "bad_amount", text

    def _currency(self, line: Line) -> str | None:
        """:return: "" for the currency of the books, ``None`` if it is not known"""
        named = line.cells["currency"]
        if not self.has("amount", "open", "debit"):
            named = line.cells["local_currency"]
        if not named:
            codes = (
                self.money.split(line.cells[key])[1]
                for key in ("amount", "open", "debit", "credit")
            )
            named = next(filter(None, codes), "") or self.header.currency
        code = self.money.code(named) if named else ""
        return "" if code == self.currency else code

    def _fact(self, line: Line, currency: str) -> Fact | list[Found]:
        own = self.amounts[line.line]
        is_foreign = bool(currency)
        amount, left = self._document(own)
        local, local_left = own.get("local_amount"), own.get("local_open")
        if is_foreign and amount is None and left is None:
            currency, is_foreign = "", False
        if is_foreign and {"debit", "credit"} & own.keys() and "amount" in own:
            local = own.get("debit", Decimal()) - own.get("credit", Decimal())
        if not is_foreign:
            amount = local if amount is None else amount
            left = local_left if left is None else left
            local = None
        elif left is None and local_left is not None:
            left = _share(amount, local, local_left)
            if left is None:
                return [("local_open", "open_in_books", str(local_left), currency)]
        return self._settled(
            line, Fact(Decimal(), currency=currency, local=local), amount, left
        )

    def _document(self, own: Amounts) -> tuple[Decimal | None, Decimal | None]:
        """:return: the amount and what is left of it, of the document"""
        amount, left = own.get("amount"), own.get("open")
        if self.runs:
            left = None
        paid = _sum(own, "paid", "credited")
        debit, credit = own.get("debit"), own.get("credit")
        if "amount" not in self.header.places:
            if debit and credit:
                amount, paid = debit, credit
            elif debit is not None or credit is not None:
                amount = (debit or Decimal()) - (credit or Decimal())
                if left is not None and amount < 0 < left:
                    left = -left
        elif "debit" not in self.header.places and credit is not None:
            paid = (paid or Decimal()) + credit
        if paid is not None and (left is None or self.answers.get("rest") == "paid"):
            left = None if amount is None else amount - paid.copy_sign(amount)
        elif amount is None and left is not None and paid is not None:
            amount = left + paid.copy_sign(left)
        return amount, left

    def _settled(
        self, line: Line, fact: Fact, amount: Decimal | None, left: Decimal | None
    ) -> Fact | list[Found]:
        trusts = self.answers.get("paid_but_open") == "paid"
        if (left is None or trusts) and self._is_paid(line):
            left = Decimal()
        if left is None and self._has_open and self.answers.get("blank") == "nothing":
            left = Decimal()
        amount = left if amount is None or (not amount and left) else amount
        if amount is None:
            return [("amount" if self.has("amount") else "open", "empty_value", "")]
        if self.states.get(line.cells["status"]) == "partly" and left is None:
            return [("status", "partly_paid", line.cells["status"])]
        is_credit = self._is_credit(line)
        sign = self._sign(line, amount)
        if self.kinds.get(line.cells["kind"]) == "payment" and left is not None:
            amount, left = left, None  # what of it is used is no matter of today
        if amount == 0 and (left is not None or self._has_open):
            return fact._replace(is_dropped="nothing")
        if left is not None and not _is_within(left, amount):
            return [("open", "open_beyond", str(left), str(amount))]
        return fact._replace(
            amount=amount * sign,
            left=None if left is None else left * sign,
            local=None if fact.local is None else fact.local.copy_sign(amount * sign),
            is_credit=is_credit or amount * sign < 0,
        )

    def _is_paid(self, line: Line) -> bool:
        """Tell whether a state, or yes or no, says that a line is paid."""
        state = self.states.get(line.cells["status"])
        if line.cells["status"] and state is None:
            state = self.answers.get("states")
        is_open = word_in(line.cells["is_open"], words.FLAG_WORDS)
        is_paid = word_in(line.cells["is_paid"], words.FLAG_WORDS)
        return state == "paid" or is_open == "no" or is_paid == "yes"

    def _sign(self, line: Line, amount: Decimal) -> int:
        side = word_in(line.cells["side"], words.SIDE_WORDS)
        if side == "credit" and not self._is_by_sides:
            return -1
        if self._is_credit(line) and not line.cells["side"]:
            return -1 if self.answers.get("signs") == "reduce" and amount > 0 else 1
        return 1

    def sums(self) -> dict[int, Amounts]:
        """:return: the amounts of lines that totals are the sums of"""
        left_out = {"open"} if self.runs else set()
        return {
            line: {key: own[key] for key in own.keys() - left_out}
            for line, own in self.amounts.items()
        }

    def currencies(self) -> Counter[str]:
        """:return: {code: lines}; "" are the books' own and unknown ones"""
        return Counter(self._currency(line) or "" for line in self.items)


def _sum(own: Amounts, *keys: str) -> Decimal | None:
    said = [abs(own[key]) for key in keys if key in own]
    return sum(said, Decimal()) if said else None


def _share(
    amount: Decimal | None, local: Decimal | None, local_left: Decimal
) -> Decimal | None:
    """Return what is left in the document's currency, ``None`` if it cannot be told.

    >>> _share(Decimal(200), Decimal(220), Decimal(55))
    Decimal('50.00')
    """
    if not local_left:
        return Decimal()
    if amount is None or not local:
        return None
    return (amount * local_left / local).quantize(Decimal("0.01"))


def _is_within(left: Decimal, amount: Decimal) -> bool:
    return 0 <= left <= amount or amount <= left <= 0


def _some(texts: Iterable[str]) -> str:
    """:return: the first of some texts, for a sentence"""
    listed = list(texts)
    return ", ".join(listed[:6]) + ("…" if len(listed) > 6 else "")
