// Pictures of a page on its journey for a person to look at: phone and desktop, light and dark. They are taken when
// PICTURES=1 asks for them; `make pictures` has every page in every state without a journey.
import { join } from "node:path";
import { test } from "@playwright/test";

const widths = { phone: [390, 844], desktop: [1440, 900] };

/** Writes test-results/pictures/NAME-{phone,desktop}-{light,dark}.png, whole pages. One project does; the others see the same. */
export async function takePictures(page, name) {
  if (!process.env.PICTURES || test.info().project.name !== "sqlite") return;
  const before = page.viewportSize();
  for (const [device, [width, height]] of Object.entries(widths)) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join("test-results", "pictures", `${name}-${device}-${colorScheme}.png`), fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: null });
  if (before) await page.setViewportSize(before);
}
