/** What it costs to begin: from an empty process to the first derivative, on the disk, and in a page. */
import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { evaluate } from "../../lib/evaluate.ts";
import { parse } from "../../lib/syntax/parse.ts";
import { repository } from "../support/repository.ts";
import type { Family, Measurement, Missing } from "./family.ts";
import { benchFolder, placeOf } from "./harness/machine.ts";
import type { Peer } from "./harness/peer.ts";
import { peers } from "./peers.ts";
import { quantile } from "./timing.ts";

type Report = (line: Measurement | Missing) => void;

/** A contender with a module that prints a derivative. Without packages, it is ourselves. */
interface Beginner extends Peer {
  readonly firstUse: string;
}

const isBeginner = (peer: Peer): peer is Beginner => peer.firstUse !== undefined;
const isOwn = ({ packages }: Peer): boolean => packages.length === 0;

export const family: Family = {
  about:
    "CPU time from the start of a process to d/dx (4xy + exp(-y)), above an empty one; installed; bundled and gzipped",
  async run(report, { rounds }) {
    // What users install, not what lies here.
    execFileSync("npm", ["run", "build"], { cwd: repository, stdio: "ignore" });
    const present: Beginner[] = [];
    for (const peer of peers.filter(isBeginner)) {
      const missing = missingOf(peer);
      if (missing === undefined) present.push(peer);
      else report({ what: peer.name, case: "from start to first derivative", peer: peer.name, ...missing });
    }
    reportStarts(report, present, Math.min(rounds, 15));
    for (const peer of present) reportSize(report, peer);
    await reportBundles(report, present);
  },
};

function missingOf(peer: Beginner): Pick<Missing, "missing" | "note"> | undefined {
  if (peer.packages.some(name => placeOf(name) === undefined)) {
    return { missing: "absent", note: "not installed: npm run bench:setup" };
  }
  const { printed, error } = started(peer.firstUse, folderOf(peer));
  if (error !== "") return { missing: "failed", note: error };
  return Math.abs(evaluate(parse(printed), { x: 2, y: 3 }) - 12) < 1e-6
    ? undefined
    : { missing: "wrong", note: `prints ${printed}` };
}

/** Everybody in turn, an empty process first. */
function reportStarts(report: Report, present: readonly Beginner[], rounds: number): void {
  const contenders = [{ firstUse: "", packages: [] }, ...present];
  const times: number[][] = contenders.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, peer] of contenders.entries()) times[i]?.push(started(peer.firstUse, folderOf(peer)).cpu);
  }
  const [empty = [], ...own] = times;
  const floor = quantile(empty, 0.5);
  const above = own.map(each => quantile(each, 0.5) - floor);
  report({ what: "an empty process", value: floor, unit: "ms" });
  for (const [i, peer] of present.entries()) {
    const line = {
      ...labelOf("from start to first derivative", peer.name),
      value: above[i] ?? Number.NaN,
      unit: "ms",
    } as const;
    report(isOwn(peer) ? { ...line, target: 60 } : line);
  }
}

function reportSize(report: Report, peer: Beginner): void {
  const bytes = isOwn(peer) ? ownSize() : sizeOf(peer.packages);
  report({ ...labelOf("installed, dependencies too", peer.name), value: bytes / 1e6, unit: "MB" });
}

async function reportBundles(report: Report, present: readonly Beginner[]): Promise<void> {
  for (const peer of present) {
    const fetched = (peer.fetched ?? []).map(path => gzipped(readFileSync(join(benchFolder, "node_modules", path))));
    const bytes = fetched.reduce((sum, size) => sum + size, await bundled(peer.firstUse, folderOf(peer)));
    report({ ...labelOf("bundled for this, gzipped", peer.name), value: bytes / 1000, unit: "kB" });
  }
  const names = "parse, variable, differentiate, gradient, simplify, evaluate, toString, compile, compileGradient";
  const core = await bundled(`export { ${names} } from "fluxion";`, repository);
  report({ what: "the core, bundled and gzipped", value: core / 1000, unit: "kB", target: 20, note: names });
}

const labelOf = (what: string, peer: string) => ({ what: `${what}, ${peer}`, case: what, peer });

const folderOf = (peer: Pick<Peer, "packages"> & { readonly firstUse: string }): string =>
  peer.packages.length === 0 ? repository : benchFolder;

/** What a module prints, and the milliseconds of CPU of its whole process up to its last line. */
function started(module: string, cwd: string): { printed: string; cpu: number; error: string } {
  const told = `${module}\nconst used = process.cpuUsage();\nprocess.stderr.write("\\ncpu " + (used.user + used.system));`;
  const args = ["--input-type=module", "--eval", told];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: "utf8", timeout: 60_000 });
  const [, microseconds] = /\ncpu (\d+)$/.exec(stderr) ?? [];
  const lines = stdout.trim().split("\n");
  return microseconds === undefined
    ? { printed: "", cpu: Number.NaN, error: stderr.trim().slice(0, 160) || "no time told" }
    : { printed: lines.at(-1) ?? "", cpu: Number(microseconds) / 1000, error: "" };
}

async function bundled(contents: string, resolveDir: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    // Branches for Node that no page takes.
    external: ["node:*", "fs", "path", "os", "crypto", "util", "string_decoder", "url", "worker_threads", "perf_hooks"],
    loader: { ".wasm": "file" },
    outdir: "out",
    logLevel: "silent",
  });
  return outputFiles.filter(({ path }) => path.endsWith(".js")).reduce((sum, file) => sum + gzipped(file.contents), 0);
}

const gzipped = (bytes: Uint8Array): number => gzipSync(bytes, { level: 9 }).length;

/** What `npm pack` would send, and the packages that come with it. */
function ownSize(): number {
  const text = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: repository,
    encoding: "utf8",
  });
  const [{ unpackedSize } = { unpackedSize: Number.NaN }] = JSON.parse(text) as { unpackedSize: number }[];
  return unpackedSize + sizeOf(dependenciesOf(repository));
}

/** The bytes of packages and of all that they depend on. */
function sizeOf(names: readonly string[]): number {
  const found = new Set<string>();
  const waiting = [...names];
  let bytes = 0;
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const place = placeOf(name);
    if (place === undefined || found.has(name)) continue;
    found.add(name);
    for (const file of readdirSync(place, { recursive: true, encoding: "utf8" })) {
      const stats = statSync(join(place, file));
      if (stats.isFile()) bytes += stats.size;
    }
    waiting.push(...dependenciesOf(place));
  }
  return bytes;
}

function dependenciesOf(folder: string): readonly string[] {
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    dependencies?: Record<string, string>;
  };
  return Object.keys(dependencies);
}
