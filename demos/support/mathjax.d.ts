/** The part of MathJax that the demos use: the package has no types of its own. */
declare module "mathjax" {
  const MathJax: {
    init(configuration: {
      readonly loader: { readonly load: readonly string[] };
      readonly svg: { readonly fontCache: "none" };
    }): Promise<void>;
    tex2svgPromise(latex: string, options: { readonly display: boolean }): Promise<unknown>;
    readonly startup: { readonly adaptor: { innerHTML(node: unknown): string } };
  };
  export default MathJax;
}
