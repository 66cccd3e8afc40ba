import type { JobName, Jobs } from "./jobs.ts";

/** A library, or a way to do without one, and the jobs that it does. Each runs in a process of its own. */
export interface Peer {
  readonly name: string;
  /** The packages that it needs. Of the first one the version is told. */
  readonly packages: readonly string[];
  /** Numbers are stored in single precision. */
  readonly single?: boolean;
  /** What it makes of problems. It loads its packages only there. */
  readonly jobs: { readonly [J in JobName]?: (problem: Jobs[J]["problem"]) => Made<J> | Promise<Made<J>> };
  /** Where a program in Python does the jobs instead: its name in `python/`, and which. */
  readonly python?: { readonly program: string; readonly jobs: readonly JobName[] };
  /** A whole module that prints the derivative of `4*x*y + exp(-y)` by `x`, simplified. */
  readonly firstUse?: string;
  /** Files that this module fetches besides, such as WebAssembly, as paths of packages. */
  readonly fetched?: readonly string[];
}

type Made<J extends JobName> = Jobs[J]["made"];

/** Whether a peer does a job: what computes gradients trains by them as well. */
export const does = ({ jobs, python }: Peer, job: JobName): boolean =>
  python?.jobs.includes(job) ?? (job in jobs || (job === "training" && "gradient" in jobs));

/**
 * A package, by a name that the compiler does not look up: peers may be absent. The caller says which part of it is used.
 * Rejects with `ERR_MODULE_NOT_FOUND` where it is not installed.
 */
export const load = <Module>(name: string): Promise<Module> => import(name) as Promise<Module>;
