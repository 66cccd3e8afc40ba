/** The derivatives of antiderivatives are their integrands once simplified too. Apart, to run beside the other ways. */
import { test } from "uvu";
import { differentiate } from "../../lib/calculus/differentiate.ts";
import { simplify } from "../../lib/simplify/simplify.ts";
import { evaluated } from "../support/derivatives.ts";
import { differentiatesIntegrals } from "../support/rubi.ts";

differentiatesIntegrals({
  simplified: (f, { variable, point }) => evaluated(simplify(differentiate(f, variable)), point),
});

test.run();
