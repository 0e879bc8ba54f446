// The addresses that `baton serve --demo` prints lead where it says.
import { expectAccessible } from "../support/axe.mjs";
import { expect, test } from "../support/journey.mjs";

test("the set-up link opens the form for the first administrator", async ({ page, baton }) => {
  await page.goto(await baton.address(/\/setup\//));
  await expect(page.getByLabel("Password").first()).toBeVisible();
  await expectAccessible(page);
});

test("the portal asks who you are", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByLabel("User name")).toBeVisible();
  await expectAccessible(page);
});
