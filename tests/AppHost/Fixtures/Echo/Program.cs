// A service to be started by the fixture's AppHost: tells its environment, and is as healthy as a file says.
using System.Diagnostics;

var app = WebApplication.CreateBuilder(args).Build();
Console.WriteLine("echo says hello");
app.MapGet("/health", () =>
    Environment.GetEnvironmentVariable("HEALTHY_WHEN") is not { Length: > 0 } file || File.Exists(file) ? Results.Ok() : Results.StatusCode(503));
app.MapGet("/environment", () => Environment.GetEnvironmentVariables());
app.MapGet("/child", () => Process.Start("sleep", "1000").Id);
await app.RunAsync();
