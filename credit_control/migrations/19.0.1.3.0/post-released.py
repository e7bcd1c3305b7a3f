from openupgradelib import openupgrade


@openupgrade.migrate()
def migrate(env, version):
    """Let releases stand for what their orders did not give up so far."""
    leave_released(env.cr)


def leave_released(cr):
    """Take off what was released what the orders gave up. One that covers nothing yet
    waits for its order to be confirmed."""
    cr.execute(
        """
        UPDATE credit_decision
           SET released_left = CASE WHEN COALESCE(covered_amount, 0) = 0
               THEN released_amount
               ELSE LEAST(released_amount, GREATEST(covered_amount,
                          released_amount - (order_amount - covered_amount))) END
         WHERE state = 'released' AND released_left IS NULL
        """
    )
