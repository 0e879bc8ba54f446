// Looks through every tracked text file for what belongs to one machine: its folders, and the addresses of package
// registries or their mirrors. Run by `make check`.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { homedir } from "node:os";

const names = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" })
  .split("\0")
  .filter(Boolean);

const literal = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const folders = [`${process.cwd()}/`, `${dirname(process.cwd())}/`, `${homedir()}/`].filter((folder) => !["/", "//", "/tmp/"].includes(folder));

const forbidden = [
  ["a folder of this machine", new RegExp(`(^|[^\\w.])(${folders.map(literal).join("|")})`)],
  ["somebody's home folder", /(^|[^\w.])\/(home|Users)\/[a-z]\w*\//],
  // Cargo.lock names crates.io's index by its own well-known address; that is Cargo's format, and the same everywhere.
  ["the address of a package registry", /\b(registry\.npmjs\.org|registry\.yarnpkg\.com|(static|index)\.crates\.io|files\.pythonhosted\.org|deb\.debian\.org|static\.rust-lang\.org)\b/],
  ["a download address in package-lock.json", /"resolved":\s*"/],
];

let findings = 0;
for (const name of names) {
  // This file holds the patterns.
  if (name === "tools/check/tracked-files.mjs") continue;
  let text;
  try {
    text = readFileSync(name, "utf8");
  } catch {
    continue; // deleted, not yet committed
  }
  if (text.includes("\0")) continue;
  text.split("\n").forEach((line, index) => {
    for (const [what, pattern] of forbidden) {
      if (what.includes("package-lock") && !name.endsWith("package-lock.json")) continue;
      if (pattern.test(line)) {
        findings += 1;
        console.error(`${name}:${index + 1}: ${what}: ${line.trim().slice(0, 120)}`);
      }
    }
  });
}
if (findings > 0) {
  console.error(`\n${findings} line(s) would not mean the same on another machine. Write them without the path or address;`);
  console.error("for package-lock.json: npm install --omit-lockfile-registry-resolved.");
  process.exit(1);
}
