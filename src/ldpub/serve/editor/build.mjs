// Bundles src/page.ts into ../static/sparql.js, and the licences of what is in it into ../static/sparql.LICENSES.txt.
// The same packages (package-lock.json) give the same bytes. `node build.mjs FOLDER` writes them elsewhere.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = process.argv[2] ?? join(here, "..", "static");
process.chdir(here);

const result = await build({
  entryPoints: ["src/page.ts"],
  outfile: join(target, "sparql.js"),
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  banner: { js: "/* ldpub's query editor, with CodeMirror: sparql.LICENSES.txt */" },
  metafile: true,
  logLevel: "warning",
});

const bundled = Object.values(result.metafile.outputs).flatMap((output) =>
  Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([name]) => name),
);
const packages = [...new Set(bundled.map((name) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(name)?.[1]))]
  .filter((name) => name !== undefined)
  .sort();
const licences = packages.map((name) => {
  const folder = join("node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file || !existsSync(join(folder, file))) throw new Error(`${name} has no licence text`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
});
writeFileSync(
  join(target, "sparql.LICENSES.txt"),
  `sparql.js holds these packages from npm, each under its own licence.\n\n${licences.join(`\n${"-".repeat(72)}\n\n`)}`,
);
