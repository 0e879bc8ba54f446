// Progress that comes by itself in Safari's engine (A12), with and without WebAssembly.
import { iconOf } from "../support/people.mjs";
import { expect, signIn, test } from "../support/webkit.mjs";

// The phones are watched at work.
test.use({ speed: 1 });

/** Something that only the document that is open now has. */
const mark = (safari) => safari.session.run("window.opened = true");
const isMarked = (safari) => safari.session.run("return window.opened === true");

test("items arrive on the open page, and cleaning leads on to the next sign-in", async ({ safari, baton }) => {
  await safari.goto(await iconOf(baton));
  await signIn(safari, "ada");
  await safari.expectHeading(/Getting ready|Just a moment/);
  await mark(safari);

  await safari.expectHeading("Ready");
  await safari.expectText(/Rounds.*Installed/, "main li");
  expect(await isMarked(safari), "nothing was loaded again").toBe(true);
  expect(await safari.text("#live")).toMatch(/^Ready\./);

  await safari.follow("Sign out");
  await safari.press(/^Sign out and remove/);
  await safari.expectHeading("Not ready yet");
  await safari.expectHeading("Sign in to this phone");
});

test("a page survives that its server is replaced, and says so meanwhile", async ({ safari, baton }) => {
  await safari.goto(await iconOf(baton));
  await signIn(safari, "ada");
  await safari.expectHeading("Ready");
  await mark(safari);

  await baton.kill();
  await safari.expectText("No connection to the server.");
  await baton.launch();

  await expect.poll(() => safari.text(), { timeout: 60_000 }).not.toContain("No connection to the server.");
  expect(await isMarked(safari)).toBe(true);
});
