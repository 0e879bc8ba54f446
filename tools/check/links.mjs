// Follows every relative link in the Markdown files to its file, and to its heading. Run by `make check`.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const documents = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"], { encoding: "utf8" })
  .split("\0")
  .filter((name) => name && existsSync(name));

const withoutCode = (text) => text.replace(/^```[\s\S]*?^```/gm, "").replace(/`[^`\n]*`/g, "");

// GitHub's rule for a heading's anchor.
const anchor = (heading) => heading.trim().toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").replace(/\s/g, "-");
const anchors = (name) =>
  new Set([...readFileSync(name, "utf8").matchAll(/^#{1,6}\s+(.*)$/gm)].map((match) => anchor(match[1].replace(/`/g, ""))));

let findings = 0;
const report = (name, link, why) => {
  findings += 1;
  console.error(`${name}: ${link}: ${why}`);
};

for (const name of documents) {
  for (const [, link] of withoutCode(readFileSync(name, "utf8")).matchAll(/\]\(([^)\s]+)[^)]*\)/g)) {
    if (/^[a-z][a-z+.-]*:/i.test(link)) continue; // another site; nothing here goes on the network
    const [path, heading] = link.split("#");
    const target = path === "" ? name : normalize(join(dirname(name), decodeURIComponent(path)));
    if (!existsSync(target)) report(name, link, "no such file");
    else if (heading && statSync(target).isFile() && target.endsWith(".md") && !anchors(target).has(heading)) {
      report(name, link, `no such heading in ${target}`);
    }
  }
}
if (findings > 0) process.exit(1);
