using Microsoft.EntityFrameworkCore;
using ReelBallers.Operations.V1;

namespace ReelBallers.Accounts;

/// <summary>An alert to be added.</summary>
/// <param name="Kind">As in <see cref="AlertKinds"/>.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Text">For people: one line.</param>
/// <param name="Since">When it began.</param>
internal sealed record NewAlert(string Kind, string Subject, string Text, DateTimeOffset Since);

/// <summary>Adds and ends alerts, in the caller's transaction.</summary>
internal sealed class Alerts(AccountsDbContext database, TimeProvider time)
{
    /// <summary>Adds events: what has happened and is over.</summary>
    public async Task AddEventsAsync(IReadOnlyCollection<NewAlert> events, CancellationToken cancellationToken)
    {
        if (events.Count > 0)
        {
            await InsertAsync(events, time.GetUtcNow(), cancellationToken);
        }
    }

    /// <summary>Opens an alert, unless the same one is open.</summary>
    public Task OpenAsync(NewAlert alert, CancellationToken cancellationToken) => InsertAsync([alert], endedAt: null, cancellationToken);

    /// <summary>Ends an alert if it is open.</summary>
    public Task EndAsync(string kind, string subject, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return database.Alerts.Where(row => row.Kind == kind && row.Subject == subject && row.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.EndedAt, now), cancellationToken);
    }

    /// <summary>
    /// Opens what a service lists and was not open, and ends what it does not list any more. Of a list that is cut off, what is older than
    /// its last entry may still be there.
    /// </summary>
    public async Task StoreAsync(ConditionList list, CancellationToken cancellationToken)
    {
        var found = list.Conditions.Select(one => new NewAlert(list.Kind, one.Subject, one.Text, one.Since.ToDateTimeOffset())).ToList();
        await InsertAsync(found, endedAt: null, cancellationToken);
        var now = time.GetUtcNow();
        var subjects = found.Select(alert => alert.Subject).ToList();
        var known = list.IsComplete ? DateTimeOffset.MinValue : found.Min(alert => alert.Since);
        await database.Alerts
            .Where(row => row.Kind == list.Kind && row.EndedAt == null && row.Since > known && !subjects.Contains(row.Subject))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.EndedAt, now), cancellationToken);
    }

    private Task<int> InsertAsync(
        IReadOnlyCollection<NewAlert> alerts, DateTimeOffset? endedAt, CancellationToken cancellationToken)
    {
        string[] kinds = [.. alerts.Select(alert => alert.Kind)], subjects = [.. alerts.Select(alert => alert.Subject)];
        string[] texts = [.. alerts.Select(alert => alert.Text)];
        DateTimeOffset[] sinces = [.. alerts.Select(alert => alert.Since.ToUniversalTime())];
        return database.Database.ExecuteSqlAsync(
            $"""
            insert into alerts (kind, subject, text, since, created_at, ended_at)
            select kind, subject, text, since, {time.GetUtcNow()}, {endedAt}
            from unnest({kinds}, {subjects}, {texts}, {sinces}) as found (kind, subject, text, since) order by since
            on conflict (kind, subject) where ended_at is null do nothing
            """, cancellationToken);
    }
}
