using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Grpc.Core;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>
/// Reads a stream of another service, on one replica at a time. When the stream fails, it is opened again after a pause that grows; the
/// outage is reported once.
/// </summary>
/// <param name="name">The feed, among the cursors.</param>
/// <param name="scopes">For the database.</param>
/// <param name="time">The clock of leases and pauses.</param>
/// <param name="logger">The log.</param>
internal abstract class FeedWorker(string name, IServiceScopeFactory scopes, TimeProvider time, ILogger logger) : BackgroundService
{
    /// <summary>How many messages are handled together at most.</summary>
    protected const int BatchSize = 100;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan TakeoverInterval = TimeSpan.FromSeconds(5);

    private readonly OutageReporter _outages = new(logger, $"The feed {name} could not be read");
    private TimeSpan _pause = FirstPause;

    /// <summary>The lease of this process.</summary>
    protected Guid LeaseId { get; } = Guid.NewGuid();

    /// <summary>The feed's name.</summary>
    protected string Name => name;

    /// <summary>The log of this feed.</summary>
    protected ILogger Logger => logger;

    /// <summary>Whether it is read at all.</summary>
    protected virtual bool IsOn => true;

    /// <summary>Reads the feed from the cursor on until it ends or fails.</summary>
    protected abstract Task FollowAsync(FeedCursor cursor, CancellationToken stoppingToken);

    /// <inheritdoc />
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Do not block the start of the other hosted services.
        await Task.Yield();
        while (IsOn && !stoppingToken.IsCancellationRequested)
        {
            var pause = TakeoverInterval;
            try
            {
                if (await InScopeAsync(cursors => cursors.TryTakeAsync(name, LeaseId, stoppingToken)) is { } cursor)
                {
                    await FollowAsync(cursor, stoppingToken);
                    pause = FirstPause;
                }
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                _outages.Report(failure);
                pause = _pause;
                _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
            }
            catch (Exception)
            {
                break;
            }
            await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), time, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await ReleaseAsync();
    }

    /// <summary>The messages of a stream, together those that have come; an empty list when it is time to renew the lease.</summary>
    /// <param name="open">Opens the stream, which ends with this token.</param>
    /// <param name="renewal">The longest time without a batch; less than the lease.</param>
    /// <param name="lifetime">When to end, so that a stream that has silently died is replaced.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="RpcException">The stream has failed.</exception>
    protected async IAsyncEnumerable<IReadOnlyList<T>> BatchesAsync<T>(
        Func<CancellationToken, AsyncServerStreamingCall<T>> open, TimeSpan renewal, TimeSpan lifetime,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // Not by the call's deadline, which gRPC logs as a warning.
        end.CancelAfter(lifetime);
        using var call = open(end.Token);
        var messages = Channel.CreateBounded<T>(BatchSize);
        var reading = ReadAsync(call, messages.Writer, end.Token);
        try
        {
            var more = messages.Reader.WaitToReadAsync(cancellationToken).AsTask();
            while (true)
            {
                if (await Task.WhenAny(more, Task.Delay(renewal, time, cancellationToken)) != more)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    yield return [];
                    continue;
                }
                if (!await more)
                {
                    yield break;
                }
                var batch = new List<T>();
                while (batch.Count < BatchSize && messages.Reader.TryRead(out var message))
                {
                    batch.Add(message);
                }
                yield return batch;
                more = messages.Reader.WaitToReadAsync(cancellationToken).AsTask();
            }
        }
        finally
        {
            // Also when its caller has failed.
            await end.CancelAsync();
            await reading;
        }
    }

    /// <summary>The feed works.</summary>
    protected void Recovered()
    {
        _outages.Recovered();
        _pause = FirstPause;
    }

    /// <summary>Uses the cursors in a scope of their own.</summary>
    protected async Task<T> InScopeAsync<T>(Func<FeedCursors, Task<T>> use)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<FeedCursors>());
    }

    private static async Task ReadAsync<T>(AsyncServerStreamingCall<T> call, ChannelWriter<T> messages, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var message in call.ResponseStream.ReadAllAsync(cancellationToken))
            {
                await messages.WriteAsync(message, cancellationToken);
            }
            messages.Complete();
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            messages.Complete();
        }
        catch (RpcException unknown) when (unknown.StatusCode == StatusCode.Unimplemented)
        {
            messages.Complete(new FeedUnknownException(unknown));
        }
        catch (Exception failure)
        {
            messages.Complete(failure);
        }
    }

    private async Task ReleaseAsync()
    {
        try
        {
            // The stop does not cancel it; the database's timeouts bound it.
            await InScopeAsync(async cursors =>
            {
                await cursors.ReleaseAsync(name, LeaseId, CancellationToken.None);
                return true;
            });
        }
        catch (Exception failure)
        {
            // The lease ends by itself.
            _outages.Report(failure);
        }
    }
}

/// <summary>The service does not have this stream yet, as one of an older version during a rollout.</summary>
internal sealed class FeedUnknownException(Exception inner)
    : DependencyUnavailableException("The service does not know the stream.", inner);
