// The people and phones of the demo, and what they do on the pages, as a person would: by label and button.
import { expect } from "@playwright/test";

export const PASSWORD = "quiet herons wade";
/** What the first administrator enters at the set-up link, by the fields' labels. */
export const ADMINISTRATOR = {
  "User name": "petra",
  "Full name": "Petra Lindqvist",
  Password: "seven grey geese",
  "Password again": "seven grey geese",
};
/** A person's own phone, under User Enrollment. */
export const OWN_PHONE = "Chloe’s iPhone";
export const FIRST_PHONE = "Ward 3 – iPhone 1";

/** The address behind the sign-in icon of a phone, as the demo prints it. */
export async function iconOf(baton, phone = FIRST_PHONE) {
  await baton.address(/\/clip\//);
  const addresses = baton.output.matchAll(/^ {2}(.+?)\s+(https?:\/\/\S+\/clip\/\S+)$/gm);
  // The phones know Baton by the address under which they enrolled, people perhaps by another.
  for (const [, name, address] of addresses) if (name === phone) return baton.url + new URL(address).pathname;
  throw new Error(`the demo printed no icon for ${phone}; its output:\n${baton.output}`);
}

/** Taps the icon on a phone's Home Screen. */
export async function openIcon(page, baton, phone) {
  await page.goto(await iconOf(baton, phone));
  await expect(page).toHaveURL(`${baton.url}/clip`);
}

/** Fills in the form of the clip or of the portal. */
export async function signIn(page, userName, password = PASSWORD) {
  await page.getByLabel("User name").fill(userName);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** Signs out through the dry run. */
export async function signOut(page) {
  await page.getByRole("link", { name: "Sign out" }).click();
  await page.getByRole("button", { name: /^Sign out/ }).click();
}

/** Waits on a page that reloads itself, with or without JavaScript. */
export async function waitForHeading(page, name) {
  const exact = typeof name === "string"; // "Getting ready" is not "Ready"
  await expect(page.getByRole("heading", { level: 1, name, exact })).toBeVisible({ timeout: 60_000 });
}

/** Creates the first administrator by the set-up link, and is then in the console. */
export async function setUp(page, baton) {
  await page.goto(await baton.address(/\/setup\//));
  for (const [label, text] of Object.entries(ADMINISTRATOR)) await page.getByLabel(label, { exact: true }).fill(text);
  await page.getByRole("button").click();
  await expect(page).toHaveURL(`${baton.url}/admin`);
}

/** As administrator, waits until the demo's personal phone is there too: it enrols after the shared ones. */
export async function allEnrolled(page, baton) {
  await expect(async () => {
    await page.goto(`${baton.url}/admin/devices`);
    await expect(page.getByRole("link", { name: OWN_PHONE })).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 30_000 });
}

/** The item's line in a list of items. */
export function item(page, name) {
  return page.getByRole("listitem").filter({ hasText: name });
}

/** On a user's page: makes the link under which that user chooses a password, and gives it. */
export async function passwordLink(page) {
  await page.getByRole("button", { name: "Make password link" }).click();
  return await page.locator("code.copy").textContent();
}

/** Chooses a password under the link; this browser is signed in then. */
export async function choosePassword(page, link, password) {
  await page.goto(link);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByLabel("Password again").fill(password);
  await page.getByRole("button", { name: "Save and sign in" }).click();
  await expect(page).toHaveURL(/\/$/);
}
