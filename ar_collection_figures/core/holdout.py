"""When a comparison of customers who got a step with those left alone says something.

Plain Python: nothing here imports Odoo. The interval itself is one statement's
(``collection.holdout``): a report that is filtered and grouped.
"""

ENOUGH = 30  # customers on either side; the normal approximation wants so many
SURE = 1.96  # standard errors on either side of a 95 % interval
