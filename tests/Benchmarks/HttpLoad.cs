using System.Diagnostics;
using System.Net;

namespace ReelBallers.Benchmarks;

/// <summary>Concurrent callers, each with a connection of its own and one request at a time.</summary>
internal sealed class HttpLoad : IDisposable
{
    private readonly HttpMessageInvoker[] _connections;
    private readonly Version _version;
    private readonly Uri _address;
    private readonly HttpStatusCode _expected;

    public HttpLoad(int connections, Version version, Uri address, HttpStatusCode expected = HttpStatusCode.OK)
    {
        (_version, _address, _expected) = (version, address, expected);
        _connections = [.. Enumerable.Range(0, connections).Select(_ => new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false, UseCookies = false, ActivityHeadersPropagator = null, PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        }))];
    }

    /// <param name="next">Makes the next request; its address is relative.</param>
    /// <param name="goesOn">Whether to make another request.</param>
    /// <param name="serverCpu">The CPU time of the servers so far.</param>
    /// <param name="cancellationToken">Cancels the measurement.</param>
    /// <exception cref="BenchmarkException">A response has another status than the expected one.</exception>
    public async Task<Measurement> RunAsync(
        Func<HttpRequestMessage> next, Func<bool> goesOn, Func<TimeSpan?> serverCpu, CancellationToken cancellationToken)
    {
        var latencies = new Latencies();
        GC.Collect();
        var (serverBegin, clientBegin, begin) = (serverCpu(), CpuClock.OfThis, Stopwatch.GetTimestamp());
        await Task.WhenAll(_connections.Select(connection => Task.Run(
            async () =>
            {
                while (goesOn() && !cancellationToken.IsCancellationRequested)
                {
                    latencies.Add(await SendAsync(connection, next()));
                }
            },
            cancellationToken)));
        cancellationToken.ThrowIfCancellationRequested();
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        return new Measurement(latencies.Count, seconds, latencies, serverCpu() - serverBegin, CpuClock.OfThis - clientBegin);
    }

    public void Dispose() => Array.ForEach(_connections, connection => connection.Dispose());

    private async Task<TimeSpan> SendAsync(HttpMessageInvoker connection, HttpRequestMessage request)
    {
        using (request)
        {
            request.RequestUri = new Uri(_address, request.RequestUri!);
            (request.Version, request.VersionPolicy) = (_version, HttpVersionPolicy.RequestVersionExact);
            var begin = Stopwatch.GetTimestamp();
            using var response = await connection.SendAsync(request, CancellationToken.None);
            var body = await response.Content.ReadAsByteArrayAsync(CancellationToken.None);
            return response.StatusCode == _expected
                ? Stopwatch.GetElapsedTime(begin)
                : throw new BenchmarkException(
                    $"{request.Method} {request.RequestUri}: {(int)response.StatusCode} {System.Text.Encoding.UTF8.GetString(body)}");
        }
    }
}
