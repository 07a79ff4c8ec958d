using Grpc.Core;
using Grpc.Net.Client;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using Client = ReelBallers.Wallet.V1.WalletService.WalletServiceClient;

namespace ReelBallers.Wallet.Tests;

/// <summary>Two replicas of the service as processes that are killed, and calls that are repeated until their outcome is known.</summary>
/// <param name="settings">Of the service.</param>
internal sealed class Replicas(IReadOnlyDictionary<string, string?> settings) : IDisposable
{
    private static readonly string[] Outages = ["database_unavailable", "overloaded", "wallet_busy", "shutting_down"];

    private readonly Replica?[] _replicas = new Replica?[2];
    private long _interrupted;

    /// <summary>How many calls were not answered, since their replica was killed.</summary>
    public long Interrupted => Interlocked.Read(ref _interrupted);

    /// <summary>For calls to this replica.</summary>
    public Client this[int number] => new(_replicas[number]!.Invoker);

    /// <summary>Starts both.</summary>
    public Task StartAsync() => Task.WhenAll(StartAsync(0), StartAsync(1));

    /// <summary>kill -9, and a new process.</summary>
    public async Task KillAsync(int number)
    {
        await _replicas[number]!.Process.KillAsync();
        await StartAsync(number);
    }

    /// <summary>
    /// Repeats a command with its key, at either replica, until its outcome is known: the answer, or the code of a rejection. What is
    /// neither is a bug, which a repetition would hide.
    /// </summary>
    /// <param name="call">The command.</param>
    /// <param name="rejections">The codes that it may be rejected with.</param>
    public async Task<(T? Answer, string Code)> OutcomeAsync<T>(Func<Client, AsyncUnaryCall<T>> call, params string[] rejections)
        where T : class
    {
        for (var attempt = Random.Shared.Next(2); ; attempt++)
        {
            try
            {
                return (await call(this[attempt % 2]), "ok");
            }
            catch (RpcException exception) when (exception.ErrorCode() is { } code)
            {
                if (rejections.Contains(code))
                {
                    return (null, code);
                }
                Assert.Contains(code, Outages);
            }
            catch (Exception exception) when (exception is RpcException
            {
                // Of the transport: the service was killed.
                StatusCode: StatusCode.Unavailable or StatusCode.Internal or StatusCode.Cancelled or StatusCode.DeadlineExceeded,
            }
                or ObjectDisposedException)
            {
                Interlocked.Increment(ref _interrupted);
            }
            await Task.Delay(20);
        }
    }

    public void Dispose() => Array.ForEach(_replicas, replica => replica?.Dispose());

    private async Task StartAsync(int number)
    {
        _replicas[number]?.Dispose();
        var process = await ServiceProcess.StartAsync("Wallet", settings);
        var (invoker, channel) = process.Connect();
        _replicas[number] = new Replica(process, invoker, channel);
    }

    private sealed record Replica(ServiceProcess Process, CallInvoker Invoker, GrpcChannel Channel) : IDisposable
    {
        public void Dispose()
        {
            Channel.Dispose();
            Process.Dispose();
        }
    }
}
