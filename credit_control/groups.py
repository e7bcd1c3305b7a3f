"""The groups of people that methods ask for, from the least rights to the most."""

USER = "credit_control.credit_group_user"
OFFICER = "credit_control.credit_group_officer"
MANAGER = "credit_control.credit_group_manager"
