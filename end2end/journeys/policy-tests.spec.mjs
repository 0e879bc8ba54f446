// What administrators expect of their policy, as files (C8): uploaded, seen to fail and why, mended, and watched over.
import { readFileSync } from "node:fs";
import { expectAccessible } from "../support/axe.mjs";
import { expect, test } from "../support/journey.mjs";
import { FIRST_PHONE, allEnrolled, setUp } from "../support/people.mjs";
import { takePictures } from "../support/pictures.mjs";

const hasScript = () => test.info().project.use.javaScriptEnabled !== false;

const WARD = `# What must be true on the wards.

[[expect]]
name = "Nobody keeps the Wi-Fi"
item = "Ward Wi-Fi"
devices = 'device.ownership is company'
holder = "nobody"
gets = true

[[expect]]
name = "Signed-out phones show the rounds"
item = "Rounds"
devices = 'device.ownership is company'
holder = "nobody"
gets = true
`;

/** Sends a text as a file through the upload page. */
async function upload(page, baton, text) {
  await page.goto(`${baton.url}/admin/policy-tests`);
  await page.getByRole("link", { name: "Upload files" }).click();
  await page.getByLabel("Files", { exact: true }).setInputFiles({ name: "wards.toml", mimeType: "application/toml", buffer: Buffer.from(text) });
  await page.getByRole("button", { name: "Upload" }).click();
}

/** The line of an expectation in a list. */
const expectation = (page, name) => page.locator(".tests > li").filter({ hasText: name });

/** The panel that says what saving changes. */
const panel = (page) => page.getByRole("region", { name: "What saving changes" });

/** Shows the effect of what is chosen: by itself where there are scripts. */
async function preview(page) {
  if (!hasScript()) await page.getByRole("button", { name: "Preview" }).click();
}

test("an expectation is uploaded, fails with its reason, and holds once the distribution is mended", async ({ page, baton }) => {
  await setUp(page, baton);
  await allEnrolled(page, baton);
  await page.goto(`${baton.url}/admin/policy-tests`);
  await expect(page.locator("main")).toContainText("No tests yet");
  await expectAccessible(page);

  await test.step("what names nothing that is there is refused with its line, and mended on the spot", async () => {
    await upload(page, baton, WARD.replace("Ward Wi-Fi", "Wrad Wi-Fi"));
    await expect(page.locator("#text-error")).toContainText("Line 5: There is no configuration or app “Wrad Wi-Fi”. Did you mean");
    await expect(page.locator("#text-error")).toContainText("Ward Wi-Fi");
    await expect(page.getByLabel("Name", { exact: true })).toHaveValue("wards.toml");
    await expectAccessible(page);
    await takePictures(page, "console-policy-test-refused");
    const text = page.getByLabel("Expectations", { exact: true });
    await text.fill((await text.inputValue()).replace("Wrad", "Ward"));
    await page.getByRole("button", { name: "Check" }).click();
    await expect(page.locator("#result")).toContainText("1 of 2 hold");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.locator("h1")).toHaveText("wards");
  });

  await test.step("the list says what fails, where, and why", async () => {
    await page.goto(`${baton.url}/admin/policy-tests`);
    await expect(page.locator("main")).toContainText("1 of 2 hold");
    await expect(expectation(page, "Nobody keeps the Wi-Fi")).toContainText("Met in all 4 cases.");
    const rounds = expectation(page, "Signed-out phones show the rounds");
    await expect(rounds).toContainText("Not met in 4 of 4 cases:");
    await expect(rounds.getByRole("listitem").filter({ hasText: FIRST_PHONE })).toContainText("It goes neither to the user nor to a group");
    await expectAccessible(page);
    await takePictures(page, "console-policy-tests");
    await rounds.getByRole("link", { name: "Rounds", exact: true }).click();
  });

  await test.step("the item shows what is expected of it, and its editor what a change would make of that", async () => {
    await expect(page.locator("h1")).toHaveText("Rounds");
    await expect(expectation(page, "Signed-out phones show the rounds")).toContainText("Fails");
    await page.getByRole("link", { name: "Edit Distribution" }).click();
    await page.getByRole("radio", { name: /^Custom/ }).check();
    await page.locator(".include").getByRole("checkbox", { name: "Everyone", exact: true }).check();
    await preview(page);
    await expect(panel(page).getByRole("listitem").filter({ hasText: "Signed-out phones show the rounds" })).toContainText("would hold");
    await expect(panel(page)).toContainText("5 devices get it");
    await expectAccessible(page);
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("status").first()).toBeVisible();
    await expect(expectation(page, "Signed-out phones show the rounds")).toContainText("Holds");
  });

  await test.step("everything holds, and what would break it is named before Save", async () => {
    await page.goto(`${baton.url}/admin/policy-tests`);
    await expect(page.locator("main")).toContainText("2 of 2 hold");
    await expectation(page, "Nobody keeps the Wi-Fi").getByRole("link", { name: "Ward Wi-Fi" }).click();
    await page.getByRole("link", { name: "Edit Distribution" }).click();
    await page.getByRole("radio", { name: /^No Devices/ }).check();
    await preview(page);
    await expect(panel(page)).toContainText("1 policy test would fail");
    await expect(panel(page).getByRole("listitem").first()).toContainText("Nobody keeps the Wi-Fi");
    await expectAccessible(page);
    await takePictures(page, "console-what-if-tests");
  });

  await test.step("the file is taken away as it was written, and deleted", async () => {
    await page.goto(`${baton.url}/admin/policy-tests`);
    await page.getByRole("link", { name: "wards", exact: true }).click();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download" }).click()]);
    expect(download.suggestedFilename()).toBe("wards.toml");
    expect(readFileSync(await download.path(), "utf8")).toBe(WARD);
    await page.getByRole("link", { name: "Delete" }).click();
    await expect(page.locator("main")).toContainText("Its 2 expectations are no longer checked.");
    await page.getByRole("button", { name: "Delete" }).click();
    await expect(page.locator("main")).toContainText("No tests yet");
  });
});
