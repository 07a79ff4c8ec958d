using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway.Tests;

/// <summary>A fake service: HTTP/2 without TLS; echoes the request.</summary>
internal sealed class EchoService : IAsyncDisposable
{
    /// <summary>A request whose body begins with this signs in the user of the rest.</summary>
    public const string SignsIn = "sign in ";

    /// <summary>At the end of a body: the answer is 400.</summary>
    public const string Refused = " refuse";

    /// <summary>A body that signs in a user.</summary>
    public static string SignIn(Guid user, DateTimeOffset? accountSince = null, Guid? left = null) =>
        $"{SignsIn}{new SignedInUser(user, accountSince ?? DateTimeOffset.UnixEpoch, left)}";

    /// <summary>What Accounts says by gRPC.</summary>
    public AccountsStandIn Accounts { get; } = new();

    /// <summary>Its stream of a user's events.</summary>
    public EventsStandIn Events { get; } = new();

    private readonly WebApplication _app;

    private EchoService(WebApplication app)
    {
        _app = app;
        Accounts.Map(app);
    }

    public string Address => _app.Urls.Single();

    /// <param name="name">What it echoes as its name.</param>
    /// <param name="breaksOff">Whether it breaks off each request after it has read the body.</param>
    public static async Task<EchoService> StartAsync(string name, bool breaksOff = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        var app = builder.Build();
        var healthCalls = 0;
        app.MapGet("/health", () => Interlocked.Increment(ref healthCalls) > 0 ? "Healthy" : "");
        app.MapGet("/health-calls", () => Volatile.Read(ref healthCalls));
        app.Use((context, next) =>
        {
            // Headers that must not reach the client.
            context.Response.Headers.Server = "a-service";
            context.Response.Headers.XPoweredBy = "a-service";
            context.Response.Headers.SetCookie = "uid=of-a-service";
            context.Response.Headers.CacheControl = "public, max-age=60";
            return next(context);
        });
        var service = new EchoService(app);
        service.Events.Map(app);
        var openStreams = 0;
        app.MapGet("/open-streams", () => Volatile.Read(ref openStreams));
        app.MapGet("/api/jobs/{id}/events", async (HttpContext context) =>
        {
            Interlocked.Increment(ref openStreams);
            using var closed = context.RequestAborted.Register(() => Interlocked.Decrement(ref openStreams));
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("event: status\ndata: 1\n\n");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        app.MapGet("/api/jobs/hangs", async (HttpContext context) => await Task.Delay(Timeout.Infinite, context.RequestAborted));
        app.MapGet("/api/jobs/trickles", async (HttpContext context) =>
        {
            while (true)
            {
                await context.Response.WriteAsync(" ");
                await context.Response.Body.FlushAsync();
                await Task.Delay(TimeSpan.FromMilliseconds(50), context.RequestAborted);
            }
        });
        var waiting = 0;
        app.UseWhen(context => context.Request.Query.ContainsKey("lines"), lines => lines.Run(context =>
        {
            context.Response.ContentType = "text/csv";
            return context.Response.WriteAsync(string.Concat(Enumerable.Repeat("a,line\r\n", 1000)));
        }));
        app.UseWhen(context => context.Request.Query.ContainsKey("endless"), endless => endless.Run(async context =>
        {
            Interlocked.Increment(ref openStreams);
            using var closed = context.RequestAborted.Register(() => Interlocked.Decrement(ref openStreams));
            Interlocked.Increment(ref waiting);
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(new byte[64 * 1024], context.RequestAborted);
            }
        }));
        var held = new TaskCompletionSource();
        app.MapGet("/api/jobs/held", async () =>
        {
            Interlocked.Increment(ref waiting);
            await held.Task;
            return "held";
        });
        app.MapGet("/waiting", () => Volatile.Read(ref waiting));
        app.MapGet("/release", held.SetResult);
        app.MapFallback("{*path}", async (HttpContext context) =>
        {
            using var body = new StreamReader(context.Request.Body);
            var text = await body.ReadToEndAsync();
            if (breaksOff)
            {
                context.Abort();
                return;
            }
            if (text.Contains(SignsIn, StringComparison.Ordinal))
            {
                context.Response.Headers[SignedInUser.HeaderName] = text[SignsIn.Length..].Replace(Refused, "", StringComparison.Ordinal);
            }
            if (text.EndsWith(Refused, StringComparison.Ordinal) || context.Request.Query.ContainsKey("refuse"))
            {
                context.Response.StatusCode = 400;
            }
            var echo = JsonSerializer.SerializeToUtf8Bytes(new Echo(
                name, context.Request.Protocol, context.Request.Path, text,
                context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString())));
            if (context.Request.Path.Value!.EndsWith("/export", StringComparison.Ordinal))
            {
                // As Accounts does.
                context.Response.ContentLength = echo.Length;
            }
            await context.Response.Body.WriteAsync(echo);
        });
        await app.StartAsync();
        return service;
    }

    public Task StopAsync() => _app.StopAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

internal sealed record Echo(string Service, string Protocol, string Path, string Body, Dictionary<string, string> Headers);
