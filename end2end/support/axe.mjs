// The accessibility check for every page of a journey.
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "@playwright/test";

/**
 * Claims that axe finds nothing against WCAG 2.2 AA on the page as it is now. In the projects without JavaScript it claims
 * nothing: axe itself needs the page's timers, and the project with JavaScript sees the same HTML.
 */
export async function expectAccessible(page) {
  if (test.info().project.use.javaScriptEnabled === false) return;
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
    .analyze();
  const findings = violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map((node) => `  ${node.html}`).join("\n")}`);
  expect(findings, `accessibility of ${page.url()}`).toEqual([]);
}
