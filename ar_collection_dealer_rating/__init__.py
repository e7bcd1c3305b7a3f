from . import models

WEIGHTS = {"A": 0.75, "B": 1.0, "C": 1.5}  # by the worse of a grade's letters


def _weigh_grades(env):
    """Let the cases of worse grades come first."""
    for grade in env["dealer.grade"].search([]):
        grade.collection_weight = WEIGHTS[max(grade.performance, grade.conduct)]
