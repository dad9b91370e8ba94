// The page's own script: which document, and how it is shown. The token that somebody enters stays in this browser.
window.ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  persistAuthorization: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  filter: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [pdfAsDownload],
  requestInterceptor: withKey,
  responseInterceptor: (answer) => {
    if (answer.url.endsWith("/openapi.json") && answer.text) answer.text = JSON.stringify(forThisPage(JSON.parse(answer.text)));
    return answer;
  },
});

// Swagger UI fills every parameter in with its example and sends them all: a list would be filtered by everything at once,
// and a write be a dry run of some other version. What need not be given says its example in words instead.
// SendGrid signs with its own key, so the dialogue that asks for a token does not offer its signature.
function forThisPage(doc) {
  delete doc.components.securitySchemes.SendGridSignature;
  for (const path of Object.values(doc.paths)) {
    for (const o of Object.values(path)) o.security = o.security?.filter((scheme) => !("SendGridSignature" in scheme));
  }
  const operations = Object.values(doc.paths).flatMap((path) => Object.values(path));
  const parameters = operations.flatMap((o) => o.parameters ?? []).concat(Object.values(doc.components.parameters));
  for (const p of parameters) {
    if (p.name === "Idempotency-Key") p.required = false; // withKey sends one where it was left empty
    if (p.required || p.example === undefined) continue;
    p.description = `${p.description ?? ""}\n\n*Example: \`${[p.example].flat().join(",")}\`*`;
    delete p.example;
  }
  return doc;
}

// Swagger UI shows a PDF as text, unless its headers call it an attachment. Then it offers it as a download.
function pdfAsDownload(system) {
  const download = (props) => ({
    ...props,
    headers: { ...props.headers, "content-disposition": props.headers["content-disposition"]?.replace("inline", "attachment") ?? "attachment" },
  });
  return {
    wrapComponents: {
      responseBody: (Body) => (props) => system.React.createElement(Body, /^application\/pdf/.test(props.contentType) ? download(props) : props),
    },
  };
}

// A cart needs an Idempotency-Key, a fresh one for each intent. Who leaves it empty gets one.
function withKey(request) {
  if (request.method === "POST" && !request.headers["Idempotency-Key"] && window.crypto.randomUUID) {
    request.headers["Idempotency-Key"] = window.crypto.randomUUID();
  }
  return request;
}
