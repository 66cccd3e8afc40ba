import type { Peer } from "./harness/peer.ts";
import { peer as byHand } from "./peers/by-hand.ts";
import { peer as computeEngine } from "./peers/compute-engine.ts";
import { peers as fluxion } from "./peers/fluxion.ts";
import { peer as jaxJs } from "./peers/jax-js.ts";
import { peer as mathjs } from "./peers/mathjs.ts";
import { peer as nerdamer } from "./peers/nerdamer.ts";
import { peers as python } from "./peers/python.ts";
import { peer as rose } from "./peers/rose.ts";
import { peers as tfjs } from "./peers/tfjs.ts";

/** All contenders, in the order of the report. The others are compared with the first one. */
export const peers: readonly Peer[] = [
  ...fluxion,
  byHand,
  mathjs,
  nerdamer,
  computeEngine,
  rose,
  jaxJs,
  ...tfjs,
  ...python,
];
