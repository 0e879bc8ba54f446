// How much the browser's module weighs, and how much of that is the policy: wasm-weight.mjs NAMED OUT. Run by
// tools/site.sh. NAMED is the module with the names of its functions; OUT becomes the same without them. The policy's share
// is what brotli saves when the bodies of its functions and Apple's table are cut out of the module; what the standard
// library adds for its types is not told apart.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";

const WHOLE_AT_MOST = 150_000;
const POLICY_AT_MOST = 60_000;
const TEXTS = "policy/src/apple";

const [named, out] = process.argv.slice(2);
const bytes = readFileSync(named);
let at = 8;

function number() {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return value;
  }
}

function text() {
  const length = number();
  at += length;
  return bytes.toString("utf8", at - length, at);
}

function limits() {
  const flags = bytes[at++];
  number();
  if (flags & 1) number();
}

const SKIP_IMPORT = [
  number,
  () => {
    at += 1;
    limits();
  },
  limits,
  () => {
    at += 2;
  },
];

const sections = [];
const bodies = [];
const names = new Map();
let imported = 0;
while (at < bytes.length) {
  const start = at;
  const id = bytes[at++];
  const length = number();
  const end = at + length;
  const section = { start, end, isNames: false };
  if (id === 2) {
    for (let left = number(); left > 0; left--) {
      text();
      text();
      const kind = bytes[at++];
      imported += kind === 0 ? 1 : 0;
      SKIP_IMPORT[kind]();
    }
  } else if (id === 10) {
    for (let left = number(); left > 0; left--) {
      const size = number();
      bodies.push([at, at + size]);
      at += size;
    }
  } else if (id === 0 && text() === "name") {
    section.isNames = true;
    while (at < end) {
      const kind = bytes[at++];
      const size = number();
      const next = at + size;
      if (kind === 1) for (let left = number(); left > 0; left--) names.set(number(), text());
      at = next;
    }
  }
  at = end;
  sections.push(section);
}

const cut = (whole, ranges) => {
  const kept = [];
  let from = 0;
  for (const [start, end] of ranges) {
    kept.push(whole.subarray(from, start));
    from = end;
  }
  return Buffer.concat([...kept, whole.subarray(from)]);
};

const outOf = sections.filter(({ isNames }) => isNames).map(({ start, end }) => [start, end]);
const module = cut(bytes, outOf);
const policys = bodies.filter((_, index) => /\bbaton_policy\b/.test(names.get(index + imported) ?? ""));
if (policys.length === 0) throw new Error(`${named} has no function of the policy, or no names`);
for (const file of readdirSync(TEXTS).filter((name) => name.endsWith(".txt"))) {
  const content = readFileSync(`${TEXTS}/${file}`);
  const start = bytes.indexOf(content);
  if (start >= 0) policys.push([start, start + content.length]);
}
const ranges = [...policys, ...outOf].sort(([one], [other]) => one - other);
const weight = (module) => brotliCompressSync(module).length;
const whole = weight(module);
const policy = whole - weight(cut(bytes, ranges));

const shown = (size) => size.toLocaleString("en");
console.log(`   the module has ${shown(whole)} bytes in brotli, ${shown(policy)} of them the policy's`);
writeFileSync(out, module);
for (const [what, size, most] of [
  ["the module", whole, WHOLE_AT_MOST],
  ["the policy's share of the module", policy, POLICY_AT_MOST],
]) {
  if (size > most) {
    console.error(`Stopped: ${what} has ${shown(size)} bytes in brotli, and may have ${shown(most)}`);
    process.exitCode = 1;
  }
}
