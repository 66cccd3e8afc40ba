import { networks as drawn } from "../../demos/networks.ts";
import { gradient } from "../../lib/calculus/gradient.ts";
import type { Definitions } from "../../lib/expression/definition.ts";
import { parseDefinitions } from "../../lib/syntax/parse.ts";
import { schedule } from "../../lib/tape/schedule.ts";
import type { Tape } from "../../lib/tape/tape.ts";

/** Definitions with a loss, and the readings of what it is differentiated by. */
export interface Network {
  readonly definitions: Definitions;
  readonly parameters: readonly string[];
}

const network = (text: string, ...parameters: string[]): Network => ({
  definitions: parseDefinitions(text),
  parameters,
});

export const normalised: Network = network(
  `
  a[n,k] = sum(j, x[n,j]*W1[j,k])
  mu[k] = mean(n, a[n,k])
  v[k] = mean(n, (a[n,k] - mu[k])^2)
  xh[n,k] = (a[n,k] - mu[k]) / sqrt(v[k] + 0.001)
  h[n,k] = tanh(g[k]*xh[n,k] + be[k])
  z[n,c] = sum(k, h[n,k]*W2[k,c]) + b2[c]
  loss = mean(n, logsumexp(c, z[n,c]) - z[n,label[n]])`,
  "W1[j,k]",
  "g[k]",
  "be[k]",
  "W2[k,c]",
  "b2[c]",
);
export const mixture: Network = network(
  `
  L[k,i,j] = delta(i, j) * exp(q[k,i]) + below[i,j] * l[k,slot[i,j]]
  y[n,k,i] = sum(j, L[k,i,j] * (x[n,j] - mu[k,j]))
  t[n,k] = alpha[k] + sum(i, q[k,i]) - sum(i, y[n,k,i]^2) / 2
  loss = sum(n, logsumexp(k, t[n,k])) - extent(n) * logsumexp(k, alpha[k])`,
  "alpha",
  "mu",
  "q",
  "l[k,e]",
);
/** Networks of all kinds, those of the demo too, by name. */
export const networks: Readonly<Record<string, Network>> = {
  "a classifier": network(
    `
    h[n,k] = tanh(sum(j, x[n,j]*W[j,k]) + b[k])
    z[n,c] = sum(k, h[n,k]*V[k,c]) + d[c]
    loss = mean(n, logsumexp(c, z[n,c]) - z[n,label[n]]) + 0.01*sum(j, sum(k, W[j,k]^2))`,
    "W[j,k]",
    "b[k]",
    "V[k,c]",
    "d[c]",
  ),
  "a regression": network(
    "p[n] = sum(j, x[n,j]*w[j]) + b\nloss = mean(n, (p[n] - y[n])^2) + rate*sum(j, w[j]^2)",
    "w[j]",
    "b",
  ),
  "two hidden layers of Bernoulli": network(
    `
    h1[n,k] = sigmoid(sum(j, x[n,j]*U[j,k]) + b[k])
    h2[n,l] = sigmoid(sum(k, h1[n,k]*V[k,l]) + c[l])
    o[n] = sum(l, h2[n,l]*w[l])
    loss = mean(n, -y[n]*log(sigmoid(o[n])) - (1 - y[n])*log(1 - sigmoid(o[n])))`,
    "U[j,k]",
    "b[k]",
    "V[k,l]",
    "c[l]",
    "w[l]",
  ),
  "an attention": network(
    `
    s[n,m] = sum(k, Q[n,k]*K[m,k]) / 8
    p[n,m] = exp(s[n,m] - logsumexp(m, s[n,m]))
    o[n,k] = sum(m, p[n,m]*V[m,k])
    loss = sum(n, sum(k, (o[n,k] - y[n,k])^2))`,
    "Q[n,k]",
    "K[m,k]",
    "V[m,k]",
  ),
  "an embedding": network(
    "h[n,k] = tanh(sum(j, E[token[n],j]*W[j,k]))\nloss = mean(n, sum(k, (h[n,k] - y[n,k])^2))",
    "E[i,j]",
    "W[j,k]",
  ),
  "a maximum over each row": network("m[n] = maximum(k, exp(x[n,k]*w[k]))\nloss = sum(n, m[n]^2)", "x[n,k]", "w[k]"),
  "a batch normalisation": normalised,
  "a mixture": mixture,
  ...Object.fromEntries(
    drawn.map(({ name, definitions, parameters }) => [`the demo's ${name}`, { definitions, parameters }]),
  ),
};

/** The tape of a network: its loss, and all of its gradient. */
export function tapeOf({ definitions, parameters }: Network): Tape {
  const backward = gradient(definitions, parameters);
  const wanted = parameters.map(reading => `d${reading.split("[")[0]}`);
  return schedule([...definitions, ...backward], { outputs: ["loss", ...wanted] });
}
