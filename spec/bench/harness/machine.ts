import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { repository } from "../../support/repository.ts";
import { peers } from "../peers.ts";
import { pythonPath } from "./wire.ts";

/** The folder of the benchmarks, where peers are installed. */
export const benchFolder: string = fileURLToPath(new URL("..", import.meta.url));

/** Processor, engine and the versions of all contenders that are there. */
export function describeMachine(): Record<string, string> {
  const packages = peers.map(({ packages: [name] }) => name).filter(name => name !== undefined);
  const versions = [...new Set(packages)].map(name => [name, versionOf(name)] as const);
  return {
    processor: `${cpus().length} × ${cpus()[0]?.model.trim() ?? "an unknown processor"}`,
    platform: `${process.platform} ${process.arch}`,
    node: `Node ${process.versions.node} (V8 ${process.versions.v8})`,
    fluxion: `fluxion ${versionIn(repository)}`,
    ...Object.fromEntries(
      versions.filter(([, version]) => version !== undefined).map(([name, version]) => [name, `${name} ${version}`]),
    ),
    ...pythonVersions(),
  };
}

/** Where a package is installed: beside the benchmarks, or in the repository. */
export function placeOf(name: string): string | undefined {
  return [benchFolder, repository]
    .map(folder => join(folder, "node_modules", name))
    .find(folder => existsSync(join(folder, "package.json")));
}

function versionOf(name: string): string | undefined {
  const place = placeOf(name);
  return place === undefined ? undefined : versionIn(place);
}

const versionIn = (folder: string): string =>
  (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string }).version;

const question = `
import importlib.metadata as m, platform
print("Python", platform.python_version())
for name in ["numpy", "torch", "sympy"]:
    try: print(name, m.version(name))
    except m.PackageNotFoundError: pass`;

function pythonVersions(): Record<string, string> {
  const { stdout, status } = spawnSync(pythonPath(), ["-c", question], { encoding: "utf8" });
  if (status !== 0) return {};
  return Object.fromEntries(
    stdout
      .trim()
      .split("\n")
      .map(line => [line.split(" ")[0]?.toLowerCase() ?? line, line]),
  );
}
