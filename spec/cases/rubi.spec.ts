/** The derivatives of antiderivatives are their integrands, as they are differentiated and as they are compiled. */
import { test } from "uvu";
import { differentiate } from "../../lib/calculus/differentiate.ts";
import { gradient } from "../../lib/calculus/gradient.ts";
import { compileGradient } from "../../lib/tape/compile.ts";
import { evaluated } from "../support/derivatives.ts";
import { differentiatesIntegrals } from "../support/rubi.ts";

differentiatesIntegrals({
  raw: (f, { variable, point }) => evaluated(differentiate(f, variable), point),
  gradient: (f, { variable, point }) => evaluated(gradient(f, [variable])[variable], point),
  "compiled gradient": (f, { variable, point }) => {
    const others = Object.keys(point).filter(name => name !== variable);
    const data = others.map(name => point[name] ?? Number.NaN);
    const slope = new Float64Array(1);
    compileGradient(f, [variable], others)([point[variable] ?? Number.NaN], slope, data);
    return slope[0] ?? Number.NaN;
  },
});

test.run();
