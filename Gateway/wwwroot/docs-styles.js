// The page /docs runs this before Scalar's script, which makes style elements: each of them gets the nonce that the page's content
// security policy asks for. A style element in HTML that is inserted gets none.
{
  const { nonce } = document.currentScript;
  const createElement = Document.prototype.createElement;
  Document.prototype.createElement = function (name, options) {
    const element = createElement.call(this, name, options);
    if (element instanceof HTMLStyleElement) {
      element.nonce = nonce;
    }
    return element;
  };
}
