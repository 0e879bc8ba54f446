// The main job: a shared iPhone changes hands (A2, A3, A6, A7, A10–A12, A20, A21).
import { expectAccessible } from "../support/axe.mjs";
import { expect, test } from "../support/journey.mjs";
import { FIRST_PHONE, iconOf, item, openIcon, signIn, signOut, waitForHeading } from "../support/people.mjs";
import { takePictures } from "../support/pictures.mjs";

test("a phone goes from one person to the next and keeps nothing of the first", async ({ page, baton }) => {
  const icon = await iconOf(baton);
  await openIcon(page, baton);

  await test.step("the page shows the phone's name and a form, and no secret in its address", async () => {
    await expect(page.getByText(FIRST_PHONE)).toBeVisible();
    await waitForHeading(page, "Sign in to this phone");
    expect(page.url()).not.toContain(icon.split("/clip/")[1]);
    await expectAccessible(page);
    await takePictures(page, "clip-sign-in");
  });

  await test.step("a nurse signs in and sees her things arrive", async () => {
    await signIn(page, "ada");
    for (const name of ["Ward Wi-Fi", "Clinic passcode", "My shift", "Microsoft Teams", "Rounds"]) {
      await expect(item(page, name)).toBeVisible();
    }
    await expectAccessible(page);
    await page.reload(); // axe stops the page's own reloading
    await waitForHeading(page, "Ready");
    await expect(item(page, "Rounds")).toContainText("Installed");
    await expectAccessible(page);
    await takePictures(page, "clip-ready");
  });

  await test.step("before she signs out she sees what goes and what stays", async () => {
    await page.getByRole("link", { name: "Sign out" }).click();
    await expect(page.getByRole("checkbox").first()).toHaveAccessibleName(/Sign out of all Microsoft apps/);
    const section = (name) => page.getByRole("region", { name });
    await expect(section(/Will be removed/).getByText("My shift")).toBeVisible();
    await expect(section(/Will be removed/).getByText("Microsoft Teams")).toBeVisible();
    await expect(section(/Stays/).getByText("Ward Wi-Fi")).toBeVisible();
    await expect(section(/Will be added/).getByText("Lost phone")).toBeVisible();
    await expectAccessible(page);
    await takePictures(page, "clip-dry-run");
  });

  await test.step("after she confirmed, the phone is cleaned and then offers the next sign-in", async () => {
    await page.getByRole("button", { name: /^Sign out and remove/ }).click();
    await waitForHeading(page, "Sign in to this phone");
    await expect(page.getByText("Everything this phone got for the last person is gone.")).toBeVisible();
    await expect(page.getByText("Ada")).toHaveCount(0);
    await expectAccessible(page);
  });

  await test.step("the next person gets their own things only", async () => {
    await signIn(page, "chloe");
    await waitForHeading(page, "Ready");
    await expect(item(page, "Microsoft Outlook")).toContainText("Installed");
    await expect(item(page, "Rounds")).toHaveCount(0);
    await expect(page.getByText("Signed in as Chloe Marchetti")).toBeVisible();
  });

  await test.step("the first person's icon address is retired, and says what to do", async () => {
    const answer = await page.goto(icon);
    expect(answer.status()).toBe(410);
    await waitForHeading(page, /Home Screen/);
    await expectAccessible(page);
  });
});

test("back after signing out shows nothing of the former person", async ({ page, baton }) => {
  await openIcon(page, baton);
  await signIn(page, "ada");
  await waitForHeading(page, "Ready");
  await signOut(page);
  await waitForHeading(page, "Sign in to this phone");
  for (let step = 0; step < 3; step += 1) {
    await page.goBack().catch(() => null);
    await expect(page.getByText("Ada Lindqvist")).toHaveCount(0);
  }
});

test("a phone in somebody's hands refuses a second person and lets its holder go on", async ({ page, baton, browser }) => {
  const icon = await iconOf(baton);
  await page.goto(icon);
  await signIn(page, "ada");
  await waitForHeading(page, /Ready|Getting ready|Just a moment/);

  const other = await browser.newContext({ javaScriptEnabled: test.info().project.use.javaScriptEnabled });
  const second = await other.newPage();
  await second.goto(icon);
  await test.step("the page says that it is in use, by nobody's name, and who may help", async () => {
    await waitForHeading(second, /in use/i);
    await expect(second.getByText("Ada")).toHaveCount(0);
    await expect(second.getByText(/extension 4100/)).toBeVisible();
    await expectAccessible(second);
  });
  await test.step("another person is refused", async () => {
    await signIn(second, "ben");
    await expect(second.getByRole("alert")).toBeVisible();
    await expect(second.getByLabel("User name")).toHaveValue("ben");
    await expect(second.getByLabel("Password")).toHaveValue("");
  });
  await test.step("the holder signs in again and goes on", async () => {
    await signIn(second, "ada");
    await expect(second.getByText("Signed in as Ada Lindqvist")).toBeVisible();
  });
  await other.close();
});

test("whoever has the phone in hand can end a session without a name", async ({ page, baton, browser }) => {
  const icon = await iconOf(baton);
  await page.goto(icon);
  await signIn(page, "ada");
  await waitForHeading(page, "Ready");

  const other = await browser.newContext({ javaScriptEnabled: test.info().project.use.javaScriptEnabled });
  const second = await other.newPage();
  await second.goto(icon);
  await second.goto(`${baton.url}/clip/end-session`);
  await expect(second.getByText("My shift")).toHaveCount(0);
  await expectAccessible(second);
  await second.getByRole("button").last().click();
  await waitForHeading(second, "Sign in to this phone");

  await page.reload();
  await expect(page.getByText("Ada Lindqvist")).toHaveCount(0);
  await other.close();
});

test("a wrong password, a PIN and an empty form each get their own clear answer", async ({ page, baton }) => {
  await openIcon(page, baton);
  await signIn(page, "ada", "two grey herons");
  await expect(page.getByRole("alert")).toContainText(/user name|password/i);
  const unknown = await page.getByRole("alert").innerText();
  await signIn(page, "nobody.of.this.name", "two grey herons");
  expect(await page.getByRole("alert").innerText()).toBe(unknown);
  await signIn(page, "ada", "471147");
  await expect(page.getByRole("alert")).toContainText(/PIN/);
  await expectAccessible(page);
});

test("an address that is no phone's says so", async ({ page, baton }) => {
  const answer = await page.goto(`${baton.url}/clip/${"A".repeat(43)}`);
  expect(answer.status()).toBe(404);
  await expectAccessible(page);
  const without = await page.goto(`${baton.url}/clip`);
  expect(without.status()).toBe(401);
});
