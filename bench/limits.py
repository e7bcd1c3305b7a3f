"""Give every customer a limit that no order exceeds. Runs in an Odoo shell.

Either with our addon or with the peer, whichever is installed, each configured to
count open items, drafts and confirmed orders, and to stop an order that exceeds.
"""

LIMIT = 1e9


def our_limits(env, customers):
    env.company.credit_mode = "enforce"
    company = env.company.id
    files = env["credit.file"].create(
        [{"partner_id": each.id, "company_id": company} for each in customers]
    )
    files._grant(LIMIT, reason="Bench")


def peer_limits(env, customers):
    parts = "invoice_draft", "invoice_open", "invoice_unpaid", "sale_order"
    counted = {f"risk_{part}_include": True for part in parts}
    customers.write({"credit_limit": LIMIT, **counted})


def give_limits(env):
    env = env(context={**env.context, "tracking_disable": True})
    seller = env["res.users"].search([("login", "=", "bench_seller")]).partner_id
    mine = [("is_company", "=", True), ("id", ">", seller.id)]
    customers = env["res.partner"].search(mine, order="id")
    ours = "credit.file" in env
    (our_limits if ours else peer_limits)(env, customers)
    env.cr.commit()


give_limits(env)  # noqa: F821
