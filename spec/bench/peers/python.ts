import type { Peer } from "../harness/peer.ts";

/** What is at hand where Python is. */
export const peers: readonly Peer[] = [
  // In doubles over the points, in singles for networks, as the others.
  {
    name: "NumPy",
    packages: [],
    jobs: {},
    python: { program: "numpy_peer", jobs: ["batch", "step", "training", "mixture"] },
  },
  { name: "PyTorch", packages: [], jobs: {}, python: { program: "torch_peer", jobs: ["batch", "step", "training"] } },
  {
    name: "SymPy",
    packages: [],
    jobs: {},
    python: { program: "sympy_peer", jobs: ["gradient", "derivative", "training"] },
  },
];
