"""The groups of people that methods ask for, from the least rights to the most."""

from odoo.exceptions import AccessError

USER = "ar_collection.collection_group_user"
COLLECTOR = "ar_collection.collection_group_collector"
FINANCE = "ar_collection.collection_group_finance"
MANAGER = "ar_collection.collection_group_manager"


def require(env, group, why):
    """Refuse users who are not in a group.

    :param str why: what they cannot do, and whom to ask
    :raises AccessError:
    """
    if not env.user.has_group(group):
        raise AccessError(why)
