from odoo.tests import tagged

from .common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestScope(DeliveryCommon):
    """What is no delivery on credit stays free; whose credit it is."""

    def setUp(self):
        super().setUp()
        self.file._grant(0, reason="Nothing goes")
        self.file._stop_supply("manual", "Cheque bounced")

    def _goes(self, picking):
        self._validate(self._pick(picking))
        self.assertEqual(picking.state, "done")
        self.assertFalse(self._decisions(picking))

    def test_internal_transfers(self):
        shelf = self.stock.create({"name": "Shelf", "location_id": self.stock.id})
        kind = self.warehouse.int_type_id.id
        picking = self._loose(5, picking_type_id=kind, location_dest_id=shelf.id)
        self._goes(picking)

    def test_receipts(self):
        self._goes(
            self._loose(
                5,
                picking_type_id=self.warehouse.in_type_id.id,
                location_id=self.suppliers.id,
                location_dest_id=self.stock.id,
            )
        )

    def test_returns(self):
        self.file._resume_supply("manual")
        self.file._grant(500, reason="Once")
        picking = self._loose(5)
        self._validate(self._pick(picking))
        self.file._stop_supply("manual", "Cheque bounced")
        self._goes(self._back(picking))

    def test_goods_of_somebody_else(self):
        """What lies here for its owner is not sold; what an order sells is, whoever
        owned it."""
        owner = self._customer("Owner")
        self.env["stock.quant"].sudo()._update_available_quantity(
            self.goods, self.stock, 5, owner_id=owner
        )
        picking = self._loose(5, owner_id=owner.id)
        self._goes(picking)
        pretended = self._loose(5, owner_id=self._customer("Nobody").id)
        self._assert_refused(self._pick(pretended), "stopped")

    def test_our_goods_at_the_customer(self):
        """A store of ours at the customer's place is an internal one."""
        store = self.stock.create(
            {"name": "Corner Shop", "usage": "internal", "location_id": self.stock.id}
        )
        kind = self.warehouse.int_type_id.id
        self._goes(self._loose(5, picking_type_id=kind, location_dest_id=store.id))

    def test_scrap_and_counts(self):
        scrap = (
            self.env["stock.scrap"]
            .sudo()
            .create(
                {
                    "product_id": self.goods.id,
                    "scrap_qty": 5,
                    "location_id": self.stock.id,
                }
            )
        )
        scrap.do_scrap()
        self.assertEqual(scrap.state, "done")
        quant = (
            self.env["stock.quant"]
            .sudo()
            .create(
                {
                    "product_id": self.goods.id,
                    "location_id": self.stock.id,
                    "inventory_quantity": 7,
                }
            )
        )
        quant.action_apply_inventory()

    def test_a_customer_whom_nobody_checks(self):
        picking = self._loose(50, customer=self._customer("Free"))
        self._goes(picking)

    def test_a_customer_without_a_file_where_that_holds(self):
        self.company.credit_without_file = "held"
        self._assert_refused(self._pick(self._loose(1, customer=self._customer("New"))))

    def test_a_customer_whose_file_is_archived(self):
        self.file._resume_supply("manual")
        self.file.active = False
        self._goes(self._loose(50))

    def test_what_is_free_asks_for_nothing(self):
        self.file._resume_supply("manual")
        gift = self._goods("Gift", list_price=0)
        picking = self._pick(self._loose(5, gift))
        self._validate(picking)
        self.assertEqual(picking.state, "done")

    def test_a_contact_of_the_customer_receives_it(self):
        shop = self.env["res.partner"].create(
            {"name": "Back door", "parent_id": self.customer.id, "type": "delivery"}
        )
        self._assert_refused(self._pick(self._loose(1, customer=shop)), "stopped")

    def test_a_branch_delivers_on_the_credit_of_its_head_company(self):
        branch = (
            self.env["res.company"]
            .sudo()
            .create({"name": "Branch", "parent_id": self.company.id})
        )
        self.clerk.company_ids += branch
        warehouse = self.env["stock.warehouse"].sudo().search(
            [("company_id", "=", branch.id)], limit=1
        ) or self.env["stock.warehouse"].sudo().create(
            {"name": "Branch", "code": "BR", "company_id": branch.id}
        )
        self.env["stock.quant"].sudo()._update_available_quantity(
            self.goods, warehouse.lot_stock_id, 10
        )
        picking = self._loose(
            5,
            picking_type_id=warehouse.out_type_id.id,
            location_id=warehouse.lot_stock_id.id,
            company_id=branch.id,
        )
        self._assert_refused(self._pick(picking), "stopped")
        self.company.credit_delivery_mode = "observe"
        self._validate(picking)
        self.assertEqual(self._decisions(picking).company_id, self.company)

    def test_another_company_has_its_own_files(self):
        other = self.env["res.company"].sudo().create({"name": "Sister"})
        other.write({"credit_mode": "enforce", "credit_delivery_mode": "enforce"})
        warehouse = (
            self.env["stock.warehouse"]
            .sudo()
            .search([("company_id", "=", other.id)], limit=1)
        )
        self.env["stock.quant"].sudo()._update_available_quantity(
            self.goods, warehouse.lot_stock_id, 10
        )
        self.clerk.company_ids += other
        picking = self._loose(
            5,
            picking_type_id=warehouse.out_type_id.id,
            location_id=warehouse.lot_stock_id.id,
            company_id=other.id,
        )
        self._goes(picking)

    def test_new_companies_observe(self):
        company = self.env["res.company"].sudo().create({"name": "New"})
        self.assertEqual(company.credit_delivery_mode, "observe")

    # === RULES === #

    def test_the_shipped_policy_stops_supply_and_no_more(self):
        policy = self.env.ref("credit_control.credit_policy_standard")
        on = policy.rule_ids.filtered("at_delivery")
        self.assertEqual(on.mapped("kind"), ["hold"])
        newest = policy.version_ids.sorted("number")[-1:]
        rules = [r for r in newest.rules if "delivery" in r["checkpoints"]]
        self.assertEqual([rule["kind"] for rule in rules], ["hold"])

    def test_a_rule_that_is_on_looks_at_what_was_decided_on(self):
        self.file._resume_supply("manual")
        self.file._grant(1000, reason="Again")
        order = self._sold(5)
        self._invoice(100, late=40)
        self._validate(self._pick(order.picking_ids, 1))
        rest = order.picking_ids.filtered(lambda each: each.state != "done")
        late = self.policy.rule_ids.filtered(lambda rule: rule.kind == "overdue_days")
        late.at_delivery = True
        self._assert_refused(self._pick(rest), "overdue")

    def test_a_customer_without_a_file_who_was_let_order_is_let_have_it(self):
        self.company.credit_without_file = "held"
        customer = self._customer("New")
        order = self._order(100, customer, self.goods)
        order.action_confirm()
        self._decision(order).with_user(self.manager).action_release(reason="Known")
        self.assertEqual(order.state, "sale")
        self._goes(order.picking_ids)

    def test_kits_by_parts(self):
        """Where no kits are made there are none; what a part is, is a method."""
        Move = self.registry["stock.move"]
        self.patch(Move, "_credit_is_part", lambda move, line: line.product_id == kit)
        kit = self._goods("Kit")
        self.file._resume_supply("manual")
        self.file._grant(1000, reason="Again")
        order = self._sold(2, 100, kit)
        move = order.picking_ids.move_ids
        parts = [self._goods("Wheel"), self._goods("Axle")]
        for part, count in zip(parts, (8, 4), strict=True):
            self._add(
                order.picking_ids,
                count,
                part,
                sale_line_id=order.order_line.id,
                rule_id=move.rule_id.id,
            )
        move.with_context(prefetch_fields=False)._action_cancel()
        order.picking_ids.action_assign()
        self.file._grant(0, reason="Nothing more")
        picking = self._pick(order.picking_ids)
        picking.move_ids.filtered(lambda m: m.product_id == parts[0]).quantity = 9
        self._assert_refused(picking)
        picking.move_ids.filtered(lambda m: m.product_id == parts[0]).quantity = 8
        self._validate(picking)
        self.assertEqual(picking.state, "done")
