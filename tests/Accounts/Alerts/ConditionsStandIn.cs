using System.Net;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ReelBallers.Operations.V1;

namespace ReelBallers.Accounts.Tests;

/// <summary>A service that says what needs an operator.</summary>
public sealed class ConditionsStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ConditionsStandIn(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single());

    /// <summary>What it says: by kind, or that it fails after the others.</summary>
    public State Says { get; private init; } = null!;

    /// <summary>The lists of a stand-in.</summary>
    public sealed class State
    {
        public Dictionary<string, ConditionList> Lists { get; } = [];

        /// <summary>The call fails after the lists.</summary>
        public bool Fails { get; set; }

        /// <summary>Called with each question, before it is answered.</summary>
        public Func<Task> Asked { get; set; } = () => Task.CompletedTask;

        /// <summary>Lists these subjects, the newest first.</summary>
        public void Set(string kind, params string[] subjects) => Lists[kind] = List(kind, subjects);

        /// <summary>A list of these subjects, each a second older than the one before.</summary>
        public static ConditionList List(string kind, params string[] subjects) => new()
        {
            Kind = kind,
            IsComplete = true,
            Conditions =
            {
                subjects.Select((subject, index) => new Condition
                {
                    Subject = subject,
                    Text = $"About {subject}.",
                    Since = DateTime.UnixEpoch.AddDays(20_000).AddSeconds(-index).ToTimestamp(),
                }),
            },
        };
    }

    public static async Task<ConditionsStandIn> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        var state = new State();
        builder.Services.AddSingleton(state);
        var app = builder.Build();
        app.MapGrpcService<Service>();
        await app.StartAsync();
        return new ConditionsStandIn(app) { Says = state };
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private sealed class Service(State state) : OperationsService.OperationsServiceBase
    {
        public override async Task ListConditions(
            ListConditionsRequest request, IServerStreamWriter<ConditionList> responseStream, ServerCallContext context)
        {
            var lists = state.Lists.Values.ToList();
            await state.Asked();
            foreach (var list in lists)
            {
                await responseStream.WriteAsync(list);
            }
            if (state.Fails)
            {
                throw new RpcException(new Status(StatusCode.Internal, "A kind cannot be read."));
            }
        }
    }
}
