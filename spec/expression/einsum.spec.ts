import { test } from "uvu";
import * as assert from "uvu/assert";
import { evaluate, evaluateArray } from "../../lib/evaluate.ts";
import { define } from "../../lib/expression/definition.ts";
import { type EinsumOperand, einsum } from "../../lib/expression/einsum.ts";
import type { ErrorCode } from "../../lib/expression/error.ts";
import { type Operand, variable } from "../../lib/expression/expression.ts";
import { exp } from "../../lib/expression/functions.ts";
import { sum } from "../../lib/expression/reductions.ts";
import { parse } from "../../lib/syntax/parse.ts";
import { throws } from "../support/throws.ts";

const builds = (subscripts: string, operands: readonly EinsumOperand[], expected: string): void =>
  test(`${subscripts} is ${expected}`, () => assert.is(einsum(subscripts, ...operands), parse(expected)));

builds("ij,jk->ik", ["A", "B"], "sum(j, A[i,j] * B[j,k])");
builds(" i j , j k -> i k ", ["A", "B"], "sum(j, A[i,j] * B[j,k])");
builds("ij,jk", ["A", "B"], "sum(j, A[i,j] * B[j,k])");
builds("ij,jk->ki", ["A", "B"], "sum(j, A[i,j] * B[j,k])");
builds("ji", ["A"], "A[j,i]");
builds("ii->i", ["A"], "A[i,i]");
builds("ii->", ["A"], "sum(i, A[i,i])");
builds("ii", ["A"], "sum(i, A[i,i])");
builds("i,i->", ["x", "y"], "sum(i, x[i] * y[i])");
builds("i,j->ij", ["x", "y"], "x[i] * y[j]");
builds("ij->j", ["A"], "sum(i, A[i,j])");
builds("ij->", ["A"], "sum(i, sum(j, A[i,j]))");
builds("ij,jk,kl->il", ["A", "B", "C"], "sum(j, sum(k, A[i,j] * B[j,k] * C[k,l]))");
builds("nk,kij,nki->nj", ["r", "L", "y"], "sum(k, sum(i, r[n,k] * L[k,i,j] * y[n,k,i]))");
builds(",i->i", [2, "x"], "2 * x[i]");
builds(",i->i", ["c", "x"], "c * x[i]");
builds("ij,j->i", [variable("A"), variable("x")], "sum(j, A[i,j] * x[j])");
builds("aA,A->a", ["W", "x"], "sum(A, W[a,A] * x[A])");
builds("αβ,β->α", ["W", "x"], "sum(β, W[α,β] * x[β])");

// Operands whose axes have names of their own

builds("ij,j->i", [define("h[n,k]", exp(variable("x", "n", "k"))), "x"], "sum(j, h[i,j] * x[j])");
builds("ij->ji", [variable("A", "q", "p")], "A[i,j]");
builds("ij,j->i", [variable("A", "j", "i"), "x"], "sum(j, A[i,j] * x[j])");
builds("ij->i", [parse("exp(A[q,p]) * b[p]")], "sum(j, exp(A[i,j]) * b[j])");
builds("ij->i", [parse("E[token[n],k]")], "sum(j, E[token[i],j])");
builds("i,j->ij", [sum("j", variable("A", "n", "j")), "x"], "sum(j', A[i,j']) * x[j]");

test("the axes of the result are in the order of its subscripts where it is evaluated so", () => {
  const values = {
    A: [
      [1, 2],
      [3, 4],
    ],
    B: [[5], [6]],
  };
  assert.equal([...evaluateArray(einsum("ij,jk->ik", "A", "B"), values, ["i", "k"]).data], [17, 39]);
  assert.is(evaluate(einsum("ii->", "A"), values), 5);
});

test("every name is only a name", () => {
  for (const name of ["__proto__", "constructor", "sin", "a b", "A[i]"])
    assert.is(einsum("i->i", name), variable(name, "i"));
});

const refuses = (
  what: string,
  subscripts: string,
  operands: readonly EinsumOperand[],
  ...words: readonly string[]
): void =>
  test(`${what} is bad-index`, () => throws(() => einsum(subscripts, ...operands), "bad-index" as ErrorCode, ...words));

refuses("one operand too few", "ij,jk->ik", ["A"], "2 operands", "got 1");
refuses("one operand too many", "ij->i", ["A", "B"], "1 operand", "got 2");
refuses("a letter of the result that stands nowhere", "ij->k", ["A"], "k");
refuses("a letter twice in the result", "i->ii", ["x"], "i");
refuses("an ellipsis", "...i->i", ["x"], "letters");
refuses("two arrows", "i->i->i", ["x"], "one arrow");
refuses("a digit", "i1->i", ["x"], "letters");
refuses("a definition of other axes", "ij->i", [define("h[n]", variable("x", "n"))], "h[n]", "1 ax");
refuses("an expression of other axes", "i->i", [parse("A[p,q] + 1")], "2 axes");
refuses("a number under letters", "i->i", [2 as Operand], "0 axes");
test("what is no text is bad-index", () => throws(() => einsum(3 as unknown as string), "bad-index", "3"));

test.run();
