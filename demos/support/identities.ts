import { backward, elementwise, notation } from "./derivation.ts";
import type { Section } from "./page.ts";
import { classification } from "./softmax.ts";

/** What the course states, in its order. */
export const sections = (): readonly Section[] => [signs(), examples(), chain(), nodes(), modules(), classification()];

const square = { i: 3, j: 3, k: 3 };

function signs(): Section {
  return {
    title: "Notation",
    about: ["Formulas with indices on the left, the same in matrix algebra on the right."],
    derivations: [
      notation({
        title: "Products, traces and ones",
        of: [
          "A[i,j] = sum(p, B[i,p] * C[p,j])",
          "H[i,j] = D[i,j] * E[i,j]",
          "t = sum(k, S[k,k])",
          "u = sum(k, v[k])",
          "U[i,j] = delta(i, j)",
          "w[k] = sum(i, a[i] * delta(i, k))",
        ].join("\n"),
        sizes: { ...square, p: 2 },
      }),
      elementwise({ title: "One element by another", of: "r = x[3]", by: "x[7]", sizes: {} }),
      elementwise({ title: "Any element by any other: the identity", of: "y[i] = x[i]", by: "x[j]", sizes: square }),
    ],
  };
}

function examples(): Section {
  return {
    title: "Derivatives by elements",
    about: ["Each element is differentiated by each; deltas sift sums away."],
    derivations: [
      elementwise({ title: "A dot product", of: "r = sum(k, x[k] * a[k])", by: "x[i]", sizes: square }),
      elementwise({ title: "A sum of squares", of: "r = sum(i, x[i]^2)", by: "x[j]", sizes: square }),
      elementwise({
        title: "A bilinear form",
        of: "s = sum(p, sum(q, b[p] * X[p,q] * c[q]))",
        by: "X[i,j]",
        sizes: { i: 3, p: 3, j: 4, q: 4 },
      }),
      elementwise({ title: "A trace", of: "t = sum(k, S[k,k])", by: "S[i,j]", sizes: square }),
      elementwise({
        title: "A product of three matrices",
        of: "C[i,j] = sum(k, sum(l, A[i,k] * X[k,l] * B[l,j]))",
        by: "X[p,q]",
        sizes: { i: 2, j: 3, k: 4, p: 4, l: 5, q: 5 },
      }),
      elementwise({
        title: "… and one element of it",
        of: "c = sum(k, sum(l, A[1,k] * X[k,l] * B[l,2]))",
        by: "X[0,3]",
        sizes: { k: 4, l: 5 },
      }),
    ],
  };
}

function chain(): Section {
  return {
    title: "The chain rule over a matrix",
    about: ["y = g(M(t)), where nothing is known of g and M. dM is short for dy/dM, and dt for dy/dt."],
    derivations: [
      backward({
        title: "Of two by two elements; g_1 is the derivative of g by its first argument",
        of: "M00 = a(t)\nM01 = b(t)\nM10 = c(t)\nM11 = d(t)\ny   = g(M00, M01, M10, M11)",
        by: ["t"],
        sizes: {},
        meanings: {
          g: { arity: 4, of: (a, b, c, d) => a * d - b * c },
          a: { arity: 1, of: Math.sin },
          b: { arity: 1, of: Math.exp },
          c: { arity: 1, of: Math.atan },
          d: { arity: 1, of: Math.cosh },
        },
      }),
      backward({
        title:
          "Of any size; an element is some function m of constants p[i,j] of its own and of t, and m_2 its derivative by t",
        of: "M[i,j] = m(p[i,j], t)",
        by: ["t"],
        sizes: { i: 2, j: 3 },
        meanings: { m: { arity: 2, of: (p, t) => Math.sin(p * t) } },
      }),
    ],
  };
}

function nodes(): Section {
  return {
    title: "Nodes of a computation graph",
    about: [
      "J is an unknown function of what the node computes. dy is short for dJ/dy, which is given, and dW for dJ/dW.",
    ],
    derivations: [
      backward({
        title: "Affine: J = f(W x + b)",
        of: "y[i] = sum(j, W[i,j] * x[j]) + b[i]",
        by: ["W[i,j]", "x[j]", "b[i]"],
        sizes: { i: 3, j: 4 },
      }),
      backward({ title: "Sum of two arrays", of: "c[i] = a[i] + b[i]", by: ["a[i]", "b[i]"], sizes: { i: 3 } }),
      backward({ title: "L2 penalty", of: "r = lambda * sum(j, w[j]^2)", by: ["w[j]"], sizes: { j: 4 } }),
      backward({
        title: "Squared distance",
        of: "r = sum(i, (a[i] - b[i])^2)",
        by: ["a[i]", "b[i]"],
        sizes: { i: 3 },
      }),
      backward({
        title: "Any function of each element",
        of: "S[i,j] = sigma(A[i,j])",
        by: ["A[i,j]"],
        sizes: { i: 3, j: 4 },
        meanings: { sigma: { arity: 1, of: Math.atan } },
      }),
      backward({ title: "tanh, by its output", of: "S[i,j] = tanh(A[i,j])", by: ["A[i,j]"], sizes: { i: 3, j: 4 } }),
      backward({
        title: "sigmoid, by its output",
        of: "S[i,j] = sigmoid(A[i,j])",
        by: ["A[i,j]"],
        sizes: { i: 3, j: 4 },
      }),
      backward({ title: "relu", of: "S[i,j] = relu(A[i,j])", by: ["A[i,j]"], sizes: { i: 3, j: 4 } }),
    ],
  };
}

function modules(): Section {
  return {
    title: "Modules of a network, over a batch",
    about: ["Samples are rows. L is any loss; dY is short for dL/dY, which comes from the module above."],
    derivations: [
      backward({
        title: "Linear",
        of: "Y[s,n] = sum(m, X[s,m] * W[n,m]) + b[n]",
        by: ["X[s,m]", "W[n,m]", "b[n]"],
        sizes: { s: 4, n: 2, m: 3 },
      }),
      backward({
        title: "Activation",
        of: "Y[s,m] = h(X[s,m])",
        by: ["X[s,m]"],
        sizes: { s: 4, m: 3 },
        meanings: { h: { arity: 1, of: Math.atan } },
      }),
    ],
  };
}
