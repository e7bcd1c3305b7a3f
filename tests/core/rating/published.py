"""Data that packages for tests ship: read as files, for the packages ask for much."""

import csv
import json
from functools import cache
from importlib.metadata import files


@cache
def _path(package, name):
    (found,) = [file for file in files(package) if file.name == name]
    return found.locate()


def table(package, name):
    """Return a CSV file's rows as dicts."""
    with open(_path(package, name), newline="") as handle:
        return list(csv.DictReader(handle))


def matrices(package, name):
    """Return what a JSON file holds: a list of matrices, each a list of rows."""
    return json.loads(_path(package, name).read_text())
