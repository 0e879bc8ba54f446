// People: added by hand and from a file, and their passwords, which they choose themselves (B1).
import { expectAccessible } from "../support/axe.mjs";
import { expect, test } from "../support/journey.mjs";
import { choosePassword, passwordLink, setUp, signIn } from "../support/people.mjs";
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

test("a Managed Apple Account is masked, revealed with a reason, and seen in full by its owner", async ({ page, baton, browser }) => {
  await setUp(page, baton);
  await page.goto(`${baton.url}/admin/users?q=ada`);
  await expect(page.locator("main")).toContainText("a•••@appleid.heron.example");
  await page.getByRole("link", { name: "Ada Lindqvist" }).click();
  await page.getByRole("link", { name: "Reveal" }).click();
  await expectAccessible(page);
  await page.getByLabel("Reason").fill("Ticket 4711");
  await page.getByRole("button", { name: "Reveal" }).click();
  await expect(page.locator("main")).toContainText("ada@appleid.heron.example");
  await expectAccessible(page);
  await takePictures(page, "account-revealed");
  await page.goto(`${baton.url}/admin/audit`);
  await expect(page.locator("main")).toContainText("Ticket 4711");

  const elsewhere = await browser.newContext({ javaScriptEnabled: test.info().project.use.javaScriptEnabled });
  const ada = await elsewhere.newPage();
  await ada.goto(`${baton.url}/sign-in`);
  await signIn(ada, "ada");
  await expect(ada.locator("body")).toContainText("Ada Lindqvist");
  await ada.goto(`${baton.url}/account`);
  await expect(ada.locator("main")).toContainText("ada@appleid.heron.example");
  await elsewhere.close();
});

test("of two who would have one Managed Apple Account the second is reported until somebody sets another", async ({ page, baton }) => {
  await setUp(page, baton);
  await page.goto(`${baton.url}/admin/users/add`);
  await page.getByLabel("Full name").fill("Ada Byron");
  await page.getByLabel("User name").fill("adab");
  await page.getByLabel("Mail address").fill("ada@heron.example");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(page.locator("main")).toContainText("Another person has the account that the pattern gives.");
  await page.goto(`${baton.url}/admin/settings`);
  await page.getByRole("link", { name: /Managed Apple Accounts/ }).click();
  await expectAccessible(page);
  await page.getByRole("link", { name: "Ada Byron" }).click();
  await page.getByRole("link", { name: "Edit" }).click();
  await expectAccessible(page);
  await page.getByLabel("Managed Apple Account").selectOption({ label: "Set by hand" });
  await page.getByLabel("Account set by hand").fill("ada.byron@appleid.heron.example");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.locator("main")).toContainText("Set by hand");
  await page.goto(`${baton.url}/admin/settings/managed-accounts`);
  await expect(page.locator("main")).not.toContainText("Ada Byron");
});
