"""Slow and obvious second opinions: what fast code of the addons is held against."""
