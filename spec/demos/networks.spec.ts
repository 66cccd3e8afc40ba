/** Three networks: their backward passes read like a textbook's and agree with finite differences; all of it is drawn. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { backwardOf, check, matrixAlgebra, networks, picture } from "../../demos/networks.ts";
import { mapDefinitions } from "../../lib/expression/definition.ts";
import { mul } from "../../lib/expression/functions.ts";
import * as print from "../../lib/print/text.ts";

const printed = (name: string): readonly string[] => {
  const network = networks.find(each => each.name === name);
  if (network === undefined) throw new Error(`there is no network ${name}`);
  return print
    .toString(backwardOf(network))
    .split("\n")
    .map(line => line.replace(/ +=/, " ="));
};

for (const network of networks) {
  test(`${network.name}: the printed backward pass agrees with finite differences`, () => {
    const { agrees, checks, maxError } = check(network);
    assert.ok(agrees);
    assert.ok(maxError < 1e-6);
    const parameters = checks.filter(({ kind }) => kind === "parameter");
    assert.is(parameters.length, network.parameters.length);
    for (const { partials } of parameters) assert.ok(partials.every(({ verdict }) => verdict === "agrees"));
  });

  test(`${network.name}: each definition and each adjoint is in the picture`, async () => {
    const svg = await picture(network);
    for (const { name } of [...network.definitions, ...backwardOf(network)]) assert.ok(svg.includes(name), name);
  });
}

test("tied weights gather what every step brings", () => {
  const lines = printed("recurrent");
  assert.ok(
    lines.includes("dV[k,l] = da1[k] * h0[l] + da2[k] * h1[l] + da3[k] * h2[l] + da4[k] * h3[l] + da5[k] * h4[l]"),
  );
  assert.ok(lines.includes("dc[k] = da1[k] + da2[k] + da3[k] + da4[k] + da5[k]"));
  assert.ok(lines.includes("da5[k] = dh5[k] * (1 - h5[k]^2)"));
});

test("what comes in passes a residual block on both ways", () => {
  assert.ok(printed("residual").includes("dx[n,j] = dy[n,j] + sum(k, W1[j,k] * da[n,k])"));
});

test("the gradient of a convolution's kernel is a convolution", () => {
  assert.ok(printed("convolution").includes("dz[n,k] = (y[n,k] - delta(k, label[n])) / extent(n)"));
  assert.ok(printed("convolution").some(line => /^dw\[f,c,p,q\] = .*da\[n,f,i,j\] \* x\[n,c,i\+p,j\+q\]/.test(line)));
});

test("two of them are matrix algebra, which agrees", () => {
  const forms = networks.map(matrixAlgebra);
  assert.equal(
    forms.map(form => form !== undefined),
    [true, true, false],
  );
  // Rounding alone.
  for (const form of forms) assert.ok(form === undefined || form.difference < 1e-12);
  assert.ok(forms[1]?.text.includes("dW2  = h^T dy"));
});

test("a wrong backward pass is found", () => {
  const [network] = networks;
  if (network === undefined) throw new Error("there is no network");
  const wrong = mapDefinitions(network.definitions, e => mul(e, 1.0001));
  assert.not(check({ ...network, definitions: wrong }, backwardOf(network)).agrees);
});

test.run();
