"""A core is one only if production calls it: what only a test reaches is a second copy.

What a statement has to decide has its twin in ``tests/reference``, and a law.
"""

from pathlib import Path

import pytest
from reach import Reach

ROOT = Path(__file__).resolve().parents[3]


def test_production_reaches_all_that_the_cores_define():
    assert not Reach(ROOT).unreached()


# === The test itself === #

MODEL = """
from ..core import rule as core
from ..core.rule import LIMIT, Answer

class Model:
    def _ask(self):
        return core.asked(LIMIT), Answer(1).told
"""
CORE = """
LIMIT, LEAST = 5, 1

class Answer:
    @property
    def told(self):
        return _inner()

def asked(value):
    return value

def _inner():
    return LEAST
"""


@pytest.fixture
def addon(tmp_path):
    """Return a function that writes an addon and says what is not reached."""

    def unreached(core=CORE, model=MODEL, **files):
        files = {"core/rule": core, "models/model": model, "__manifest__": "{}"} | files
        for name, text in files.items():
            path = tmp_path / "addon" / f"{name}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return Reach(tmp_path).unreached()

    return unreached


def test_what_a_model_uses_and_what_that_needs_is_reached(addon):
    assert not addon()


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ("def unused():\n    return asked(1)\n", "unused"),
        ("def _unused():\n    return _unused()\n", "_unused"),
        ("UNUSED = 3\n", "UNUSED"),
        ("class Unused:\n    pass\n", "Unused"),
        ("class Other(Answer):\n    pass\n", "Other"),
    ],
)
def test_what_nothing_uses_is_found(addon, more, name):
    assert addon(core=CORE + more) == [f"addon.core.rule.{name}"]


def test_a_method_that_nothing_names_is_found(addon):
    told = "    def told(self):"
    core = CORE.replace(told, f"    def untold(self):\n        pass\n\n{told}")
    core = core.replace("@property\n    def untold", "def untold")
    assert addon(core=core) == ["addon.core.rule.Answer.untold"]


def test_a_test_and_an_import_alone_reach_nothing(addon):
    test = MODEL.replace("asked(", "unused(")
    model = MODEL.replace("LIMIT, Answer", "LIMIT, Answer, unused")
    core = CORE + "def unused(value):\n    return value\n"
    found = addon(core=core, model=model, **{"tests/test_model": test})
    assert found == ["addon.core.rule.unused"]


def test_a_name_of_ones_own_is_not_the_cores(addon):
    core = CORE + "def other():\n    return 1\n"
    model = MODEL + "\ndef other():\n    return other()\n"
    assert addon(core=core, model=model) == ["addon.core.rule.other"]
    model = MODEL.replace("import rule as core", "import rule as core, rule")
    assert not addon(core=core, model=model + "\nprint(rule.other())\n")
