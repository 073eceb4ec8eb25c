// The API's page: Swagger UI, which a package brings, over this service's own contract.

window.SwaggerUIBundle({
  url: "/openapi.json",
  domNode: document.getElementById("api"),
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null, // of another host
});
