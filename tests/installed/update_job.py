"""Hold what an updated database keeps against itself. Runs in an Odoo shell."""

from hashlib import sha256


def differing(env):
    """Yield decisions that replay to another verdict, and documents that are not what
    was sent."""
    for decision in env["credit.decision"].search([]):
        if not decision._replays():
            yield decision
    for model in "collection.letter", "collection.statement":
        for sent in env[model].search([("sha256", "!=", False)]):
            if sha256(sent.attachment_id.raw).hexdigest() != sent.sha256:
                yield sent


found = list(differing(env))  # noqa: F821
if found:
    raise AssertionError(f"not as they were: {', '.join(map(str, found))}")
