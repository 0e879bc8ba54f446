// What the administrator does in the console, in Safari's engine (A8, A9, B9, C4).
import { iconOf } from "../support/people.mjs";
import { expect, setUp, test } from "../support/webkit.mjs";

test("from the set-up link to an edited distribution", async ({ safari, baton }) => {
  await iconOf(baton); // the phones are enrolled
  await setUp(safari, baton);

  await test.step("the built-in configuration is found by search", async () => {
    await safari.goto("/admin/configurations?q=multi-user");
    await safari.follow("Multi-user Secure Sign-in for iOS");
    await safari.follow("Edit Distribution");
  });

  await test.step("a distribution that would lose the sign-in page is stopped", async () => {
    await safari.choose(/^Custom/);
    await safari.tick("Nurses", ".include");
    await safari.press(/^Save/);
    await safari.expectText("Not saved: phones would lose their sign-in page", "[role=alert]");
    await safari.expectText("4 devices");
  });

  await test.step("one click puts it right", async () => {
    await safari.press("Fix and save");
    await safari.expectText(/\S/, "[role=status]");
    await safari.follow("Edit Distribution");
    await safari.expectText("Nobody");
  });
});

test("typing in the search field filters the rows on screen, and without WebAssembly the form does", async ({ safari, baton, webAssembly }) => {
  await iconOf(baton);
  await setUp(safari, baton);
  await safari.goto("/admin/users");
  const rows = () => safari.session.run("return [...document.querySelectorAll('tbody tr')].filter((row) => row.checkVisibility()).length");
  expect(await rows()).toBeGreaterThan(1);
  await expect(async () => {
    await safari.fill(/Search/, webAssembly ? "chloe" : "chloe\uE007");
    await expect.poll(rows, { timeout: 2_000 }).toBe(1);
  }).toPass({ timeout: 30_000 });
});
