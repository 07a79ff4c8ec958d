using System.Diagnostics.Metrics;

namespace ReelBallers.Accounts;

/// <summary>The service's metrics.</summary>
internal sealed class AccountsMeter
{
    private readonly Counter<long> _mails;
    private readonly Counter<long> _joins;
    private readonly Counter<long> _skipped;
    private readonly Counter<long> _webhooks;
    private readonly Counter<long> _disabledWebhooks;
    private readonly Counter<long> _deletions;
    private Func<(double? AgeSeconds, bool IsBroken)>? _audit;

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
        _webhooks = meter.CreateCounter<long>(
            "accounts.webhook_deliveries", "{delivery}", "Deliveries to other systems that have ended, by type and result.");
        _disabledWebhooks = meter.CreateCounter<long>(
            "accounts.webhooks_disabled", "{endpoint}", "Endpoints of other systems that were disabled by themselves, by reason.");
        meter.CreateObservableGauge<double>(
            "accounts.audit.check_age", () => _audit?.Invoke() is { AgeSeconds: { } age } ? [new Measurement<double>(age)] : [], "s",
            "Time since this replica has checked the audit log to its end.");
        meter.CreateObservableGauge(
            "accounts.audit.broken", () => _audit?.Invoke() is { IsBroken: true } ? 1 : 0, "{finding}",
            "1 when an entry of the audit log was changed or is missing.");
    }

    /// <summary>Observes the checks of the audit log: the time since the last one, if any, and whether the log was changed.</summary>
    public void ObserveAudit(Func<(double? AgeSeconds, bool IsBroken)> audit) => _audit = audit;

    public void Deleted(string result) => _deletions.Add(1, new KeyValuePair<string, object?>("result", result));

    public void Skipped(string feed) => _skipped.Add(1, new KeyValuePair<string, object?>("feed", feed));

    public void Ended(MailKind kind, string result) => _mails.Add(
        1, new KeyValuePair<string, object?>("kind", kind.ToText()), new KeyValuePair<string, object?>("result", result));

    public void WebhookEnded(string type, string result) => _webhooks.Add(
        1, new KeyValuePair<string, object?>("type", type), new KeyValuePair<string, object?>("result", result));

    public void WebhookDisabled(WebhookDisabling reason) =>
        _disabledWebhooks.Add(1, new KeyValuePair<string, object?>("reason", reason.ToText()));

    public void Joined(string result) => _joins.Add(1, new KeyValuePair<string, object?>("result", result));
}
