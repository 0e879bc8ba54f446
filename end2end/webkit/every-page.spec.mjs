// No page is forgotten in Safari's engine either: whatever the router knows is looked at, and axe finds nothing on it.
import { expectAccessibleIn } from "../support/axe.mjs";
import { LINKS, Tour } from "../support/every-page.mjs";
import { iconOf } from "../support/people.mjs";
import { seeEverything } from "../support/tour.mjs";
import { expect, setUp, signIn, test } from "../support/webkit.mjs";

test("every page there is can be used by everybody", async ({ safari, baton, webAssembly }) => {
  test.skip(!webAssembly, "the pages are the same without WebAssembly");
  test.setTimeout(600_000);
  const { session } = safari;
  const visitor = {
    goto: (url) => safari.goto(url),
    links: () => session.run(`return ${LINKS}`),
    check: async () => {
      await expectAccessibleIn(session);
      const overflow = await session.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
      expect(overflow, `pixels by which ${await session.url()} scrolls sideways`).toBe(0);
    },
    cookies: () => session.cookies(),
  };
  await seeEverything(new Tour(visitor, baton), baton, await iconOf(baton), {
    signIn: async (address, name) => {
      await safari.goto(address);
      await signIn(safari, name);
      await safari.expectHeading(/Ready|Getting ready|Just a moment|My devices/);
    },
    setUp: () => setUp(safari, baton),
    send: async (address, fields, button) => {
      await safari.goto(address);
      for (const [label, text] of Object.entries(fields)) await safari.fill(label, text);
      await safari.press(button);
      await safari.expectText(/\S/, "[role=status]");
    },
    text: (selector) => safari.text(selector),
    forget: () => session.forgetCookies(),
  });
});
