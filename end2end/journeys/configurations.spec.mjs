// What comes as a file: an uploaded profile arrives on a phone and leaves at sign-out (A2, A3, E8); what is wrong is said.
import { expectAccessible } from "../support/axe.mjs";
import { expect, test } from "../support/journey.mjs";
import { iconOf, item, setUp, signIn, signOut, waitForHeading } from "../support/people.mjs";
import { takePictures } from "../support/pictures.mjs";

const WARD = "server/mdm/tests/it/fixtures/mobileconfig/ward.mobileconfig";

test("a profile that is uploaded arrives on a nurse's phone, and leaves when she signs out", async ({ page, baton, browser }) => {
  const icon = await iconOf(baton);
  await setUp(page, baton);

  await test.step("what Baton changes about it is agreed to first, and the file waits", async () => {
    await page.goto("/admin/configurations/add");
    await page.getByRole("link", { name: /^Profile/ }).click();
    await expectAccessible(page);
    await page.getByLabel("Name", { exact: true }).fill("Staff network");
    await page.getByLabel("File").setInputFiles(WARD);
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("alert").filter({ hasText: "changed when it is imported" })).toContainText("forbids its removal");
    await expect(page.getByText("“ward.mobileconfig” is kept here.")).toBeVisible();
    await expectAccessible(page);
    await takePictures(page, "console-profile-changes");
    await page.getByRole("checkbox", { name: "Import it with these changes" }).check();
    await page.getByRole("button", { name: "Save" }).click();
  });

  await test.step("its page says what is inside and where it works", async () => {
    await expect(page.getByRole("heading", { level: 1, name: "Staff network" })).toBeVisible();
    const main = page.locator("main");
    for (const text of ["Clinic root", "Ward Wi-Fi", "Restrictions", "Where it works", "In part"]) {
      await expect(main).toContainText(text);
    }
    await expectAccessible(page);
    await takePictures(page, "console-profile");
  });

  await test.step("nurses get it", async () => {
    await page.getByRole("link", { name: "Edit Distribution" }).click();
    await page.getByRole("radio", { name: /^Custom/ }).check();
    await page.getByRole("group", { name: "User groups" }).first().getByRole("checkbox", { name: "Nurses" }).check();
    await page.getByRole("button", { name: /^Save/ }).last().click();
    await expect(page.getByRole("status").first()).toBeVisible();
  });

  const ward = await browser.newContext({ javaScriptEnabled: test.info().project.use.javaScriptEnabled, baseURL: baton.url });
  const phone = await ward.newPage();
  await test.step("a nurse signs in and has it", async () => {
    await phone.goto(icon);
    await signIn(phone, "ada");
    await waitForHeading(phone, "Ready");
    await expect(item(phone, "Staff network")).toContainText("Installed");
    await page.goto("/admin/configurations?q=staff%20network");
    await expect(page.locator("tbody")).toContainText("1 device");
  });

  await test.step("it goes when she signs out", async () => {
    await phone.getByRole("link", { name: "Sign out" }).click();
    await expect(phone.getByRole("region", { name: /Will be removed/ }).getByText("Staff network")).toBeVisible();
    await phone.goBack();
    await signOut(phone);
    await waitForHeading(phone, "Sign in to this phone");
    await page.reload();
    await expect(page.locator("tbody")).toContainText("0 devices");
  });
  await ward.close();
});

test("a file that is none is refused without losing what was typed", async ({ page, baton }) => {
  await setUp(page, baton);
  await page.goto("/admin/configurations/add/profile");
  await page.getByLabel("Name", { exact: true }).fill("Not a profile");
  await page.getByLabel("File").setInputFiles({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("notes") });
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("This is not a configuration profile (.mobileconfig).")).toBeVisible();
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Not a profile");

  await page.getByLabel("File").setInputFiles({ name: "film.mov", mimeType: "video/quicktime", buffer: Buffer.alloc(12_000_000) });
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("The file is too large. At most 2 MB are taken.")).toBeVisible();
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Not a profile");
  await expectAccessible(page);
});

test("restrictions are found by a word, and say what they need @script", async ({ page, baton }) => {
  await setUp(page, baton);
  await page.goto("/admin/configurations/add/restrictions");
  const rows = page.locator("[data-row]");
  await expect(async () => {
    await page.getByRole("searchbox").fill("");
    await page.getByRole("searchbox").pressSequentially("wallet");
    await expect(rows.filter({ visible: true })).toHaveCount(1, { timeout: 1_000 });
  }).toPass({ timeout: 20_000 });
  await expectAccessible(page);
  await page.getByRole("combobox", { name: "Wallet on the locked screen" }).selectOption("Not allowed");
  await page.getByLabel("Name", { exact: true }).fill("No wallet");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "No wallet" })).toBeVisible();
  await expect(page.locator("main")).toContainText("Not allowed");
  await expectAccessible(page);
});

test("the demo's web clip shows its icon, and its restrictions where they work", async ({ page, baton }) => {
  await iconOf(baton);
  await setUp(page, baton);
  await page.goto("/admin/configurations?q=directory");
  await page.getByRole("link", { name: "Staff directory" }).click();
  const picture = page.locator("img.clip-icon");
  await expect(picture).toBeVisible();
  expect(await picture.evaluate((image) => image.naturalWidth)).toBe(180);
  await expectAccessible(page);
  await takePictures(page, "console-clip-icon");

  await page.goto("/admin/configurations?q=patient");
  await page.getByRole("link", { name: "Patient data stays here" }).click();
  await expect(page.locator("main")).toContainText("iPhone and iPad, not supervised");
  await expectAccessible(page);
  await takePictures(page, "console-restrictions");
});
