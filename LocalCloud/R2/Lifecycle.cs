using System.Globalization;
using System.Xml.Linq;

namespace ReelBallers.LocalCloud.R2;

/// <summary>A rule of a bucket's lifecycle: objects below a prefix end, uploads in parts are given up.</summary>
internal sealed record LifecycleRule(
    string Id, bool Enabled, string Prefix, int? ExpirationDays, DateTimeOffset? ExpirationDate, int? AbortDays);

/// <summary>All rules of a bucket's lifecycle. The earliest expiry that applies wins.</summary>
internal sealed record Lifecycle(IReadOnlyList<LifecycleRule> Rules)
{
    private const int MaxRules = 1000;

    /// <summary>R2's own rule for a new bucket.</summary>
    public static readonly Lifecycle Default = new([new("Default Multipart Abort Rule", true, "", null, null, 7)]);

    public (DateTimeOffset At, string RuleId)? ExpiryOf(StoredObject stored)
    {
        (DateTimeOffset At, string RuleId)? earliest = null;
        foreach (var rule in Rules.Where(rule => rule.Enabled && stored.Key.StartsWith(rule.Prefix, StringComparison.Ordinal)))
        {
            var at = rule.ExpirationDays is { } days ? stored.LastModified.AddDays(days) : rule.ExpirationDate;
            if (at is { } moment && !(earliest?.At <= moment))
            {
                earliest = (moment, rule.Id);
            }
        }

        return earliest;
    }

    public DateTimeOffset? ExpiryOf(PendingUpload upload) => Rules
        .Where(rule => rule is { Enabled: true, AbortDays: not null } && upload.Key.StartsWith(rule.Prefix, StringComparison.Ordinal))
        .Select(rule => (DateTimeOffset?)upload.Initiated.AddDays(rule.AbortDays!.Value))
        .Min();

    public IEnumerable<XElement> ToXml() => Rules.Select(rule => new XElement("Rule",
        new XElement("ID", rule.Id),
        new XElement("Status", rule.Enabled ? "Enabled" : "Disabled"),
        new XElement("Filter", new XElement("Prefix", rule.Prefix)),
        rule.ExpirationDays is { } days ? new XElement("Expiration", new XElement("Days", days)) : null,
        rule.ExpirationDate is { } date ? new XElement("Expiration", new XElement("Date", R2Xml.Time(date))) : null,
        rule.AbortDays is { } abort
            ? new XElement("AbortIncompleteMultipartUpload", new XElement("DaysAfterInitiation", abort))
            : null));

    public static (R2Error? Error, Lifecycle? Value) Parse(XElement document)
    {
        var rules = new List<LifecycleRule>();
        foreach (var element in document.Elements())
        {
            if (element.Elements("Transition").Any())
            {
                return (R2Error.NotImplemented("Transition"), null);
            }

            if (element.Name != "Rule" || ParseRule(element, rules.Count) is not { } rule)
            {
                return (R2Error.MalformedXml, null);
            }

            rules.Add(rule);
        }

        return rules.Count is 0 or > MaxRules ? (R2Error.MalformedXml, null) : (null, new Lifecycle(rules));
    }

    private static LifecycleRule? ParseRule(XElement element, int index)
    {
        var status = element.Element("Status")?.Value;
        var expiration = element.Element("Expiration");
        var days = Days(expiration?.Element("Days"));
        var abort = Days(element.Element("AbortIncompleteMultipartUpload")?.Element("DaysAfterInitiation"));
        DateTimeOffset? date = DateTimeOffset.TryParse(
            expiration?.Element("Date")?.Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed) ? parsed
                : null;
        var known = element.Elements().All(child =>
            child.Name.LocalName is "ID" or "Status" or "Filter" or "Prefix" or "Expiration" or "AbortIncompleteMultipartUpload");
        if (!known || status is not ("Enabled" or "Disabled") || (expiration is not null && days is null == date is null)
            || (days is null && date is null && abort is null))
        {
            return null;
        }

        var prefix = element.Element("Filter")?.Element("Prefix")?.Value ?? element.Element("Prefix")?.Value ?? "";
        return new LifecycleRule(element.Element("ID")?.Value ?? $"rule-{index + 1}", status == "Enabled", prefix, days, date, abort);
    }

    private static int? Days(XElement? element) =>
        int.TryParse(element?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is > 0 and < 100_000 ? days
            : null;
}
