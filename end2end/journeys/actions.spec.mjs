// What people do to devices from portal and console, and what is refused (E7, E9, I1).
import { expectAccessible } from "../support/axe.mjs";
import { expect, test } from "../support/journey.mjs";
import { FIRST_PHONE, OWN_PHONE, iconOf, setUp, signIn, waitForHeading } from "../support/people.mjs";
import { takePictures } from "../support/pictures.mjs";

// The phones are watched at work.
test.use({ speed: 1 });

/** Chloe's page of her own phone, as soon as it is enrolled. */
async function openOwnPhone(page, baton) {
  await iconOf(baton);
  await page.goto(`${baton.url}/sign-in`);
  await signIn(page, "chloe");
  await page.getByRole("link", { name: OWN_PHONE }).click();
  await waitForHeading(page, OWN_PHONE);
}

/** The row of an action on a device's page. */
const row = (page, action) => page.locator(`[data-action="${action}"]`);

/** Loads the page until the latest request for an action stands so. */
async function expectOrder(page, action, standing) {
  const latest = page.locator(".orders li").filter({ hasText: action }).first();
  await expect(async () => {
    await page.reload();
    await expect(latest).toContainText(standing, { timeout: 1_000 });
  }).toPass({ timeout: 60_000 });
}

test("the owner of a personal phone sees what is denied and why, locks it, renames it, and ends its management", async ({ page, baton }) => {
  await openOwnPhone(page, baton);

  await test.step("wipe and clear passcode are visible, disabled, and say why, by whom, and what helps", async () => {
    const why = page.locator(".why").filter({ hasText: "Apple does not allow this on a personal device with User Enrollment." });
    await expect(why).toContainText("Apple’s rule");
    await expect(row(page, "wipe").getByRole("button", { name: "Wipe" })).toBeDisabled();
    await expect(row(page, "wipe")).toContainText("Remove the work data instead");
    await expect(row(page, "wipe").getByRole("link", { name: "Remove work data" })).toBeVisible();
    await expect(row(page, "clearPasscode").getByRole("button", { name: "Clear passcode" })).toBeDisabled();
    await expect(row(page, "clearPasscode")).toContainText("The owner unlocks the device");
    await expect(row(page, "clearPasscode")).toContainText("may erase it");
    await expectAccessible(page);
    await takePictures(page, "portal-own-phone");
  });

  await test.step("a forged request is refused too", async () => {
    const forged = await page.request.post(`${page.url()}/wipe`, {
      form: { confirmed: "yes" },
      headers: { origin: baton.url },
    });
    expect(forged.status()).toBe(403);
    expect(await forged.text()).toContain("Apple does not allow this");
  });

  await test.step("lock", async () => {
    await row(page, "lock").getByRole("link").click();
    await waitForHeading(page, "Lock");
    await page.getByLabel(/^Text on the lock screen/).fill("Please call 4100");
    await expectAccessible(page);
    await page.getByRole("button", { name: "Lock" }).click();
    await expect(page.getByRole("status").first()).toContainText("On its way.");
    await expectOrder(page, "Lock", "Done");
  });

  await test.step("rename", async () => {
    await row(page, "rename").getByRole("link").click();
    await page.getByLabel("Name").fill("Chloe’s work phone");
    await page.getByRole("button", { name: "Rename" }).click();
    await waitForHeading(page, "Chloe’s work phone");
    await takePictures(page, "portal-own-phone-renamed");
  });

  await test.step("remove work data", async () => {
    await row(page, "removeWorkData").getByRole("link").click();
    await expect(page.locator("main")).toContainText("Nothing private is touched");
    await expectAccessible(page);
    await takePictures(page, "portal-remove-work-data");
    await page.getByRole("checkbox").check();
    await page.getByRole("button", { name: "Remove work data" }).click();
    await expect(page).toHaveURL(`${baton.url}/`);
    await expect(async () => {
      await page.reload();
      await expect(page.getByRole("heading", { name: "You have no device" })).toBeVisible({ timeout: 1_000 });
    }).toPass({ timeout: 60_000 });
  });
});

test("the browser decides by the same rules as the server @script", async ({ page, baton }) => {
  await openOwnPhone(page, baton);
  await expect(page.getByText("the same rules give the same answer")).toBeVisible({ timeout: 30_000 });
  await expect(row(page, "wipe")).toHaveAttribute("data-decided", "no");
  await expect(row(page, "lock")).toHaveAttribute("data-decided", "yes");
});

test("an administrator wipes a shared phone: custody, session and management end with it", async ({ page, baton, browser }) => {
  const icon = await iconOf(baton);
  const ward = await browser.newContext({ javaScriptEnabled: test.info().project.use.javaScriptEnabled });
  const phone = await ward.newPage();
  await phone.goto(icon);
  await signIn(phone, "ada");
  await waitForHeading(phone, "Ready");

  await setUp(page, baton);
  await page.goto(`${baton.url}/admin/devices`);
  await page.getByRole("link", { name: FIRST_PHONE }).click();
  await row(page, "wipe").getByRole("link").click();
  await waitForHeading(page, "Wipe");
  await page.getByLabel(/Reason/).fill("Stolen from ward 3");
  await page.getByRole("checkbox").check();
  await expectAccessible(page);
  await takePictures(page, "console-wipe");
  await page.getByRole("button", { name: "Wipe" }).click();
  await expect(page.locator("#flash")).toContainText("On its way");
  await expectOrder(page, "Wipe", "Done");

  const main = page.locator("main");
  await expect(main).toContainText("Not managed");
  await expect(main).toContainText("Wiped (by Petra Lindqvist)");
  await expect(main).toContainText("Stolen from ward 3");
  await expectAccessible(page);
  await takePictures(page, "console-wiped");
  await phone.goto(`${baton.url}/clip`);
  await expect(phone.locator("h1")).toContainText("not managed any more");
  await ward.close();
});
