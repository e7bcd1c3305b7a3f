import re
from statistics import median

from lxml import etree, html

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools.safe_eval import safe_eval

from ..common import RatingCommon

# Each step waits for an element with a text, and clicks on it.
CLICK = """
const steps = [
    [".o_notebook .nav-link", "Indicators"],
    [".o_rating_row", "Sales target achieved"],
    [".o_notebook .nav-link", "This Quarter"],
    [".o_rating_face a.o_rating_link", "Performance"],
    [".o_breadcrumb", "Dealer in the Browser · "],
];
const until = setInterval(() => {
    const [selector, text] = steps[0];
    const found = [...document.querySelectorAll(selector)].find((element) =>
        element.textContent.includes(text)
    );
    if (!found) {
        return;
    }
    found.click();
    steps.shift();
    if (!steps.length) {
        clearInterval(until);
        console.log("test successful");
    }
}, 100);
"""


@tagged("post_install", "-at_install")
class TestDealerForm(RatingCommon):
    """A dealer's form shows where it stands, beside whom, and what is to do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop = cls._dealer("Corner Shop", user_id=cls.salesman.id)
        cls.mill = cls._dealer("Old Mill")
        cls.yard = cls._dealer("Timber Yard")
        cls.dealers = cls.shop + cls.mill + cls.yard

    def _view(self, kind, user, model="rating.dealer"):
        views = self.env[model].with_user(user).get_views([(False, kind)])
        return etree.fromstring(views["views"][kind]["arch"])

    def _face(self, part, dealer=None, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        dealer = (dealer or self.shop).with_user(user or self.manager)
        return html.fromstring(str(dealer[f"face_{part}"]))

    def _text(self, *args, **values):
        return re.sub(r"\s+", " ", self._face(*args, **values).text_content())

    # === FIGURES OF THE LIST === #

    def test_total_and_rank_are_of_the_confirmed_quarter_missing_of_the_open_one(self):
        self._give({self.shop: "AA", self.mill: "BB", self.yard: "CC"})
        self._rate("2025-04-10")
        self.dealers.invalidate_recordset()
        self.assertEqual(self.dealers.mapped("rank"), [1, 2, 3])
        self.assertEqual(self.shop.total, self._quarter(self.shop).total)
        april = self._quarter(self.shop, "2025-04-10")
        self.assertEqual(self.shop.quarter_id, april)
        self.assertEqual(self.shop.missing, april.missing)
        self.assertEqual(self.shop.missing, 5)
        self.assertEqual(self.shop.confirmed_id, self._quarter(self.shop))

    def test_the_list_costs_as_much_for_thirty_dealers_as_for_three(self):
        self._give({dealer: "BB" for dealer in self.dealers})
        costs = []
        for dealers in (
            self.dealers,
            self.dealers.union(*(self._dealer(f"Shop {n}") for n in range(27))),
        ):
            self._rate("2025-04-10")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            dealers.mapped(lambda each: (each.total, each.rank, each.missing))
            costs.append(self.cr.sql_log_count - before)
        self.assertEqual(costs[0], costs[1])

    def test_a_dealer_that_is_not_saved_yet_shows_nothing(self):
        new = self.env["rating.dealer"].new({"partner_id": self.shop.partner_id.id})
        self.assertFalse(new.face_grade or new.face_coach or new.missing)

    # === GRADE AND HISTORY === #

    def test_the_grade_stands_there_with_its_history_as_a_line_and_in_words(self):
        self._give({self.shop: "AB"})
        self.shop._downgrade(2, "Sold below the agreed prices", "manual")
        chart = self._face("grade").find(".//svg")
        alt = chart.get("aria-label")
        self.assertIn("04/01/2025: AB", alt)
        self.assertIn("downgraded to BB", alt)
        self.assertEqual(chart.findtext("title"), alt)
        self.assertEqual(len(chart.findall("circle")), 2)
        text = self._text("grade")
        self.assertIn("BB", text)
        self.assertIn("Downgraded from AB", text)
        self.assertIn("Sold below the agreed prices", text)

    def test_the_line_goes_down_where_the_grade_does(self):
        self._give({self.shop: "AB"})
        self.shop._downgrade(2, "Why", "manual")
        chart = self.env["rating.face"]._chart(self.shop)
        first, second = chart["dots"]
        self.assertLess(first["y"], second["y"])
        self.assertLess(first["x"], second["x"])
        self.assertEqual(
            chart["path"],
            "M{x},{y}H{0}V{1}H320".format(second["x"], second["y"], **first),
        )

    def test_a_new_dealer_is_told_what_that_means(self):
        new = self._dealer("Newcomer", since="2025-01-15")
        self._rate("2025-01-20")
        self.assertIn("first quarter: no credit", self._text("grade", new))
        self._give({new: "BB"})
        self._rate("2025-04-20")
        self.assertIn(
            "with the grades AA, AB, BA, or BB only", self._text("grade", new)
        )

    # === CARDS === #

    def test_what_is_missing_is_named_with_whose_task_it_is(self):
        self._rate("2025-02-10")
        self._score_all(5, 0, self.shop, self.START, "performance")
        text = self._text("cards")
        self.assertIn("Performance, January 2025 A 15 of 15 points Complete", text)
        self.assertIn("2 missing from Marketing", text)
        self.assertIn("1 missing from Finance", text)
        self.assertIn("Performance, March 2025 Not begun", text)
        links = self._face("cards", user=self.finance).findall(".//button")
        self.assertEqual(
            [
                (link.text_content().strip(), "btn-primary" in link.get("class"))
                for link in links
            ],
            [("Finance: 1 to score", True), ("Marketing: 4 to score", False)],
        )

    def test_what_is_missing_is_opened_for_the_department_that_has_to_score(self):
        self._rate("2025-02-10")
        department = self.marketing_department.id
        action = self.shop.action_open_missing(department)
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(
            found,
            self._scores(self.shop).filtered(
                lambda score: score.department_id.id == department
            ),
        )
        everything = self.shop.action_open_missing()
        self.assertEqual(
            self.env["rating.score"].search_count(everything["domain"]),
            self.shop.missing,
        )

    def test_links_lead_to_records_of_the_dealer(self):
        self._rate("2025-02-10")
        self._score_all(5, 0, self.shop)
        for part in ("grade", "cards", "coach", "bars"):
            for link in self._face(part).xpath("//*[@data-rating-model]"):
                model, id_ = link.get("data-rating-model"), link.get("data-rating-id")
                record = self.env[model].browse(int(id_))
                dealer = record if model == "rating.dealer" else record.dealer_id
                self.assertEqual(dealer, self.shop)
                self.assertTrue(hasattr(record, link.get("data-rating-method") or "id"))

    def test_who_may_not_see_the_books_is_led_to_the_score_instead(self):
        line = self._line("late", self.finance_department, {0: 5})
        line |= {"method": "measured", "measure": "days_late"}
        self._template("performance", (5, 1), line)
        self._rate("2025-01-20")
        score = self._scores(self.shop, code="late").sudo()
        score.write({"is_measured": True, "state": "scored", "points": 3})
        for user, leads in (self.salesman, True), (self.finance, False):
            [link] = self._face("bars", user=user).xpath(
                f"//a[@data-rating-id='{score.id}'][@data-rating-model='rating.score']"
            )
            self.assertEqual("data-rating-method" in link.attrib, leads)

    def test_names_are_text_and_never_markup(self):
        self.template_performance.indicator_ids.name = "<b>bold</b>"
        self._give({self.shop: "BB"})
        self.shop._downgrade(1, "<script>alert(1)</script>", "manual")
        for part in ("grade", "cards", "coach", "bars"):
            face = self._face(part)
            self.assertFalse(face.xpath("//script|//b"))
        self.assertIn("<script>", self._face("grade").text_content())

    # === BESIDE THE OTHERS === #

    def _points(self, **points):
        """Give each of three dealers other points for what is *paid*."""
        self._rate("2025-01-20")
        for dealer in self.dealers:
            score = self._scores(dealer, code="paid")
            score._enter({score.id: points[dealer.partner_name.split()[0].lower()]})

    def _figure(self, dealer=None):
        figures = (dealer or self.shop)._class_figures({(self.START, "performance")})
        return figures[self.START, "performance", "paid"]

    def test_best_and_median_are_those_of_all_dealers_of_the_company(self):
        self._points(corner=1, old=2, timber=5)
        self.assertEqual(self._figure(), (5, median([1, 2, 5]), 3))

    def test_best_and_median_are_those_of_the_abc_class_where_there_is_one(self):
        self._points(corner=1, old=2, timber=5)
        partners = (self.shop + self.mill).partner_id
        partners.sudo().with_company(self.company).rating_abc_class = "A"
        self.assertEqual(self._figure(), (2, 1.5, 2))
        self.assertEqual(self._figure(self.yard), (5, 2, 3))
        self.assertIn("of ABC class A", self._text("bars"))

    def test_archived_dealers_and_open_scores_are_no_measure(self):
        self._points(corner=1, old=2, timber=5)
        self.yard.active = False
        self.assertEqual(self._figure(), (2, 1.5, 2))
        figures = self.shop._class_figures({(self.START, "performance")})
        self.assertNotIn((self.START, "performance", "outlets"), figures)

    def test_other_companies_are_no_measure(self):
        self._points(corner=1, old=2, timber=3)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        far = self._dealer("Far Away", company=other)
        self.env["rating.scorecard"]._rate(other, self.START)
        scores = self.env["rating.score"].search(
            [("dealer_id", "=", far.id), ("method", "=", "entered")]
        )
        scores._enter({score.id: 5 for score in scores})
        self.assertEqual(self._figure(), (3, 2, 3))

    def test_best_and_median_cost_one_statement(self):
        self._points(corner=1, old=2, timber=5)
        self.env.flush_all()
        self.shop.partner_id.mapped("rating_abc_class")  # into the cache
        with self.assertQueryCount(1):
            self._figure()

    def test_the_form_looks_at_no_other_dealers_before_it_is_asked_to(self):
        asked = []
        self.patch(
            type(self.shop),
            "_class_figures",
            lambda dealer, wanted: asked.append(1) or {},
        )
        self._rate("2025-01-20")
        for part in ("grade", "cards", "coach"):
            self._face(part)
        self.assertFalse(asked)
        self._face("bars")
        self.assertTrue(asked)
        self.assertFalse(
            self._view("form", self.manager).xpath("//field[@name='face_bars']")
        )

    def test_a_bar_says_itself_in_words(self):
        self._points(corner=1, old=2, timber=5)
        said = [
            bar.get("aria-label")
            for bar in self._face("bars").xpath("//*[@role='img']")
        ]
        self.assertIn("Paid: 1 of 5 points; best 5, median 2", said)
        self.assertIn("Outlets: not scored yet", said)

    # === WHO SEES WHAT === #

    def test_a_salesperson_reads_the_own_dealers_and_has_no_buttons(self):
        self._give({self.shop: "BB", self.mill: "AA"})
        for part in ("grade", "cards", "coach", "bars"):
            self.assertTrue(self._text(part, user=self.salesman))
        with self.assertRaises(AccessError):
            self._face("grade", self.mill, self.salesman)
        for name in ("action_downgrade", "action_decide"):
            path = f"//button[@name='{name}']"
            self.assertTrue(self._view("form", self.manager).xpath(path))
            for user in (self.salesman, self.finance, self.user):
                self.assertFalse(self._view("form", user).xpath(path))

    def test_what_two_poor_quarters_propose_is_decided_from_the_form(self):
        self._give({self.shop: "CC"}, "2024-10-01")
        self._give({self.shop: "CB"})
        self.shop.invalidate_recordset()
        self.assertEqual(self.shop.proposal_id, self._quarter(self.shop))
        action = self.shop.with_user(self.manager).action_decide()
        wizard = self.env[action["res_model"]].with_user(self.manager)
        decision = wizard.with_context(**action["context"]).create(
            {"choice": "keep", "reason": "A new owner"}
        )
        decision.action_decide()
        self.shop.invalidate_recordset()
        self.assertFalse(self.shop.proposal_id)

    def test_a_downgrade_is_asked_for_from_the_form(self):
        self._give({self.shop: "AA"})
        action = self.shop.with_user(self.manager).action_downgrade()
        wizard = self.env[action["res_model"]].with_user(self.manager)
        wizard.with_context(**action["context"]).create(
            {"reason": "Dumping"}
        ).action_downgrade()
        self.assertEqual(self.shop.grade_id, self.grades["AB"])

    # === SEARCHING === #

    def _filtered(self, name):
        arch = self._view("search", self.manager)
        [found] = arch.xpath(f"//filter[@name='{name}']")
        domain = safe_eval(found.get("domain"), {"uid": self.salesman.id})
        return self.env["rating.dealer"].search(
            [*domain, ("company_id", "=", self.company.id)]
        )

    def test_filters_find_what_they_say(self):
        self._give({self.shop: "AA", self.mill: "CC"}, "2024-10-01")
        self._give({self.shop: "AA", self.mill: "CC"})
        new = self._dealer("Newcomer", since="2025-04-15")
        self._rate("2025-04-20")
        self.assertEqual(self._filtered("mine"), self.shop)
        self.assertEqual(self._filtered("poor"), self.mill)
        self.assertEqual(self._filtered("to_decide"), self.mill)
        self.assertEqual(self._filtered("new"), new)
        self.assertEqual(self._filtered("ungraded"), self.yard + new)
        self.assertIn(new, self._filtered("missing"))
        april = self._scores(self.shop, "2025-04-20")
        april._enter({score.id: 0 for score in april})
        self.assertNotIn(self.shop, self._filtered("missing"))
        self.assertNotIn(self.shop, self._filtered("late"))
        self.assertIn(self.mill, self._filtered("late"))

    def test_dealers_are_grouped_by_grade_salesperson_and_class(self):
        self._give({self.shop: "AA", self.mill: "CC"})
        self.shop.partner_id.sudo().with_company(self.company).rating_abc_class = "B"
        Dealer = self.env["rating.dealer"]
        domain = [("id", "in", self.dealers.ids)]
        for field, count in ("grade_id", 3), ("user_id", 2), ("abc_class", 2):
            self.assertEqual(len(Dealer._read_group(domain, [field])), count, field)

    # === FROM THE CUSTOMER === #

    def test_a_customer_leads_to_its_rating(self):
        contact = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.shop.partner_id.id}
        )
        for partner in contact, self.shop.partner_id:
            self.assertEqual(partner.action_open_rating()["res_id"], self.shop.id)

    def test_only_a_manager_is_offered_to_rate_customers(self):
        name = "//button[@name='action_rate_as_dealer']"
        manager = self.manager
        manager.group_ids += self.env.ref("base.group_partner_manager")
        self.assertTrue(self._view("form", manager, "res.partner").xpath(name))
        self.assertFalse(self._view("form", self.salesman, "res.partner").xpath(name))
        action = self.env.ref("dealer_rating.res_partner_action_rate")
        self.assertEqual(
            action.group_ids, self.env.ref("dealer_rating.rating_group_manager")
        )

    def test_many_customers_are_rated_at_once(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {n}", "is_company": True} for n in range(3)]
        )
        action = self.env.ref("dealer_rating.res_partner_action_rate")
        result = action.with_context(
            active_model="res.partner", active_ids=partners.ids
        ).run()
        found = self.env[result["res_model"]].search(result["domain"])
        self.assertEqual(found.partner_id, partners)


@tagged("post_install", "-at_install")
class TestDealerFormInBrowser(HttpCase):
    def test_what_is_drawn_on_the_server_leads_to_its_records(self):
        company = self.env.ref("base.main_company")
        partner = self.env["res.partner"].create(
            {"name": "Dealer in the Browser", "is_company": True}
        )
        dealer = self.env["rating.dealer"].create(
            {"partner_id": partner.id, "company_id": company.id}
        )
        self.env["rating.scorecard"]._rate(company, company._trade_day())
        self.browser_js(
            f"/odoo/dealers/{dealer.id}",
            CLICK,
            "odoo.isReady === true",
            login="admin",
            timeout=60,
        )
