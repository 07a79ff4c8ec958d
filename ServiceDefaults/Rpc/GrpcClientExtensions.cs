using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using Grpc.Net.ClientFactory;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ReelBallers.ServiceDefaults;

/// <summary>Registers clients of the gRPC services.</summary>
public static class GrpcClientExtensions
{
    /// <summary>
    /// Registers a client of the service <paramref name="service"/>, found by service discovery
    /// (<c>services:{service}:http:0</c> and further ones, between which the calls are spread; else the DNS name). Calls have the
    /// internal credential and a deadline, and are retried while the service is unavailable: all calls are idempotent.
    /// </summary>
    public static WebApplicationBuilder AddGrpcClient<TClient>(this WebApplicationBuilder builder, string service)
        where TClient : ClientBase<TClient> => builder.AddGrpcClient<TClient>(service, typeof(TClient).Name);

    /// <summary>
    /// As <see cref="AddGrpcClient{TClient}(WebApplicationBuilder, string)"/>, of several services that have the same contract; see
    /// <see cref="CreateClientOf"/>.
    /// </summary>
    public static WebApplicationBuilder AddGrpcClients<TClient>(this WebApplicationBuilder builder, IEnumerable<string> services)
        where TClient : ClientBase<TClient>
    {
        foreach (var service in services)
        {
            builder.AddGrpcClient<TClient>(service, NameOf<TClient>(service));
        }
        return builder;
    }

    /// <summary>The client of one of the services that were given to <see cref="AddGrpcClients"/>.</summary>
    public static TClient CreateClientOf<TClient>(this GrpcClientFactory clients, string service) where TClient : ClientBase<TClient> =>
        clients.CreateClient<TClient>(NameOf<TClient>(service));

    private static string NameOf<TClient>(string service) => $"{typeof(TClient).Name} of {service}";

    private static WebApplicationBuilder AddGrpcClient<TClient>(this WebApplicationBuilder builder, string service, string name)
        where TClient : ClientBase<TClient>
    {
        builder.Services.TryAddSingleton<OutgoingCallInterceptor>();
        builder.Services.AddGrpcClient<TClient>(name, client => client.Address = new Uri($"http://{service}"))
            .ConfigureChannel(Configure)
            .AddInterceptor<OutgoingCallInterceptor>()
            .ConfigurePrimaryHttpMessageHandler(CreateHandler)
            .AddServiceDiscovery()
            // The handler keeps its connections fresh itself; another one every two minutes would cut streams.
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();
        return builder;
    }

    private static SocketsHttpHandler CreateHandler() => new()
    {
        EnableMultipleHttp2Connections = true,
        ConnectTimeout = TimeSpan.FromSeconds(2),
        KeepAlivePingDelay = TimeSpan.FromSeconds(30),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
    };

    private static void Configure(GrpcChannelOptions channel)
    {
        channel.ThrowOperationCanceledOnCancellation = true;
        channel.ServiceConfig = new ServiceConfig
        {
            MethodConfigs =
            {
                new MethodConfig
                {
                    Names = { MethodName.Default },
                    RetryPolicy = new RetryPolicy
                    {
                        MaxAttempts = 5,
                        InitialBackoff = TimeSpan.FromMilliseconds(100),
                        MaxBackoff = TimeSpan.FromSeconds(2),
                        BackoffMultiplier = 2,
                        RetryableStatusCodes = { StatusCode.Unavailable },
                    },
                },
            },
        };
    }
}
