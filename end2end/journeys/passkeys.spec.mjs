// Passkeys and re-authentication (B8), with an authenticator that Chromium plays.
import { expectAccessible } from "../support/axe.mjs";
import { expect, test } from "../support/journey.mjs";
import { ADMINISTRATOR, FIRST_PHONE, allEnrolled, setUp, signIn, waitForHeading } from "../support/people.mjs";
import { takePictures } from "../support/pictures.mjs";

// Passkeys are bound to a name, and an address is none.
test.use({ host: "localhost" });

/** A security key that is always at hand, and always verifies its owner unless told otherwise. */
async function plugIn(page) {
  const client = await page.context().newCDPSession(page);
  await client.send("WebAuthn.enable");
  const { authenticatorId } = await client.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "usb",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    verify: (isUserVerified) => client.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }),
    credentials: async () => (await client.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
  };
}

async function addPasskey(page, baton, name) {
  await page.goto(`${baton.url}/account`);
  await page.getByRole("link", { name: "Add a passkey" }).click();
  await waitForHeading(page, "Add a passkey");
  await page.getByLabel("Name of the passkey").fill(name);
  await expectAccessible(page);
  await takePictures(page, "passkey-add");
  await page.getByRole("button", { name: "Make the passkey" }).click();
  await expect(page.getByRole("status")).toContainText("You can sign in with it from now on.");
  await expect(page.locator("#passkeys")).toContainText(name);
}

/** Opens the page that asks for a wipe, in a session that proved long ago who has it. */
async function askForWipe(page, baton) {
  await page.goto(`${baton.url}/admin/devices`);
  await page.getByRole("link", { name: FIRST_PHONE }).click();
  await page.locator('[data-action="wipe"]').getByRole("link").click();
  await waitForHeading(page, "Wipe");
  await page.getByLabel(/Reason/).fill("Stolen from ward 3");
  await page.getByRole("checkbox").check();
}

test("a person adds a passkey, signs in with it without a name, and removes it @script", async ({ page, baton }) => {
  const key = await plugIn(page);
  await setUp(page, baton);
  await addPasskey(page, baton, "Blue key");
  expect(await key.credentials()).toHaveLength(1);
  await expectAccessible(page);
  await takePictures(page, "account-passkeys");
  await page.getByRole("button", { name: "Sign out" }).click();

  await test.step("nobody who is not verified is signed in", async () => {
    await key.verify(false);
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await expect(page.getByRole("alert")).toContainText("Try again, or use your password.");
    await expectAccessible(page);
    await key.verify(true);
  });

  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(page.locator("header")).toContainText(ADMINISTRATOR["Full name"]);

  await page.goto(`${baton.url}/account`);
  await page.getByText("Rename").click();
  await page.locator("#passkeys").getByLabel("Name of the passkey").fill("Key in the safe");
  await page.locator("#passkeys").getByRole("button", { name: "Save" }).click();
  await expect(page.locator("#passkeys")).toContainText("Key in the safe");
  await page.getByRole("button", { name: "Remove Key in the safe" }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(page.getByRole("alert")).toContainText("This passkey is not known here.");
});

test("a passkey confirms a wipe in its own form @script", async ({ page, baton }) => {
  await plugIn(page);
  await setUp(page, baton);
  await addPasskey(page, baton, "Blue key");
  await allEnrolled(page, baton);
  await baton.forgetProofs();

  await askForWipe(page, baton);
  await expect(page.getByRole("group", { name: "Confirm that it is you" })).toBeVisible();
  await expectAccessible(page);
  await takePictures(page, "wipe-confirm");
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await expect(page.locator("#flash")).toContainText("On its way.");
});

test("the password confirms a wipe, with and without scripts", async ({ page, baton }) => {
  await setUp(page, baton);
  await allEnrolled(page, baton);
  await baton.forgetProofs();

  await askForWipe(page, baton);
  await page.getByLabel("Your password").fill("not the password");
  await page.getByRole("button", { name: "Wipe" }).click();
  await expect(page.getByLabel("Your password")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Your password")).toHaveValue("");
  await expect(page.getByLabel(/Reason/)).toHaveValue("Stolen from ward 3");
  await expectAccessible(page);

  await page.getByRole("checkbox").check();
  await page.getByLabel("Your password").fill(ADMINISTRATOR.Password);
  await page.getByRole("button", { name: "Wipe" }).click();
  await expect(page.locator("#flash")).toContainText("On its way.");
  await page.goto(`${baton.url}/account`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("My account");
});

test("without scripts the sign-in page has no passkey button, and signs in all the same", async ({ page, baton, javaScriptEnabled }) => {
  await page.goto(`${baton.url}/sign-in`);
  const button = page.getByRole("button", { name: "Sign in with a passkey" });
  await (javaScriptEnabled === false ? expect(button).toBeHidden() : expect(button).toBeVisible());
  await expectAccessible(page);
  await takePictures(page, "portal-sign-in");
  await signIn(page, "ada");
  await expect(page.locator("header")).toContainText("Ada");
});
