// TypeScript types from JSON Schemas: policy-types.mjs SCHEMA OUT. Run by tools/policy-pkg.sh. The schemas are made from the
// Rust types (policy/src/schema.rs), so they use a small part of JSON Schema; anything else stops it.
import { readFileSync, writeFileSync } from "node:fs";

const [source, out] = process.argv.slice(2);
const { $defs } = JSON.parse(readFileSync(source, "utf8"));
const KNOWN = new Set(
  "$ref additionalProperties allOf anyOf const default description enum exclusiveMaximum exclusiveMinimum format items maxItems maximum minItems minimum oneOf pattern prefixItems properties required type uniqueItems".split(" "),
);

const nameOf = (ref) => decodeURIComponent(ref.replace("#/$defs/", "")).replace(/\W/g, "");
const literal = (value) => JSON.stringify(value);
const union = (types) => [...new Set(types)].join(" | ");
const doc = (text, indent) => (text ? `${indent}/** ${text.replace(/\s+/g, " ").replaceAll("*/", "")} */\n` : "");

function object(schema, indent) {
  const inner = `${indent}  `;
  const fields = Object.entries(schema.properties ?? {}).map(([key, of]) => {
    const optional = schema.required?.includes(key) ? "" : "?";
    return `${doc(of.description, inner)}${inner}${literal(key)}${optional}: ${type(of, inner)};\n`;
  });
  if (fields.length > 0) return `{\n${fields.join("")}${indent}}`;
  const { additionalProperties: rest } = schema;
  return rest && typeof rest === "object" ? `Record<string, ${type(rest, indent)}>` : "Record<string, never>";
}

function type(schema, indent = "") {
  if (schema === true) return "unknown";
  for (const key of Object.keys(schema)) if (!KNOWN.has(key)) throw new Error(`no TypeScript for \`${key}\``);
  if (schema.$ref) return nameOf(schema.$ref);
  if ("const" in schema) return literal(schema.const);
  if (schema.enum) return union(schema.enum.map(literal));
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return union(choices.map((choice) => type(choice, indent)));
  if (schema.allOf) return schema.allOf.map((part) => type(part, indent)).join(" & ");
  if (Array.isArray(schema.type)) return union(schema.type.map((one) => type({ ...schema, type: one }, indent)));
  switch (schema.type) {
    case "string":
    case "boolean":
    case "null":
      return schema.type;
    case "number":
    case "integer":
      return "number";
    case "array":
      if (schema.prefixItems) return `[${schema.prefixItems.map((item) => type(item, indent)).join(", ")}]`;
      return `Array<${type(schema.items ?? true, indent)}>`;
    case "object":
      return object(schema, indent);
    default:
      return "unknown";
  }
}

const types = Object.entries($defs).map(
  ([name, schema]) => `${doc(schema.description, "")}export type ${nameOf(name)} = ${type(schema)};\n`,
);
writeFileSync(out, `// Made from the Rust types by tools/policy-types.mjs.\n\n${types.join("\n")}`);
