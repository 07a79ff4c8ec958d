// A small AppHost for the stand-in's tests: back, front behind it, and a database when asked for.
using System.Globalization;

var builder = DistributedApplication.CreateBuilder(args);
var port = builder.Configuration["Parameters:front-port"] ?? "0";
builder.AddParameter("front-port", () => port);
var secret = builder.AddParameter("kept-secret", new GenerateParameterDefault { MinLength = 20, Special = false }, secret: true, persist: true);

var back = builder.AddProject<Projects.Echo>("back")
    .WithHttpEndpoint()
    .WithHttpEndpoint(name: "extra", env: "EXTRA_PORT")
    .WithHttpHealthCheck("/health")
    .WithEnvironment("HEALTHY_WHEN", builder.Configuration["HealthyWhen"]);

var front = builder.AddProject<Projects.Echo>("front")
    .WithHttpEndpoint(port: port == "0" ? null : int.Parse(port, CultureInfo.InvariantCulture))
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health")
    .WithReference(back)
    .WaitFor(back)
    .WithEnvironment("SECRET", secret)
    .WithEnvironment("DEEP_LINK", $"{back.GetEndpoint("http")}/deep");

if (builder.Configuration["Postgres"] == "true")
{
    var database = builder.AddPostgres("postgres").WithDataVolume().AddDatabase("some-db");
    front.WithReference(database).WaitFor(database);
}

await builder.Build().RunAsync();
