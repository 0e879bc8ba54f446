// A library with `test = false` would never run a unit test that somebody writes into it. Run by `make check`.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";

const tracked = (...patterns) =>
  execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard", ...patterns], { encoding: "utf8" })
    .split("\0")
    .filter(Boolean);

const library = /^\[lib\]\n((?:(?!\[).*\n?)*)/m;
let findings = 0;
for (const manifest of tracked("Cargo.toml", "*/Cargo.toml")) {
  if (!/^test = false$/m.test(library.exec(readFileSync(manifest, "utf8"))?.[1] ?? "")) continue;
  for (const name of tracked(`${dirname(manifest)}/src/*.rs`)) {
    if (!/#\[(cfg\(test\)|test|tokio::test)/.test(readFileSync(name, "utf8"))) continue;
    findings += 1;
    console.error(`${name}: has a unit test, and ${manifest} says \`test = false\` for the library`);
  }
}
if (findings > 0) process.exit(1);
