// What the administrator does in the console (A7–A9, A19, B9, C4, H1, H2, H5).
import { expectAccessible } from "../support/axe.mjs";
import { expect, test } from "../support/journey.mjs";
import { FIRST_PHONE, iconOf, setUp, signIn, signOut, waitForHeading } from "../support/people.mjs";
import { takePictures } from "../support/pictures.mjs";

/** Opens a section from the navigation, behind the menu or at the side. */
async function open(page, baton, path) {
  await page.goto(`${baton.url}${path}`);
  await expect(page.locator("main h1")).toBeVisible();
}

test("the administrator sees everything there is, and every page is accessible", async ({ page, baton }) => {
  await iconOf(baton); // the phones are enrolled
  await setUp(page, baton);
  const pages = {
    "/admin": "Dashboard",
    "/admin/users": "Ada Lindqvist",
    "/admin/users/add": "Full name",
    "/admin/user-groups": "Nurses",
    "/admin/device-groups": "Device groups",
    "/admin/devices": FIRST_PHONE,
    "/admin/devices/add": "Links that work",
    "/admin/configurations": "Ward Wi-Fi",
    "/admin/configurations?q=multi-user": "Multi-user Secure Sign-in for iOS",
    "/admin/configurations/add": "Wi-Fi",
    "/admin/apps": "Microsoft Teams",
    "/admin/policy-tests": "No tests yet",
    "/admin/audit": "Petra Lindqvist",
  };
  for (const [path, text] of Object.entries(pages)) {
    await test.step(path, async () => {
      await open(page, baton, path);
      await expect(page.locator("main")).toContainText(text);
      await expectAccessible(page);
      await takePictures(page, `console${path.replace(/[/?=]/g, "-")}`);
    });
  }
});

test("a distribution that would lose the sign-in page is stopped, and put right with one click", async ({ page, baton }) => {
  await iconOf(baton);
  await setUp(page, baton);
  await open(page, baton, "/admin/configurations?q=multi-user");
  await page.getByRole("link", { name: "Multi-user Secure Sign-in for iOS" }).click();
  await page.getByRole("link", { name: "Edit Distribution" }).click();
  await page.getByRole("radio", { name: /^Custom/ }).check();
  await page.getByRole("group", { name: "User groups" }).first().getByRole("checkbox", { name: "Nurses" }).check();
  await page.getByRole("button", { name: /^Save/ }).last().click();

  await expect(page.getByRole("alert").first()).toContainText("Not saved: phones would lose their sign-in page");
  await expect(page.getByRole("alert").first().getByText("4 devices", { exact: true })).toBeVisible();
  await expectAccessible(page);
  await takePictures(page, "console-distribution-stopped");

  await page.getByRole("button", { name: "Fix and save" }).click();
  await expect(page.getByRole("status").first()).toBeVisible();
  await page.getByRole("link", { name: "Edit Distribution" }).click();
  await expect(page.getByRole("radio", { name: /^Custom/ })).toBeChecked();
  await expect(page.getByText("Nobody", { exact: false }).first()).toBeVisible();
});

test("a phone's page tells who held it, what it was sent, and why it has what it has", async ({ page, baton, browser }) => {
  const icon = await iconOf(baton);
  const ward = await browser.newContext({ javaScriptEnabled: test.info().project.use.javaScriptEnabled });
  const phone = await ward.newPage();
  await phone.goto(icon);
  await signIn(phone, "ada");
  await waitForHeading(phone, "Ready");
  await signOut(phone);
  await waitForHeading(phone, "Sign in to this phone");
  await signIn(phone, "ben");
  await waitForHeading(phone, "Ready");

  await setUp(page, baton);
  await open(page, baton, "/admin/devices");
  await page.getByRole("link", { name: FIRST_PHONE }).click();
  const main = page.locator("main");
  await expect(main).toContainText("Unaltered: 4 checked");
  for (const text of ["Ada Lindqvist", "Ben Okafor", "Enrolled", "Signed in", "Signed out", "Rounds", "Install profile"]) {
    await expect(main).toContainText(text);
  }
  await expectAccessible(page);
  await takePictures(page, "console-device");

  await test.step("a command's detail names the enrollment", async () => {
    await page.getByRole("link", { name: /Details/ }).first().click();
    await expect(page.locator("main")).toContainText(/Enrollment/);
    await expectAccessible(page);
    await page.goBack();
  });

  await test.step("help from the desk: releasing the phone ends the holder's session", async () => {
    await page.getByRole("link", { name: "Release" }).click();
    await page.getByLabel(/Reason/).fill("Ben went home with the flu");
    await expectAccessible(page);
    await page.getByRole("button", { name: "Release" }).click();
    await expect(page.locator("#flash")).toContainText("Released");
    // With JavaScript the open page leads on by itself, perhaps at this very moment.
    await expect(async () => {
      await phone.goto(`${baton.url}/clip`);
    }).toPass({ timeout: 30_000 });
    await expect(phone.getByText("Ben Okafor")).toHaveCount(0);
  });
  await ward.close();
});

test("a wrong form keeps what was typed and says what is wrong beside the field", async ({ page, baton }) => {
  await setUp(page, baton);
  await open(page, baton, "/admin/users/add");
  await page.getByLabel("Full name").fill("Dana Whitfield");
  await page.getByLabel("User name").fill("ada");
  await page.locator("main").getByRole("button").last().click();
  await expect(page.getByLabel("Full name")).toHaveValue("Dana Whitfield");
  await expect(page.getByLabel("User name")).toHaveAttribute("aria-invalid", "true");
  await expectAccessible(page);
});

test("somebody without a role in the console is told so, and a stranger is asked to sign in", async ({ page, baton }) => {
  await iconOf(baton);
  await page.goto(`${baton.url}/admin/devices`);
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await signIn(page, "ada");
  await expect(page.locator("h1")).toContainText(/not for you/);
  await expectAccessible(page);
  await page.goto(`${baton.url}/`);
  await expect(page.locator("h1")).toBeVisible();
  await expectAccessible(page);
  await takePictures(page, "portal-home");
});

test("typing in the search field filters the rows on screen @script", async ({ page, baton }) => {
  await setUp(page, baton);
  await iconOf(baton);
  await open(page, baton, "/admin/users");
  const rows = page.locator("tbody tr");
  await expect(rows).not.toHaveCount(1);
  await expect(async () => {
    await page.getByRole("searchbox").fill("");
    await page.getByRole("searchbox").pressSequentially("chloe");
    await expect(rows.filter({ visible: true })).toHaveCount(1, { timeout: 1_000 });
  }).toPass({ timeout: 20_000 });
});
