using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Payments.Tests;

/// <summary>Two replicas of Payments, each a process. Requests go to the ones that run, in turn, as the Gateway sends them.</summary>
internal sealed class StormReplicas : IDisposable
{
    public const int Count = 2;

    private readonly Replica?[] _running = new Replica?[Count];
    private readonly ConcurrentQueue<Replica> _all = [];
    private readonly Dictionary<string, string?> _settings;
    private int _turn;
    private int _killed;

    public StormReplicas(Dictionary<string, string?> settings)
    {
        _settings = settings;
        Client = new HttpClient(new Balancer(this)) { BaseAddress = new Uri("http://payments") };
        Client.DefaultRequestHeaders.Add(InternalCredential.HeaderName, ServiceApp.Credential);
    }

    /// <summary>To any of them, with the internal credential.</summary>
    public HttpClient Client { get; }

    /// <summary>The operator's client of the next of them.</summary>
    /// <exception cref="RpcException">None is running.</exception>
    public V1.PaymentsService.PaymentsServiceClient Operator =>
        Next()?.Operator ?? throw new RpcException(new Status(StatusCode.Unavailable, "No replica is running."));

    /// <summary>How many were killed so far.</summary>
    public int Killed => _killed;

    /// <summary>What all of them have logged.</summary>
    public IEnumerable<string> Lines => _all.SelectMany(replica => replica.Process.Lines);

    public Task StartAllAsync() => Task.WhenAll(Enumerable.Range(0, Count).Select(StartAsync));

    public async Task StartAsync(int replica)
    {
        var process = await ServiceProcess.StartAsync("Payments", _settings);
        var (invoker, channel) = process.Connect();
        var started = new Replica(process, channel, new V1.PaymentsService.PaymentsServiceClient(invoker));
        _all.Enqueue(started);
        Volatile.Write(ref _running[replica], started);
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync(int replica)
    {
        await Interlocked.Exchange(ref _running[replica], null)!.Process.KillAsync();
        Interlocked.Increment(ref _killed);
    }

    public void Dispose()
    {
        Client.Dispose();
        foreach (var replica in _all)
        {
            replica.Channel.Dispose();
            replica.Process.Dispose();
        }
    }

    private Replica? Next()
    {
        var first = Interlocked.Increment(ref _turn);
        return Enumerable.Range(0, Count)
            .Select(step => Volatile.Read(ref _running[(int)((uint)(first + step) % Count)]))
            .FirstOrDefault(replica => replica is not null);
    }

    private sealed record Replica(ServiceProcess Process, GrpcChannel Channel, V1.PaymentsService.PaymentsServiceClient Operator);

    private sealed class Balancer(StormReplicas replicas) : DelegatingHandler(new Http2Handler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var replica = replicas.Next() ?? throw new HttpRequestException("No replica is running.");
            request.RequestUri = new Uri(replica.Process.Address, request.RequestUri!.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
