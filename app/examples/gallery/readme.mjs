// Makes the pictures of the README from the gallery: `make pictures ARGS=readme`.
import { createRequire } from "node:module";
import { join } from "node:path";
import { serve } from "./site.mjs";

const require = createRequire(join(process.env.PLAYWRIGHT_FROM ?? process.cwd(), "package.json"));
const { chromium } = require("playwright-core");

const phone = { width: 390, height: 844 };
const desk = { width: 1280, height: 800 };

/** Each picture shows some pages side by side, as they are when they have just been opened. */
const pictures = [
  { file: "phone.png", window: phone, pages: ["clip-sign-in-clean", "clip-holder-busy", "clip-sign-out"] },
  { file: "console.png", window: desk, pages: ["admin-what-if-danger"] },
  { file: "dashboard.png", window: { ...desk, height: 520 }, pages: ["admin-dashboard"] },
  { file: "dark.png", window: phone, pages: ["clip-holder-ready", "clip-in-use", "portal-home"], colorScheme: "dark" },
];

const site = await serve(process.env.GALLERY ?? "target/gallery");
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
});
for (const { file, window, pages, colorScheme = "light" } of pictures) {
  const context = await browser.newContext({ viewport: window, colorScheme, javaScriptEnabled: false });
  const page = await context.newPage();
  const shots = [];
  for (const name of pages) {
    await page.goto(`${site.origin}/${name}.html`);
    shots.push((await page.screenshot()).toString("base64"));
  }
  await page.goto("about:blank"); // the gallery's policy would refuse the styles below
  await page.setViewportSize({ width: pages.length * (window.width + 28) + 28, height: window.height + 56 });
  const ground = colorScheme === "dark" ? "#3a3a38" : "#d5d4cf";
  await page.setContent(
    `<body style="margin:28px;display:flex;gap:28px;background:${ground}">${shots
      .map((shot) => `<img style="border-radius:10px" src="data:image/png;base64,${shot}">`)
      .join("")}`,
  );
  await page.screenshot({ path: join("docs/pictures", file) });
  console.log(join("docs/pictures", file));
  await context.close();
}
await browser.close();
site.close();
