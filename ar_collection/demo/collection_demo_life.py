from datetime import timedelta


class Life:
    """A customer as its story sees it: what it waits for, and what it does."""

    def __init__(self, company, customer):
        self.env, self.company, self.customer = company.env, company, customer
        self.collector = company.collection_collector_id

    # === WAITING === #

    def days(self, count):
        """Wait for some days."""
        for _day in range(count):
            yield

    def until(self, code):
        """Wait for the day after a stage was done."""
        while not self._done(
            [("kind", "=", "procedure"), ("stage_id.code", "=", code)]
        ):
            yield
        yield

    def until_visited(self):
        """Wait for the salesperson."""
        while not self._done([("kind", "=", "visit")]):
            yield

    def _done(self, conditions):
        own = ("partner_id", "=", self.customer.id)
        known = ("state", "in", ("sending", "waiting", "done"))
        return self.env["collection.action"].search_count([own, known, *conditions])

    # === DOING === #

    def talk(self, kind, note, reason):
        """Talk to the salesperson, who writes it down."""
        reason = self.env.ref(f"ar_collection.{reason}")
        self._case()._talk(kind, note, reason=reason)

    def promise(self, days):
        """Promise the salesperson to pay everything that is late by then."""
        case = self._case()
        day = self.company._trade_day() + timedelta(days)
        late = case.sudo().item_ids.filtered(lambda item: item.residual > 0)
        late = late.filtered(lambda item: item.date_due < day)
        case._promise(sum(late.mapped("residual")), day, late)

    def dispute(self, reason, description):
        """Contest everything that is open; the salesperson notes it."""
        case = self._case()
        items = case.sudo().item_ids.filtered(lambda item: item.residual > 0)
        reason = self.env.ref(f"ar_collection.{reason}")
        return case._dispute(items, reason, description=description)

    def pay(self, share=1.0):
        """Pay a share of what is open of the invoices that are late."""
        day = self.company._trade_day()
        for invoice in self._invoices(day):
            wizard = self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=invoice.ids
            )
            amount = self.company.currency_id.round(invoice.amount_residual * share)
            values = {"payment_date": day, "amount": amount}
            wizard.create(values).action_create_payments()

    def approve_measures(self):
        """Have the manager approve what is proposed."""
        measures = self.env["collection.measure"].search(
            [("partner_id", "=", self.customer.id), ("state", "=", "proposed")]
        )
        manager = self.env.ref("trade_credit_base.user_mona_demo")
        measures.with_user(manager).action_approve()

    def _case(self):
        """:return: the open case, as the salesperson sees it"""
        return (
            self.env["collection.case"]
            .search([("partner_id", "=", self.customer.id), ("state", "=", "open")])
            .with_user(self.customer.user_id)
        )

    def _invoices(self, day):
        return self.env["account.move"].search(
            [
                ("commercial_partner_id", "=", self.customer.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("amount_residual", ">", 0),
                ("invoice_date_due", "<", day),
            ],
            order="invoice_date_due",
        )
