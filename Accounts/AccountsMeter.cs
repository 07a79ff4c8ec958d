using System.Diagnostics.Metrics;

namespace ReelBallers.Accounts;

/// <summary>The service's metrics.</summary>
internal sealed class AccountsMeter
{
    private readonly Counter<long> _mails;
    private readonly Counter<long> _joins;
    private readonly Counter<long> _skipped;
    private readonly Counter<long> _deletions;

    public AccountsMeter(IMeterFactory factory)
    {
        var meter = factory.Create("ReelBallers.Accounts");
        _mails = meter.CreateCounter<long>(
            "accounts.mails", "{mail}", "Mails that have left the outbox, by kind and result: sent or failed.");
        _joins = meter.CreateCounter<long>(
            "accounts.wallet_joins", "{join}", "Wallets of anonymous users that have ended, by result: joined or rejected.");
        _deletions = meter.CreateCounter<long>(
            "accounts.deletions", "{account}",
            "Deleted accounts, by result: accepted, erased (the first pass) or ended (the second pass).");
        _skipped = meter.CreateCounter<long>(
            "accounts.feed_events_skipped", "{event}", "Events of other services that could not be handled, by feed.");
    }

    public void Deleted(string result) => _deletions.Add(1, new KeyValuePair<string, object?>("result", result));

    public void Skipped(string feed) => _skipped.Add(1, new KeyValuePair<string, object?>("feed", feed));

    public void Ended(MailKind kind, string result) => _mails.Add(
        1, new KeyValuePair<string, object?>("kind", kind.ToText()), new KeyValuePair<string, object?>("result", result));

    public void Joined(string result) => _joins.Add(1, new KeyValuePair<string, object?>("result", result));
}
