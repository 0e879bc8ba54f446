// Photographs the gallery and looks it over: `make pictures`, or after `cargo run -p baton-app --example gallery
// --features pages` alone: `node app/examples/gallery/shots.mjs [part of a page's name]`. Pictures and a contact sheet
// (index.html) go to target/pictures. Ends with 1 if a page does not hold its text, has too small a target on a phone, or
// is refused by axe. LOOK=dark takes only the looks with that in their name.
// Needs Playwright, and a Chromium named by CHROMIUM or found as `chromium`.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { join } from "node:path";
import { lookOver } from "./look-over.mjs";
import { sheet } from "./sheet.mjs";
import { serve } from "./site.mjs";

const require = createRequire(join(process.env.PLAYWRIGHT_FROM ?? process.cwd(), "package.json"));
const { chromium } = require("playwright-core");
const axe = require("axe-core");

const gallery = process.env.GALLERY ?? "target/gallery";
const album = "target/pictures";
const wanted = process.argv[2] ?? "";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const phone = { width: 390, height: 844, touch: true };
const desk = { width: 1440, height: 900, touch: false };
const looks = [
  { name: "390-light", ...phone, colorScheme: "light", axe: true },
  { name: "390-dark", ...phone, colorScheme: "dark", axe: true },
  { name: "1440-light", ...desk, colorScheme: "light", axe: true },
  { name: "1440-dark", ...desk, colorScheme: "dark", axe: true },
  // Pages for people with a phone in their hand, at 200% text (I3), and on the smallest phone.
  { name: "390-large", ...phone, colorScheme: "light", text: "200%", only: /^(clip|portal|enroll)/ },
  { name: "320-light", ...phone, width: 320, height: 568, colorScheme: "light", only: /^(clip|portal|enroll)/ },
].filter(({ name }) => !process.env.LOOK || name.includes(process.env.LOOK));

const files = readdirSync(gallery).filter((file) => file.endsWith(".html") && file.includes(wanted));
// German is longer, and its colours are the same.
const isSeen = (look, file) => (!file.endsWith(".de.html") || look.colorScheme === "light") && (!look.only || look.only.test(file));

const site = await serve(gallery);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
});
if (!wanted) rmSync(album, { recursive: true, force: true });
mkdirSync(album, { recursive: true });

const pictures = [];
const findings = [];

async function photograph(page, look, file) {
  const name = file.replace(".html", "");
  const note = (text) => findings.push({ page: name, look: look.name, text });
  page.on("console", (message) => message.type() === "error" && note(`the browser says: ${message.text()}`));
  await page.setViewportSize({ width: look.width, height: look.height });
  await page.goto(`${site.origin}/${file}`);
  if (look.text) await page.evaluate((size) => void (document.documentElement.style.fontSize = size), look.text);
  const shell = readFileSync(join(gallery, file), "utf8").match(/<body class="(\w+)-shell"/)?.[1];
  for (const text of await page.evaluate(lookOver, { touch: look.touch && shell !== "console" })) note(text);
  page.removeAllListeners("console"); // axe itself tries styles that the policy refuses
  if (look.axe && !file.endsWith(".de.html")) {
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] }), TAGS);
    for (const { id, help, nodes } of violations) note(`axe: ${id}: ${help}: ${nodes.map(({ html }) => html).join(" ")}`);
  }
  // A window as high as the page, so that what sticks to its edge is where it is when one has scrolled to the end.
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width: look.width, height: Math.max(height, look.height) });
  const picture = `${name}.${look.name}.png`;
  await page.screenshot({ path: join(album, picture) });
  pictures.push({ page: name, look: look.name, file: picture, width: look.width });
}

const jobs = looks.flatMap((look) => files.filter((file) => isSeen(look, file)).map((file) => ({ look, file })));
await Promise.all(
  Array.from({ length: Math.min(2, cpus().length) }, async () => {
    let context;
    let current;
    for (let job = jobs.shift(); job; job = jobs.shift()) {
      if (job.look !== current) {
        await context?.close();
        current = job.look;
        const { colorScheme, touch } = current;
        context = await browser.newContext({ colorScheme, hasTouch: touch, isMobile: touch });
        context.setDefaultTimeout(30_000);
      }
      const page = context.pages()[0] ?? (await context.newPage());
      await photograph(page, job.look, job.file);
    }
    await context?.close();
  }),
);
await browser.close();
site.close();

const order = new Map(looks.map(({ name }, index) => [name, index]));
const byPage = (a, b) => (a.page < b.page ? -1 : a.page > b.page ? 1 : order.get(a.look) - order.get(b.look));
writeFileSync(join(album, "index.html"), sheet(pictures.sort(byPage), findings.sort(byPage)));
for (const { page, look, text } of findings) console.log(`${page} (${look}): ${text}`);
console.log(`${pictures.length} pictures, ${findings.length} findings: ${join(album, "index.html")}`);
process.exitCode = findings.length > 0 ? 1 : 0;
