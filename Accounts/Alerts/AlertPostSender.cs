using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>
/// Sends the posts of the outbox, with growing pauses and never before the time that the receiver asks for. Any number of replicas may run
/// it.
/// </summary>
internal sealed partial class AlertPostSender(
    IServiceScopeFactory scopes, WorkSignals signals, TimeProvider time, ILogger<AlertPostSender> logger)
    : QueueWorker<AlertPost>(scopes, signals.AlertPosts, "The outbox of alerts could not be read", time, logger)
{
    /// <summary>How often a post is tried: for about four hours.</summary>
    public const int MaxAttempts = 10;

    protected override Task<IReadOnlyList<AlertPost>> LeaseAsync(
        IServiceProvider services, int limit, CancellationToken stoppingToken) =>
        services.GetRequiredService<AlertPosts>().LeaseAsync(limit, stoppingToken);

    protected override async Task AttemptAsync(AlertPost post, IServiceProvider services, CancellationToken stoppingToken)
    {
        var posts = services.GetRequiredService<AlertPosts>();
        var result = post.Attempts > MaxAttempts
            ? new PostResult(post.LastError ?? "The process ended during the last attempt.", IsFinal: true, TimeSpan.Zero)
            : await services.GetRequiredService<AlertWebhook>().SendAsync(post.Text, stoppingToken);
        PauseFor(result.Pause);
        if (result.Error is null)
        {
            // Not cancelled by the stop: it has been sent.
            await posts.SentAsync(post, CancellationToken.None);
        }
        else if (result.IsFinal || post.Attempts >= MaxAttempts)
        {
            await posts.GiveUpAsync(post, result.Error, stoppingToken);
            LogGivenUp(logger, post.PostId, result.Error);
        }
        else
        {
            var delay = Attempts.PostDelayAfter(post.Attempts);
            await posts.RetryAsync(post, result.Pause > delay ? result.Pause : delay, result.Error, stoppingToken);
            LogRetried(logger, post.PostId, result.Error);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Post {PostId} of alerts was not sent and is tried again: {Reason}")]
    private static partial void LogRetried(ILogger logger, Guid postId, string reason);

    [LoggerMessage(LogLevel.Error, "Post {PostId} of alerts was given up: {Reason}")]
    private static partial void LogGivenUp(ILogger logger, Guid postId, string reason);
}
