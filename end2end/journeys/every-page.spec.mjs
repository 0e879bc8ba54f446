// No page is forgotten: whatever the router knows is looked at, and axe finds nothing on it.
import { expectAccessible } from "../support/axe.mjs";
import { LINKS, Tour } from "../support/every-page.mjs";
import { expect, test } from "../support/journey.mjs";
import { iconOf, setUp, signIn, waitForHeading } from "../support/people.mjs";
import { seeEverything } from "../support/tour.mjs";

// Where there are passkeys: they are bound to a name, and an address is none.
test.use({ host: "localhost" });

test("every page there is can be used by everybody @script", async ({ page, baton, engine }) => {
  test.skip(engine !== "sqlite", "the pages are the same on both databases");
  test.setTimeout(600_000);
  const visitor = {
    goto: (url) => page.goto(url),
    links: () => page.evaluate(LINKS),
    check: () => expectAccessible(page),
    cookies: () => page.context().cookies(),
  };
  const tour = new Tour(visitor, baton);
  await seeEverything(tour, baton, await iconOf(baton), {
    signIn: async (address, name) => {
      await page.goto(address);
      await signIn(page, name);
      await waitForHeading(page, /Ready|Getting ready|Just a moment|My devices/);
    },
    setUp: () => setUp(page, baton),
    send: async (address, fields, button) => {
      await page.goto(address);
      for (const [label, text] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(text);
      await page.getByRole("button", { name: button, exact: true }).click();
      await expect(page.getByRole("status").first()).toBeVisible();
    },
    text: (selector) => page.locator(selector).innerText(),
    forget: () => page.context().clearCookies(),
  });
  console.log(`looked at ${tour.pages} pages`);
});
