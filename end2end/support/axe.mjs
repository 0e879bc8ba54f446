// The accessibility check for every page, in any browser: axe finds nothing against WCAG 2.2 AA.
import { expect, test } from "@playwright/test";
import axe from "axe-core";

const OPTIONS = {
  runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
  resultTypes: ["violations"],
};

/**
 * Claims that axe finds nothing on the page as it is now. In the projects without JavaScript it claims nothing: axe itself
 * needs the page's timers, and the project with JavaScript sees the same HTML. Nor on PostgreSQL, for the same reason.
 */
export async function expectAccessible(page) {
  const { javaScriptEnabled, engine } = test.info().project.use;
  if (javaScriptEnabled === false || engine === "postgres") return;
  let results;
  // A page that shows progress may load again meanwhile.
  await expect(async () => {
    await page.evaluate(axe.source);
    results = await page.evaluate((options) => globalThis.axe.run(document, options), OPTIONS);
  }).toPass({ timeout: 30_000 });
  claimNone(results, page.url());
}

/** The same for the page in a WebDriver session. */
export async function expectAccessibleIn(session) {
  const results = await session.runAsync(`${axe.source}; return await axe.run(document, arguments[0]);`, OPTIONS);
  claimNone(results, await session.url());
}

function claimNone({ violations }, url) {
  const findings = violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map((node) => `  ${node.html}`).join("\n")}`);
  expect(findings, `accessibility of ${url}`).toEqual([]);
}
