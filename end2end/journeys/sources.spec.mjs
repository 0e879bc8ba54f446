// People from three sources sign in, in the portal and on a shared phone; on the phone a provider must ask again (B1–B3, A4–A6).
import { expect, test } from "../support/journey.mjs";
import { iconOf, setUp } from "../support/people.mjs";
import { addSources, signInOnPhone, signInToPortal, startSources } from "../support/three-sources.mjs";

/** A page by the words on it. */
const waysOf = (page) => ({
  goto: (address) => page.goto(address),
  fill: (label, text) => page.getByLabel(label, { exact: true }).fill(text),
  unfold: (name) => page.locator("summary", { hasText: name }).click(),
  tick: (label) => page.getByLabel(label, { exact: true }).check(),
  press: (name) => page.getByRole("button", typeof name === "string" ? { name, exact: true } : { name }).click(),
  follow: (name) => page.getByRole("link", { name, exact: true }).click(),
  expectText: (text) => expect(page.locator("body")).toContainText(text),
  expectHeading: (name) => expect(page.getByRole("heading", { level: 1, name, exact: true })).toBeVisible({ timeout: 60_000 }),
});

test("a local user, one of a directory and two of providers sign in", async ({ page, baton }) => {
  const sources = await startSources(baton);
  try {
    const does = waysOf(page);
    const icon = await iconOf(baton);
    await setUp(page, baton);
    await addSources(does, sources);
    await page.goto("/");
    await does.press("Sign out");
    await signInToPortal(does);
    await signInOnPhone(does, icon, sources);
  } finally {
    await sources.stop();
  }
});
