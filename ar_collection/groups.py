"""The groups of people that methods ask for, from the least rights to the most."""

USER = "ar_collection.collection_group_user"
COLLECTOR = "ar_collection.collection_group_collector"
FINANCE = "ar_collection.collection_group_finance"
MANAGER = "ar_collection.collection_group_manager"
