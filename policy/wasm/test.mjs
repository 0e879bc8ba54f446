// Runs the golden vectors against the policy in WebAssembly.
// usage: node test.mjs MODULE VECTORS
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync } from 'node:zlib';

const [modulePath, vectors] = process.argv.slice(2);
const { answer } = await import(pathToFileURL(resolve(modulePath)));

const failures = [];
let passed = 0;
function check(name, test) {
  try {
    test();
    passed += 1;
  } catch (error) {
    failures.push(`${name}: ${error.message}`);
  }
}

for (const file of readdirSync(vectors).filter((name) => name.endsWith('.json')).sort()) {
  for (const { name, request, expected } of JSON.parse(readFileSync(join(vectors, file), 'utf8'))) {
    check(`${file}: ${name}`, () => {
      assert.deepEqual(JSON.parse(answer(JSON.stringify(request))), expected);
    });
  }
}
const vectorCount = passed + failures.length;
check('there are vectors', () => assert.ok(vectorCount > 0));

for (const [name, request, message] of [
  ['not JSON', '{', /ends too early.* at line 1 column 2/],
  ['an unknown question', '{"guess":{}}', /unknown variant `guess`/],
  ['an unknown name', '{"decideAction":{"action":"explode"}}', /unknown name `explode`/],
]) {
  check(`refuses ${name} with a message`, () => {
    assert.throws(() => answer(request), (thrown) => thrown instanceof Error && message.test(thrown.message));
  });
}

const size = brotliCompressSync(
  readFileSync(modulePath.replace(/\.js$/, '_bg.wasm')),
).length;
check('the package stays within its 100 kB', () => assert.ok(size <= 100_000, `${size} bytes`));
for (const failure of failures) console.error(`FAILED ${failure}`);
console.log(`${passed} passed, ${failures.length} failed; ${size} bytes compressed by brotli`);
process.exit(failures.length === 0 ? 0 : 1);
