using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace ReelBallers.ServiceDefaults;

/// <summary>The service's tracer; traces, metrics and logs are exported by OTLP if <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set.</summary>
internal static class Telemetry
{
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ServiceTracer>();
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            return;
        }
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        builder.Services.AddOpenTelemetry()
            .WithTracing(traces => traces
                .SetSampler(new ParentBasedSampler(new PollingSampler()))
                .AddSource($"{ServiceTracer.SourcePrefix}*", "Npgsql", "Yarp.ReverseProxy")
                .AddAspNetCoreInstrumentation(server => server.Filter = context => !IsHealth(context.Request.Path))
                .AddGrpcClientInstrumentation()
                .AddHttpClientInstrumentation())
            .WithMetrics(metrics => metrics
                .AddMeter($"{ServiceTracer.SourcePrefix}*", "Npgsql", "Yarp.ReverseProxy")
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddProcessInstrumentation())
            .UseOtlpExporter();
    }

    private static bool IsHealth(PathString path) => path == "/health" || path == "/alive" || path == "/api/health";
}
