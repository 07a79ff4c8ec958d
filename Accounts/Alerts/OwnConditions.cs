using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>What needs an operator in Accounts itself.</summary>
internal static class OwnConditions
{
    // One for all: each alert about a mail of alerts would make another such mail.
    private const string AlertMails = "alerts";

    /// <summary>How long a service may be unable to say what needs an operator.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(5);

    public static void AddOwnConditions(this IServiceCollection services)
    {
        services.AddConditions<AccountsDbContext>(AlertKinds.DeadMail, (database, _) => database.Mails
            .Where(row => row.FailedAt != null).OrderByDescending(row => row.FailedAt)
            .Select(row => new OpenCondition(
                row.Kind == MailKind.Alert ? AlertMails : row.MailId.ToString(),
                $"Mail {row.MailId} ({row.Kind.ToText()}) was given up: {row.LastError}", row.FailedAt!.Value)));
        services.AddConditions<AccountsDbContext>(AlertKinds.DeadAlertPost, (database, _) => database.AlertPosts
            .Where(row => row.FailedAt != null).OrderByDescending(row => row.FailedAt)
            .Select(row => new OpenCondition(
                AlertMails, $"Post {row.PostId} of alerts was given up: {row.LastError}", row.FailedAt!.Value)));
        services.AddConditions<AccountsDbContext>(AlertKinds.JoinRejected, (database, _) => database.WalletJoins
            .Where(row => row.State == WalletJoinState.Rejected).OrderByDescending(row => row.EndedAt)
            .Select(row => new OpenCondition(
                row.FromUserId.ToString(), $"User {row.FromUserId} could not be joined with {row.IntoUserId}: {row.LastError}",
                row.EndedAt!.Value)));
        services.AddConditions<AccountsDbContext>(AlertKinds.ServiceSilent, (database, now) => database.ConditionPolls
            .Where(row => row.FailingSince < now - LongestSilence).OrderByDescending(row => row.FailingSince)
            .Select(row => new OpenCondition(
                row.Service, $"{row.Service} does not say what needs an operator.", row.FailingSince!.Value)));
        services.AddScoped<ErrorRate>();
        services.AddConditions<ErrorRate>();
    }
}
