using Microsoft.EntityFrameworkCore;
using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Wakes a loop of this process when any replica has added work for it: one connection for all of them.</summary>
internal sealed class WorkListener(WorkSignals signals, NpgsqlDataSource dataSource, TimeProvider time, ILogger<WorkListener> logger)
    : PostgresListener(Channel, dataSource, time, logger)
{
    /// <summary>The payload of a new mail.</summary>
    public const string Mail = "mail";

    /// <summary>The payload of a new join.</summary>
    public const string WalletJoin = "wallet_join";

    /// <summary>The payload of a new event for other systems.</summary>
    public const string Webhook = "webhook";

    /// <summary>The payload of a new post of alerts.</summary>
    public const string AlertPost = "alert_post";

    /// <summary>The channel that tells the replicas of new work.</summary>
    public const string Channel = "accounts_work";

    protected override void OnNotification(string payload)
    {
        var signal = payload switch
        {
            Mail => signals.Mails,
            Webhook => signals.Webhooks,
            AlertPost => signals.AlertPosts,
            _ => signals.Joins,
        };
        signal.Wake();
    }

    protected override void OnConnected()
    {
        signals.Mails.Wake();
        signals.Joins.Wake();
        signals.Webhooks.Wake();
        signals.AlertPosts.Wake();
    }
}

/// <summary>Tells the replicas of new work.</summary>
internal static class WorkNotifications
{
    /// <summary>Delivered at the commit of the current transaction.</summary>
    /// <param name="database">With the transaction, or at once without one.</param>
    /// <param name="work">One of the payloads of <see cref="WorkListener"/>.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static Task NotifyAsync(this AccountsDbContext database, string work, CancellationToken cancellationToken) =>
        database.Database.ExecuteSqlAsync($"select pg_notify({WorkListener.Channel}, {work})", cancellationToken);
}
