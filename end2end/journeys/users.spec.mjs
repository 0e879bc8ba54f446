// People: added by hand and from a file, and their passwords, which they choose themselves (B1).
import { expectAccessible } from "../support/axe.mjs";
import { expect, test } from "../support/journey.mjs";
import { choosePassword, passwordLink, setUp } from "../support/people.mjs";
import { takePictures } from "../support/pictures.mjs";

const PEOPLE = `userName;displayName;email;role
hanna;Hanna Schäfer;hanna@heron.example;
yan;Yan Lin;;auditor
ada;Ada Again;;
`;

test("a person who was added chooses a password under the link and signs in with it", async ({ page, baton, browser }) => {
  await setUp(page, baton);
  await page.goto(`${baton.url}/admin/users/add`);
  await page.getByLabel("Full name").fill("Otto Brandt");
  await page.getByLabel("User name").fill("otto");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(page.locator("main")).toContainText("No password yet");
  const link = await passwordLink(page);
  await expectAccessible(page);
  await takePictures(page, "password-link");

  const elsewhere = await browser.newContext({ javaScriptEnabled: test.info().project.use.javaScriptEnabled });
  const otto = await elsewhere.newPage();
  await otto.goto(link);
  await expectAccessible(otto);
  await takePictures(otto, "password");
  await otto.getByLabel("Password", { exact: true }).fill("short");
  await otto.getByLabel("Password again").fill("short");
  await otto.getByRole("button", { name: "Save and sign in" }).click();
  await expect(otto.getByLabel("Password", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await expect(otto.getByLabel("Password", { exact: true })).toHaveValue("");
  await choosePassword(otto, link, "nine slow swans");
  await expect(otto.locator("body")).toContainText("Otto Brandt");
  await otto.goto(link);
  await expect(otto.locator("h1")).toHaveText("This link does not work");
  await elsewhere.close();
});

test("people from a file are shown first, and then added all together", async ({ page, baton }) => {
  await setUp(page, baton);
  await page.goto(`${baton.url}/admin/users`);
  await page.getByRole("link", { name: "Import people" }).click();
  await expectAccessible(page);
  const choose = async (text) => {
    await page.getByLabel("CSV file").setInputFiles({ name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    await page.getByRole("button", { name: "Show what it would do" }).click();
  };

  await choose(PEOPLE.replace("auditor", "boss"));
  await expect(page.getByRole("alert")).toContainText("Line 3: There is no role “boss”.");
  await expectAccessible(page);

  await choose(PEOPLE);
  await expect(page.locator("main")).toContainText("2 people will be added.");
  await expect(page.locator("main")).toContainText("One is there already and stays unchanged");
  await expectAccessible(page);
  await takePictures(page, "import-preview");
  await page.getByRole("button", { name: "Add 2 people" }).click();
  await expect(page.getByRole("link", { name: "Hanna Schäfer" })).toBeVisible();

  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download links" }).click();
  expect((await download).suggestedFilename()).toBe("password-links.csv");
});
