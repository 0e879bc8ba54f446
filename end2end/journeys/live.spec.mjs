// Progress that comes by itself (A12): nothing is loaded again, focus stays, and a screen reader hears of it. Without
// JavaScript the same pages load again by themselves; handover.spec.mjs goes through them in both ways.
import { expectAccessible } from "../support/axe.mjs";
import { expect, test } from "../support/journey.mjs";
import { iconOf, item, openIcon, signIn, signOut, waitForHeading } from "../support/people.mjs";
import { takePictures } from "../support/pictures.mjs";

// The phones are watched at work.
test.use({ speed: 1 });

/** Counts the documents that the page loads from now on. */
function documents(page) {
  const loaded = [];
  page.on("request", (request) => {
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) loaded.push(new URL(request.url()).pathname);
  });
  return loaded;
}

/** What a screen reader is told, in order. */
async function hear(page) {
  await page.evaluate(() => {
    window.heard = [];
    const place = document.getElementById("live");
    new MutationObserver(() => window.heard.push(place.textContent)).observe(place, { childList: true });
  });
  return () => page.evaluate(() => window.heard);
}

test("items arrive on the open page @script", async ({ page, baton }) => {
  await openIcon(page, baton);
  await signIn(page, "ada");
  await waitForHeading(page, /Getting ready|Just a moment/);
  const loaded = documents(page);
  const heard = await hear(page);
  await page.getByRole("link", { name: "Pause updates" }).focus();
  await expectAccessible(page);

  await waitForHeading(page, "Ready");

  await expect(item(page, "Rounds")).toContainText("Installed");
  await expect(page).toHaveTitle("Ready · Baton");
  expect(loaded).toEqual([]);
  expect((await heard()).at(-1)).toMatch(/^Ready\. /);
  // What had the focus is gone; it went to the heading and not to the start of the page.
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await expectAccessible(page);
  await takePictures(page, "clip-live-ready");
});

test("cleaning goes on by itself and leads to the next sign-in @script", async ({ page, baton }) => {
  await openIcon(page, baton);
  await signIn(page, "ada");
  await waitForHeading(page, "Ready");
  await signOut(page);
  await waitForHeading(page, "Not ready yet");
  const loaded = documents(page);
  const numbers = new Set();
  await page.exposeFunction("progressed", (text) => numbers.add(text));
  await page.evaluate(() => {
    const tell = () => window.progressed(document.querySelector(".lead").textContent);
    new MutationObserver(tell).observe(document.querySelector("main"), { childList: true, subtree: true, characterData: true });
    tell();
  });

  await waitForHeading(page, "Sign in to this phone");

  expect(loaded, "one step on, and no loading again on the way").toEqual(["/clip"]);
  expect(numbers.size).toBeGreaterThan(1);
  await expect(page.getByText("Ada")).toHaveCount(0);
  await expect(page.locator("script")).toHaveCount(0);
});

test("a page that is open elsewhere leaves with its session @script", async ({ page, baton, browser }) => {
  await openIcon(page, baton);
  await signIn(page, "ada");
  await waitForHeading(page, "Ready");

  const other = await browser.newContext();
  const second = await other.newPage();
  await second.goto(await iconOf(baton));
  await second.goto(`${baton.url}/clip/end-session`);
  await second.getByRole("button").last().click();

  await waitForHeading(page, /Not ready yet|Sign in to this phone|Home Screen/);
  await expect(page.getByText("Ada Lindqvist")).toHaveCount(0);
  await other.close();
});

test("a page survives that its server is replaced, and says so meanwhile @script", async ({ page, baton }) => {
  await openIcon(page, baton);
  await signIn(page, "ada");
  await waitForHeading(page, "Ready");
  const loaded = documents(page);

  await baton.kill();
  await expect(page.getByText("No connection to the server.")).toBeVisible();
  await expectAccessible(page);
  await takePictures(page, "clip-live-lost");
  await baton.launch();

  await expect(page.getByText("No connection to the server.")).toBeHidden({ timeout: 60_000 });
  await waitForHeading(page, "Ready");
  expect(loaded).toEqual([]);
});

test("where events do not come through, the page follows all the same @script", async ({ page, baton }) => {
  await page.route("**/clip/events**", (route) => route.abort());
  await openIcon(page, baton);
  await signIn(page, "ada");
  await waitForHeading(page, /Getting ready|Just a moment/);
  const loaded = documents(page);

  await waitForHeading(page, "Ready");

  expect(loaded).toEqual([]);
});

test("a page that is held still does not change @script", async ({ page, baton }) => {
  await openIcon(page, baton);
  await signIn(page, "ada");
  await waitForHeading(page, /Getting ready|Just a moment/);
  await page.getByRole("link", { name: "Pause updates" }).click();
  await expect(page.getByRole("link", { name: "Resume updates" })).toBeVisible();
  await expect(page.locator("script")).toHaveCount(0);
});
