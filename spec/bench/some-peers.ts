/** Peers for the spec of the benchmark: one that is right, and some that are not. */
import type { Gradient } from "./batch.ts";
import type { Peer } from "./harness/peer.ts";

const right: Gradient = (p, g) => {
  const [x = 0, y = 0] = p;
  g[0] = 4 * y;
  g[1] = 4 * x - Math.exp(-y);
  return 4 * x * y + Math.exp(-y);
};

const peer = (name: string, gradient: () => Gradient | Promise<Gradient>): Peer => ({
  name,
  packages: [],
  jobs: { gradient },
});

export const peers: readonly Peer[] = [
  peer("right", () => right),
  peer("right again", () => right),
  peer("slightly wrong", () => (p, g, d) => right(p, g, d) + 1e-3),
  peer("wrong in a partial", () => (p, g, d) => {
    const value = right(p, g, d);
    g[1] = -(g[1] ?? 0);
    return value;
  }),
  peer("not a number", () => () => Number.NaN),
  peer("thrower", () => {
    throw new Error("no such luck");
  }),
  peer("absent", () => import(String("@nobody/has-this-package"))),
  peer("dawdler", () => {
    for (;;) Math.random();
  }),
  peer("quitter", () => process.exit(3)),
];
