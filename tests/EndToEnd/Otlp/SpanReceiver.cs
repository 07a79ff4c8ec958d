using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ReelBallers.EndToEnd.Tests.Otlp;

/// <summary>Takes the dashboard's place and keeps the spans of the traces that a test has started.</summary>
internal sealed class SpanReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<ExportedSpan>> _traces = new();

    private SpanReceiver(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    public static async Task<SpanReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        SpanReceiver? receiver = null;
        builder.Services.AddSingleton(_ => receiver!);
        receiver = new SpanReceiver(builder.Build());
        receiver._app.MapGrpcService<Service>();
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>Starts a trace as a front end does: what is sent until it is disposed belongs to it.</summary>
    public Activity StartTrace()
    {
        var click = new Activity("click") { ActivityTraceFlags = ActivityTraceFlags.Recorded };
        click.SetIdFormat(ActivityIdFormat.W3C).Start();
        _traces[click.TraceId.ToHexString()] = new();
        return click;
    }

    /// <summary>The spans of that trace so far.</summary>
    public ExportedTrace Of(ActivityTraceId trace) => new([.. _traces[trace.ToHexString()]]);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void Add(string service, Span span)
    {
        if (_traces.TryGetValue(Hex(span.TraceId), out var spans))
        {
            spans.Enqueue(new ExportedSpan(
                service, span.Name, Hex(span.SpanId), Hex(span.ParentSpanId), [.. span.Links.Select(link => Hex(link.TraceId))],
                span.Attributes.ToDictionary(tag => tag.Key, tag => tag.Value.StringValue)));
        }
    }

    private static string Hex(Google.Protobuf.ByteString bytes) => Convert.ToHexStringLower(bytes.Span);

    private sealed class Service(SpanReceiver receiver) : TraceService.TraceServiceBase
    {
        public override Task<ExportTraceServiceResponse> Export(ExportTraceServiceRequest request, ServerCallContext context)
        {
            foreach (var resource in request.ResourceSpans)
            {
                var name = resource.Resource.Attributes.Single(attribute => attribute.Key == "service.name").Value.StringValue;
                foreach (var span in resource.ScopeSpans.SelectMany(scope => scope.Spans))
                {
                    receiver.Add(name, span);
                }
            }
            return Task.FromResult(new ExportTraceServiceResponse());
        }
    }
}
