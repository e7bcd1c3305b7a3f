from datetime import timedelta

from odoo.tests import HttpCase, new_test_user, tagged

from ..promise.test_promise import PromiseCommon

# Writes a call down, with the promise that was made in it, as a person does
CALL = """
(async () => {
    const wait = async (selector, test = () => true) => {
        for (let tries = 0; tries < 100; tries++) {
            const found = [...document.querySelectorAll(selector)].find(test);
            if (found) {
                return found;
            }
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
        console.error(`There is no ${selector}`);
        throw new Error(selector);
    };
    const fill = async (selector, value) => {
        const field = await wait(selector);
        field.value = value;
        field.dispatchEvent(new Event("input", { bubbles: true }));
        field.dispatchEvent(new Event("change", { bubbles: true }));
    };
    (await wait("button[name=action_call]")).click();
    await fill(".o_dialog [name=note] textarea", "Pays it all on Friday");
    await fill(".o_dialog [name=next_step] input", "Look at the bank");
    (await wait(".o_dialog [name=is_promised] input")).click();
    const day = ".o_dialog [name=promise_date]";
    (await wait(`${day} input, ${day} button`)).click();
    await fill(`${day} input`, "%s");
    (await wait(".o_dialog button[name=action_done]")).click();
    await wait("a.nav-link[name=promises]");
    (await wait("a.nav-link[name=timeline]")).click();
    await wait("td[name=note]", (cell) => cell.textContent === "Pays it all on Friday");
    console.log("test successful");
})();
"""


@tagged("post_install", "-at_install")
class TestCaseForm(PromiseCommon, HttpCase):
    """A collector's day: all of it on the form of the case."""

    def test_a_call_with_a_promise_is_written_down_on_the_case(self):
        caller = new_test_user(
            self.env,
            login="caller",
            groups="ar_collection.collection_group_collector",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        day = self.today + timedelta(3)
        self.browser_js(
            f"/odoo/collection-cases/{self.case.id}",
            CALL % day.strftime("%m/%d/%Y"),
            "odoo.isReady === true",
            login="caller",
        )
        self.env.invalidate_all()
        self.assertRecordValues(
            self.case.promise_ids,
            [{"amount": 160, "date": day, "user_id": caller.id, "state": "open"}],
        )
        self.assertEqual(self.case.next_step, "Look at the bank")
        self.assertEqual(self.case.action_ids.note, "Pays it all on Friday")
        self.assertEqual(set(self.items.mapped("paused_since")), {self.today})
