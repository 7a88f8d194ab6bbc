// Prints every error the official AsyncAPI parser finds in the document named, and fails if there is one.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const ERROR = 0;
const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], "utf8"));
const errors = diagnostics.filter((found) => found.severity === ERROR);
for (const { path, message } of errors) console.error(`${path.join("/")}: ${message}`);
console.log(JSON.stringify({
  errors: errors.length,
  channels: document?.channels().length ?? 0,
  operations: document?.operations().length ?? 0,
  warnings: diagnostics.filter((found) => found.severity !== ERROR).map((found) => found.message),
}));
process.exit(errors.length ? 1 : 0);
