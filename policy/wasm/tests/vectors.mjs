// The golden vectors and bad input, asked of the package. It runs in Node and, as it is, in a browser: `policy` is the package.

/** Like `node:assert`'s deepEqual for JSON: the order of fields does not matter. */
export function sameJson(one, other) {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => key in other && sameJson(one[key], other[key]));
}

function answered(policy, { request, snapshot, question }) {
  try {
    return request ? policy.answer(request) : policy.Policy.load(snapshot).ask(question);
  } catch (error) {
    if (!(error instanceof policy.PolicyError)) throw error;
    return { error: { code: error.code, path: error.path } };
  }
}

/** Asks every vector of `files` ({name: [vector]}) and gives what failed. */
export function failures(policy, files) {
  const failed = [];
  for (const [file, vectors] of Object.entries(files)) {
    for (const vector of vectors) {
      const answer = answered(policy, vector);
      if (!sameJson(answer, vector.expected)) failed.push(`${file}: ${vector.name}: answered ${JSON.stringify(answer)}`);
    }
  }
  return failed;
}

/** Tries bad snapshots and gives what was not refused with the right code and path. */
export function wronglyTaken(policy, snapshots) {
  const failed = [];
  for (const { name, text, code, path } of snapshots) {
    try {
      policy.Policy.load(text);
      failed.push(`${name}: was taken`);
    } catch (error) {
      const isRight = error instanceof policy.PolicyError && error.code === code && error.path === path && error.message;
      if (!isRight) failed.push(`${name}: ${error.code} at \`${error.path}\`: ${error.message}`);
    }
  }
  return failed;
}
